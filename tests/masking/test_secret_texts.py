"""Secrets in texts, told by the name before them or by how they look; and texts that hold none (S30, B7, B14)."""
import random

import pytest
from secret_name_examples import ORDINARY_NAMES, SECRET_NAMES, styles

from neptune_writer import masking

pytestmark = pytest.mark.usefixtures("warnings")  # which forgets the tokens of other tests

SECRET = "hunter2!"  # which looks like nothing
NAMED = [  # %s is the secret
    # Command lines and shells
    "run --api-key %s --lr 1", "train.py --token %s", "--token=%s", "--auth %s", "--credentials %s now", "-api-key %s",
    "export MYSQL_PWD=%s", 'MYSQL_PWD="%s" mysqldump', "set OPENAI_KEY='%s'", "GITHUB_PAT=%s", "DB_PASS=%s",
    "ENV=1 TOKEN=%s x",
    "PASSWORD=`%s`", "--password=%s&x;y", "--opts api_key=%s,lr=1", "['train.py', '--api-key', '%s']",
    '["--token", "%s"]',
    "curl -u me:%s https://x", "curl --user 'me:%s' https://x", 'curl -H "X-Api-Key: %s" https://x',
    "sshpass password=%s",
    # JSON, Python
    '{"openai_key": "%s"}', '{"openai_key":"%s"}', "{'credentials': '%s'}", "{'api_token': b'%s'}",
    "init(api_token='%s', mode=None)",
    "f(token=%s)", "{token: %s}", 'os.environ["API_TOKEN"] = "%s"', "environ({'HF_TOKEN': '%s'})",
    "dict_items([('api_key', '%s')])",
    '"{\\"api_token\\": \\"%s\\"}"', "'{\\\\\"api_token\\\\\": \\\\\"%s\\\\\"}'", "password='it\\'s%s'", 'token="%s',
    'token="""%s"""',
    '{"credentials": {"user": "me1", "value": "%s"}}', '{"tokens": ["%s", "b"]}', '{"tokens": [\n  "%s"\n ]}',
    "tokens: [a, %s]",
    '{"name": "API_KEY", "value": "%s"}', "Account(user_token='%s', n=1)", "secret => %s", "client_secret := %s",
    "password = r'%s'",
    # YAML, INI, tables
    "user_token: %s", "bot_token = %s", "  pat: %s  # mine", "- name: API_KEY\n  value: %s",
    "credentials:\n  user: bob\n  key: %s\nlr: 1",
    "tokens:\n  - %s", "tokens:\n- a1\n- %s", "password: |\n  %s\nlr: 1", "api_key: >-\n  %s",
    "password: correct horse %s", "token:%s",
    "lr: 1, user_token: %s, seed: 2",
    "[default]\naws_secret_access_key = %s", "my.secret.value=%s", "jwt=%s", "otp=%s", "dsn: %s",
    "webhook: https://x/%s",
    # The web
    "https://me:%s@host/path", "pull https://%s@host:443 and go", "https://me:h@%s@host",
    "postgres://me:pa/ss%s@host/db",
    "GET /runs?api_key=%s&page=2", "https://host/path?token=%s&x=1", "https://host/blob?sv=1&sig=%s",
    "https://host/?key=%s",
    "Authorization: Bearer %s", "Authorization: token %s", '"Authorization": "Bearer %s"',
    "Proxy-Authorization: Basic %s",
    "Cookie: session=%s; path=/", "Set-Cookie: sid=%s", "cookies={'sid': '%s'}", "X-Auth-Token: %s",
    "<password>%s</password>",
    '<add key="ApiKey" value="%s"/>', '<user password="%s"/>',
    "Server=x;User Id=me;Password=%s;Database=y", "AccountName=x;AccountKey=%s==;EndpointSuffix=z",
    "machine api.wandb.ai login user password %s", "machine h\n  login me\n  password %s",
    # Sentences
    "API key: %s", "your api key = %s", "Your API key: %s1", "the password=%s was refused", "wandb: api_key=%s",
    "ValueError: 401 for NEPTUNE_API_TOKEN=%s", "connection string: %s",
]
LOOKING = [  # secrets, by how they look
    "eyJhcGlfYWRkcmVzcyI6Imh0dHA6Ly9uby5vbmUiLCJhcGlfa2V5Ijoibm9uZSJ9",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcdefghij",
    "AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE", "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    "gho_abcdefghij0123456789",
    "github_pat_11AAAAAAA0abcdefghijklmnop", "glpat-abcdefghij0123456789", "sk-abcdefghijklmnopqrstuvwxyz012345",
    "sk-proj-abcdefghijklmnopqrst0123456789", "sk-ant-api03-abcdefghijklmnopqrst", "sk_live_abcdefghij0123456789",
    "hf_abcdefghijklmnopqrstuvwxyzABCDEFGH", "hf_aBcDeFgHiJkLmNoPq", "xoxb-123456789012-abcdefghijkl",
    "xapp-1-A012-345-abcdef",
    "AIzaSyA1234567890abcdefghijklmnopqrstuv", "ya29.a0AfH6SMBabcdefghijklmnop",
    "npm_abcdefghijklmnopqrstuvwxyz0123456789",
    "pypi-AgEIcHlwaS5vcmcCJDEyMzQ1Njc4OTAxMjM0NTY3ODkw", "dapi0123456789abcdef0123456789abcdef",
    "gsk_abcdefghijklmnopqrst0123456789",
    "wandb_v1_abcdefghij0123456789",
]
ORDINARY = [
    "a text of ordinary words", "", "tokens per second: 1234.5", "tokens/s=123", "tokens: 12/100", "tokens: 1.2M",
    "tokens = [1, 2, 3]",
    "max_tokens: 4096", "session_tokens=4096", '{"pad_token": "<pad>", "eos_token": "</s>", "unk_token": "[UNK]"}',
    "pad_token = <|endoftext|>", '{"tokenizer": "gpt2", "hf_tokenizer": "meta-llama/Llama-3-8B"}',
    "sort_key=lambda x: x[0]",
    "d = {key: value for key, value in items}", "for key, value in d.items(): print(key, value)", "primary_key: id",
    "rng_key = jax.random.split(key)", "rngs={'params': key1, 'dropout': key2}", "obs_key: observation/image",
    "image_key: pixels",
    "Unexpected token: EOF at line 3", "unexpected token '<' at position 0", "the token is expired",
    "Token: the word that comes next",
    "Please set the environment variable WANDB_API_KEY.", "401 Unauthorized", "unauthorized: 401",
    "api_key not configured (no-tty). call wandb.login(key=[your_api_key])", "use --token to set it",
    "--token is required",
    "usage: train.py [--api-key API_KEY] [--lr LR]", "  --token TOKEN  the token",
    "  --auth {basic,none}  how to log in",
    "def f(token: str, api_key: Optional[str] = None):", "    token: the token that was made", "password: required",
    "Password: expected a text", "MLFLOW_TRACKING_PASSWORD: expected one", "token = self.tokenizer.encode(text)",
    'tokens = tokenizer(text)["input_ids"]', "tokens=torch.tensor([1, 2])", "author: me, authors: [a, b]",
    "secretary_cost: cheap",
    "passwordless: ssh", "passes=expensive", "bypass: filter", "compass: north", "keyboard: qwerty", "monkey: patched",
    "PWD=/home/me/work", "OLDPWD=/tmp", "pwd: /home/me/work", "path: /a/b, pattern: *.py, patience: ten", "pat: *.py",
    "pin_memory: true", "spin: up", "HF_TOKEN_PATH=/a/b", "TOKENIZERS_PARALLELISM=false",
    "SSH_AUTH_SOCK=/tmp/ssh-x/agent.1",
    "token_type: bert", "token_embedding=learned", "auth_type: basic", "auth: none",
    "auth=None, token=None, api_key=None",
    '"api_key": null,', '"api_key": "",', "password = None", "use_auth_token=False", "api_key=${WANDB_API_KEY}",
    "token: $HF_TOKEN",
    "git@github.com:org/repo.git", "ssh://git@github.com/org/repo", "https://host/path@2x.png",
    "https://host:8080/path@v1",
    "mail me@host, see http://host", "http://localhost:5000/#/experiments/1", "if token == 'x': pass",
    'assert key != "x"',
    "keys: a, b", "key: value", "key=abc", "best_model_metric_key: eval/return", "monitor_key=val_loss",
    "cookie_name: session",
    "webhook_name: slack", "secret_name: my", "password_length=8", "ENV_KEY: CartPole-v1",
    "-----BEGIN CERTIFICATE-----",
    "basic understanding of things", "Basic usage: see below", "bearer of news", "sk-learn",
    "sk-learn-like-random-forest-classifier",
    "task-specific-long-name-of-something-1", "eyJhcGlf", "hf_transformers", "hf_causal_language_model_head",
    "wandb: Tracking run with wandb version 0.18",
    "wandb: Run data is saved locally in /me/wandb/offline-run-20261128_120000-abcd1234",
    "neptune: 12 rows of /a/neptune-20261122T145639-1-0a1b2c3d.jsonl have not been sent. To send them: python -m x",
    '{"policy": "MlpPolicy", "n_steps": 2048, "ent_coef": 0.01}', "rollout/ep_rew_mean | 123", "query_key_value: fused",
    "num_key_value_heads=8", "keypoints: 17", 'stop_token: "\\n"', "tokens: <image> <text>", "connection: keep-alive",
    "connected to host",
    "incredible: results", "passthrough: always", "authority: local", "option: x", "robot: arm",
    "--max-token 5 --n_tokens=5",
    "--pad-token pad", "--tokenizer gpt2", "--no-auth --lr 1", "docker run --user 1000:1000 image",
    "\u0130stanbul, key, token",
    "['--token', '--lr', '1']", "('token', 'label')", '{"columns": ["input_ids", "token", "label"]}',
]


