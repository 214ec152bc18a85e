"""neptune_writer.masking: no secret leaves."""
import functools
import os
import sys

import pytest
from trainings import TOKEN

from neptune_writer import masking

pytestmark = pytest.mark.usefixtures("warnings")  # which forgets the tokens of other tests
OTHER = "0th3r-dG9rZW4tb2YtYW5vdGhlcg"
OF_NEPTUNE = "eyJhcGlfYWRkcmVzcyI6Imh0dHA6Ly9uby5vbmUiLCJhcGlfa2V5Ijoibm9uZSJ9"  # nobody's, in the form of all of them


@pytest.fixture(autouse=True)
def no_secret_of_the_shell(monkeypatch):
    for name in [name for name in os.environ if masking.is_secret_name(name)]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(sys, "argv", ["train.py"])


# Tokens that the environment or the command line gives

@pytest.mark.parametrize("name", [
    "NEPTUNE_API_TOKEN", "API_TOKEN", "WANDB_API_KEY", "GOODSEED_API_KEY", "MLFLOW_TRACKING_TOKEN",
    "MLFLOW_TRACKING_PASSWORD", "HF_TOKEN", "GITHUB_TOKEN", "DATABRICKS_TOKEN", "DATABRICKS_CLIENT_SECRET",
    "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AZURE_STORAGE_ACCESS_KEY", "PGPASSWORD"])
def test_tokens_of_the_environment_are_masked_wherever_they_stand(monkeypatch, name):
    monkeypatch.setenv(name, TOKEN)
    assert masking.mask("to %s, and %s" % (TOKEN, TOKEN)) == "to ***, and ***"


@pytest.mark.parametrize("name", ["HOME", "HF_TOKEN_PATH", "TOKENIZERS_PARALLELISM", "MAX_TOKENS", "NEPTUNE_PROJECT",
                                  "PASSWORD_STORE_DIR", "KEY", "SECRETS_FOLDER"])
def test_other_variables_are_ordinary_text(monkeypatch, name):
    monkeypatch.setenv(name, TOKEN)
    assert masking.known_tokens() == []


@pytest.mark.parametrize("value, text", [
    ("x", "max_ep_len"), ("", "anything"), ("mlflow", "mlflow:toy"), ("training", "training.py"),
    ("ANONYMOUS", "an ANONYMOUS run"), ("100000", "100000 rows")])
def test_a_word_or_a_small_number_is_no_token_since_it_stands_in_ordinary_text(monkeypatch, value, text):
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", value)
    assert masking.mask(text) is text


def test_of_two_tokens_that_begin_alike_no_end_stays_behind(monkeypatch):
    monkeypatch.setenv("NEPTUNE_API_TOKEN", "abcdefg1")
    monkeypatch.setenv("WANDB_API_KEY", "abcdefg1hijk")
    assert masking.mask("abcdefg1hijk abcdefg1") == "*** ***"


def test_each_of_several_tokens_with_commas_between_them_is_one(monkeypatch):
    monkeypatch.setenv("NEPTUNE_API_TOKEN", "%s, %s\n" % (TOKEN, OTHER))  # as minfx takes them
    assert masking.mask("%s and %s" % (OTHER, TOKEN)) == "*** and ***"


def test_a_token_that_was_taken_out_of_the_environment_stays_masked(monkeypatch):
    monkeypatch.setenv("NEPTUNE_API_TOKEN", TOKEN)
    masking.known_tokens()
    monkeypatch.delenv("NEPTUNE_API_TOKEN")
    assert masking.mask(TOKEN) == "***"


@pytest.mark.parametrize("arguments", [["--api_token", TOKEN], ["--token=" + TOKEN], ["neptune.api_token=" + TOKEN]])
def test_the_token_of_an_option_is_masked_elsewhere_too(monkeypatch, arguments):
    monkeypatch.setattr(sys, "argv", ["train.py"] + arguments)
    assert masking.mask("run of " + TOKEN) == "run of ***"


@pytest.mark.parametrize("arguments", [["--api_token", "--learning-rate1"], ["--secret", "/data/secrets/of-run-1"],
                                       ["--password", "CartPole"], ["--note", TOKEN]])
def test_what_is_no_token_behind_such_an_option_is_not(monkeypatch, arguments):
    monkeypatch.setattr(sys, "argv", ["train.py"] + arguments)
    assert masking.known_tokens() == []


# Names and command lines

@pytest.mark.parametrize("name", [
    "api_token", "NEPTUNE_API_TOKEN", "--api-key", "apiKey", "api key", "aws_secret", "password", "db_passwd",
    "passphrase", "auth_token", "access_key", "accessToken", "refresh_token", "neptune_token", "hf_token",
    "GITHUB_TOKEN", "Authorization", "private_key", "token", "TOKEN", "--token", "neptune.token"])
def test_names_of_secrets(name):
    assert masking.is_secret_name(name)


@pytest.mark.parametrize("name", ["seed", "n_tokens", "max_token_length", "--max-token", "pad_token", "key", "keys",
                                  "monkey", "token_type", "passes", "author", "env", "", None, 3])
def test_names_of_ordinary_things(name):
    assert not masking.is_secret_name(name)


@pytest.mark.parametrize("arguments, masked", [
    ([], []),
    (["train.py", "--lr", "1e-3"], ["train.py", "--lr", "1e-3"]),
    (["train.py", "--api_token", "hunter2!", "--lr", "1"], ["train.py", "--api_token", "***", "--lr", "1"]),
    (["train.py", "--token", "hunter2!"], ["train.py", "--token", "***"]),
    (["train.py", "--api-token=hunter2!"], ["train.py", "--api-token=***"]),
    (["train.py", "api_token=hunter2!"], ["train.py", "api_token=***"]),
    (["train.py", "--opts=lr=1,api_token=hunter2!"], ["train.py", "--opts=lr=1,api_token=***"]),
    (["train.py", '{"api_token": "hunter2!", "lr": 1}'], ["train.py", '{"api_token": ***, "lr": 1}']),
    (["train.py", "--note", "x" + TOKEN], ["train.py", "--note", "x***"]),
    (["train.py", "--note=of a secret garden"], ["train.py", "--note=of a secret garden"]),
    (["train.py", "--db", "mysql://me:hunter2!@host/db"], ["train.py", "--db", "mysql://***@host/db"]),
    (["train.py", "--max-token", "5", "--n_tokens=5"], ["train.py", "--max-token", "5", "--n_tokens=5"]),
    (["train.py", "--api_key", "--lr", "1"], ["train.py", "--api_key", "--lr", "1"]),  # an option, as argparse has it
    (["train.py", "--use_auth_token", "--lr=1"], ["train.py", "--use_auth_token", "--lr=1"]),
    (["train.py", "--token", "-hunter2-hunter2"], ["train.py", "--token", "***"]),
    (["x.py", "--api-keys", "hunter2", "hunter3", "--lr", "1"], ["x.py", "--api-keys", "***", "***", "--lr", "1"]),
    (["train.py", "--password=correct horse", "--pin", "1234"], ["train.py", "--password=***", "--pin", "***"]),
])
def test_command_lines(monkeypatch, arguments, masked):
    monkeypatch.setenv("NEPTUNE_API_TOKEN", TOKEN)
    assert masking.mask_arguments(arguments) == masked


# What looks like a secret, though nobody has named it

@pytest.mark.parametrize("text, masked", [
    ("https://me:hunter2!@host/path", "https://***@host/path"),
    ("pull https://hunter2@host:443 and go", "pull https://***@host:443 and go"),
    ("https://me:h@nter2!@host", "https://***@host"),
    ("is %s." % OF_NEPTUNE, "is ***."),
    ("Authorization: Bearer abcdefghij0123456789", "Authorization: Bearer ***"),
    ("GET /runs?api_key=hunter2!&page=2", "GET /runs?api_key=***&page=2"),
    ("init(api_token='hunter2!', mode=None)", "init(api_token=***, mode=None)"),
    ("Credentials(password='correct horse', user='me')", "Credentials(password=***, user='me')"),
    ("{'api_token': 'hunter2!', 'lr': 1}", "{'api_token': ***, 'lr': 1}"),
    ("{'api_token': b'hunter2!'}", "{'api_token': ***}"),
    ('"{\\"api_token\\": \\"hunter2!\\"}"', '"{\\"api_token\\": ***}"'),
    ("export NEPTUNE_API_TOKEN=hunter2!", "export NEPTUNE_API_TOKEN=***"),
])
def test_secrets_that_are_told_by_how_they_look(text, masked):
    assert masking.mask(text) == masked
    assert masking.mask(masked) == masked