@pytest.mark.parametrize("secret", [SECRET, "x" * 150, "x" * 5000, "4f9d0a7c"], ids=len)
def test_what_stands_behind_the_name_of_a_secret_is_masked_in_every_form(secret):
    """S30; 93 forms."""
    seen = [(masking.mask(text % secret, ()), text) for text in NAMED if len(secret) < 200 or "pa/ss" not in text]
    assert [text for shown, text in seen if secret[:4] in shown or "***" not in shown] == []
    assert [text for shown, text in seen if masking.mask(shown, ()) != shown] == []  # once is enough


@pytest.mark.parametrize("around", ["%s", "is %s.", "https://host/%s", '{"note": "%s"}', "note=%s, lr=1"])
def test_what_looks_like_a_secret_is_masked_though_nobody_named_it(around):
    assert [secret for secret in LOOKING if masking.mask(around % secret, ()) != around % "***"] == []


def test_texts_without_a_secret_stay_the_very_same():
    """B7; 124 of them."""
    assert [text for text in ORDINARY if masking.mask(text, ()) is not text] == []


@pytest.mark.parametrize("text, masked", [
    ("https://me:hunter2@host/path", "https://***@host/path"),
    ("GET /runs?api_key=hunter2!&page=2", "GET /runs?api_key=***&page=2"),
    ("Authorization: Basic bWU6aHVudGVyMiE=", "Authorization: Basic ***"),
    ("got Basic bWU6aHVudGVyMiE= for it", "got Basic *** for it"),
    ('{"tokens": ["a1", "b2"], "lr": 1}', '{"tokens": [***, ***], "lr": 1}'),
    ("tokens:\n- a1\n- 5\nlr: 1", "tokens:\n- ***\n- 5\nlr: 1"),
    ("lr: 1, user_token: hunter2, seed: 2", "lr: 1, user_token: ***, seed: 2"),
    ("-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAKC\n-----END RSA PRIVATE KEY-----\nlr: 1",
     "-----BEGIN RSA PRIVATE KEY-----***-----END RSA PRIVATE KEY-----\nlr: 1"),
    ("-----BEGIN PRIVATE KEY-----\nMIIEow", "-----BEGIN PRIVATE KEY-----***"),
    ("https://hooks.slack.com/services/T000/B000/XXXXXXXX", "https://hooks.slack.com/services/***"),
    ("token=a token=b\ntoken=c", "token=*** token=***\ntoken=***"),
    ("pin=1234\npins: 5", "pin=***\npins: ***"),
    ('<user password="hunter2"/>', "<user password=***/>"),
])
def test_nothing_but_the_secret_goes(text, masked):
    assert masking.mask(text, ()) == masked