@pytest.mark.parametrize("text", [
    "a text of ordinary words", "", "https://host/path@2x.png", "git@host:ours/it.git", "mail me@host, see http://host",
    '{"url": "https://host", "mail": "me@host"}', "max_token=5 n_tokens=5", "if token == 'x'", "keys: a, b",
    "MLFLOW_TRACKING_PASSWORD: expected one", "{'api_token': None, 'password': ''}", "api_token=None",
    "/usr/bin/python /a/neptune_writer /a/neptune-20261122T145639-1-0a1b2c3d.jsonl --to ws/project",
    "eyJhcGlf", "bearer of news",
])
def test_without_a_secret_texts_stay_as_they_are(text):
    assert masking.mask(text) is text


# Tokens that an experiment carries, or what makes one

class Part:
    def __init__(self, **entries):
        vars(self).update(entries)

    def __getattr__(self, name):
        raise RuntimeError("a Run raises on names it does not have")

    def open(self):
        """Make a run."""


CREDENTIALS = Part(_backend=Part(credentials=Part(api_token=TOKEN)))
KNOWS_ITSELF = Part(_api_token=TOKEN)
vars(KNOWS_ITSELF).update(run=KNOWS_ITSELF, runs=[KNOWS_ITSELF])


@pytest.mark.parametrize("run", [
    Part(_backend=Part(credentials=Part(_api_token=TOKEN))),
    CREDENTIALS,
    Part(_api_token=TOKEN),
    Part(_run=Part(_api_key=TOKEN)),
    Part(_op_processor=Part(_processors=[Part(_backend=Part(credentials=Part(api_token=TOKEN)))])),
    Part(settings={"proxy": ({"password": TOKEN},)}),
    KNOWS_ITSELF,
], ids=["first generation", "second generation", "third generation", "goodseed", "minfx", "dict", "knows itself"])
def test_the_token_that_a_live_run_carries_is_known_from_then_on(run):
    masking.remember_token_of(run)
    assert masking.mask("is " + TOKEN) == "is ***"


def init(project, api_token=None):
    """Make a run."""


API_TOKEN, SETTINGS = TOKEN, {"api_token": TOKEN}


def a_closure(token):
    return lambda: init("ws/project", token)


def a_default(api_token=TOKEN):
    """Make a run."""


@pytest.mark.parametrize("make", [
    functools.partial(init, api_token=TOKEN),
    functools.partial(init, "ws/project", TOKEN),
    functools.partial(functools.partial(init, api_token=TOKEN), "ws/project"),
    functools.partial(print, **SETTINGS),
    a_closure(TOKEN),
    a_default,
    lambda: init("ws/project", API_TOKEN),
    lambda: init("ws/project", **SETTINGS),
    CREDENTIALS.open,
], ids=["keyword", "position", "partial of a partial", "of a builtin", "closure", "default", "global", "settings",
        "method"])
def test_so_is_the_token_in_a_callable_that_makes_one(make):
    masking.remember_token_of(make)
    assert masking.mask("is " + TOKEN) == "is ***"


@pytest.mark.parametrize("experiment", [None, "offline", object(), Part(_api_token=None), Part(note=TOKEN), init, print,
                                        functools.partial(init, nonsense=1)],
                         ids=lambda value: type(value).__name__)
def test_looking_for_a_token_where_there_is_none_raises_nothing(experiment):
    masking.remember_token_of(experiment)
    assert masking.known_tokens() == []


class Endless:
    """Shows another of its kind whenever it is looked into."""

    @property
    def __dict__(self):
        return {"next": Endless(), "index": 0}


def test_looking_for_a_token_ends_in_whatever_a_run_is_made_of():
    masking.remember_token_of(Part(endless=Endless(), api_token=TOKEN))
    assert masking.known_tokens() == [TOKEN]