# What an adversary writes: no step of it may be taken again and again

PIECES = [
    "://", "://a:", "://a:b/", "token=", "token='", 'token="', "token=[", "token={", "token=(4", "pat=*", "pat=[*",
    "password ", "login x password ", "token: ", "token:\n", "tokens:\n - 5\n", "token:\n ",
    "-----BEGIN RSA PRIVATE KEY-----", "basic abcdefgh ", "eyJ", "eyJabcdefghi.", "token", "token_", "_", "\\", "'",
    "token\\", "token=\\'", "api key ", "<password>", "('api_key','", "--token ", "'API_KEY', 'value' ", "sk-", "-u a:",
    "?key=", "token   ", "cookie: a", "\npassword: a", "token=a,", "a&b=", "\npassword: #", "'token'", "'token',",
    "bearer ", "token=,", "token=)", "token=a)", "hf_", "\u0130", "\udc80token="]


def long_ones(length):
    """Texts of so many characters, of one piece each, with and without one that begins something before it."""
    for piece in PIECES:
        for before in ("", "token=", "token=[", "password: ", "https://", "token='"):
            yield before + piece * (length // len(piece))


def test_no_text_takes_long():
    """B14: none of these ends in a minute where a step is quadratic."""
    for text in long_ones(4000):
        masking.mask(text, ())


@pytest.mark.slow
def test_no_long_text_takes_long():
    for text in long_ones(200000):
        masking.mask(text, ())


def random_texts(seed, count):
    """(text, whether it holds a secret), each a form around a random name, with random ones beside it."""
    chance = random.Random(seed)
    forms = [form for form in NAMED if form.count("api_key") == 1 and "API" not in form and "\n" not in form]
    for _ in range(count):
        is_secret = chance.random() < 0.5
        name = chance.choice(SECRET_NAMES if is_secret else ORDINARY_NAMES)
        style = chance.choice(styles(name)[:3] + styles(name)[7:9])
        if style not in ("PWD", "key", "KEY", "Key"):  # the last of which opens something in a query
            text = chance.choice(forms).replace("api_key", style) % "hunter2!"
            yield chance.choice(["", "lr: 1\n", "see it, "]) + text + chance.choice(["", "\nlr: 1", " "]), is_secret


def wrong(seed, count):
    return [text for text, is_secret in random_texts(seed, count) if ("hunter2" in masking.mask(text, ())) == is_secret]


def test_random_names_in_random_forms():
    assert wrong(0, 1000) == []


@pytest.mark.slow
def test_many_random_names_in_random_forms():
    assert wrong(1, 50000) == []
