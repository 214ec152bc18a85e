"""Names of secrets, and names that only look like it: alike in configs, options, texts and variables (S30, B7)."""
import argparse
import dataclasses
import enum
import json
import pathlib
import sys
import types
from collections import namedtuple

import numpy as np
import ordinary_configs
import pytest
from secret_name_examples import ORDINARY_NAMES, RUN_TOGETHER, SECRET_NAMES, styles

from neptune_writer.recording import config, group
from neptune_writer import masking
from neptune_writer.masking import secret_names
from neptune_writer.recording.cleaning import without_experiments

pytestmark = pytest.mark.usefixtures("warnings")  # which forgets the tokens of other tests

SECRET = "hunter2!"


def test_names_of_secrets_however_their_words_are_joined():
    names = [style for name in SECRET_NAMES for style in styles(name) if style != "PWD"] + RUN_TOGETHER
    assert [name for name in names if not masking.is_secret_name(name)] == []


def test_names_that_only_look_like_it():
    assert [style for name in ORDINARY_NAMES for style in styles(name) if masking.is_secret_name(style)] == []


def shown_of(name, value):
    """What a config, options and texts show of a value under a name, variables apart."""
    option = "--" + name.replace("_", "-")
    yield from (str(config.plain({name: value})), str(without_experiments({name: value})))
    yield from (str(masking.mask_arguments([option, value])), str(masking.mask_arguments([option + "=" + value])))
    for text in ("run %s %s --lr 1" % (option, value), "%s=%s" % (name, value), "export %s='%s'" % (name, value),
                 json.dumps({name: value}), repr({name: value}), "%s: %s" % (name, value)):
        yield masking.mask(text, ())


@pytest.mark.parametrize("names, is_secret", [(SECRET_NAMES, True), (ORDINARY_NAMES, False)])
def test_a_name_is_one_in_a_config_an_option_a_text_and_a_variable_alike(monkeypatch, names, is_secret):
    """S30, B7."""
    wrong = [(name, shown) for name in names for shown in shown_of(name, SECRET) if (SECRET in shown) == is_secret]
    assert wrong == []
    monkeypatch.setattr(sys, "argv", ["train.py"])
    for name in names:
        masking._known.clear()
        monkeypatch.setenv(name.upper() if name != "pwd" else "MYSQL_PWD", "correct-horse-battery-1")
        assert (masking.mask("correct-horse-battery-1") == "***") == is_secret, name
        monkeypatch.delenv(name.upper() if name != "pwd" else "MYSQL_PWD")


# Numbers

NUMBERS = [0, 4096, 0.5, True, np.int64(3), np.zeros(2), [1, 2], {"a": 1}, "4096", "1e-3", "32k"]


@pytest.mark.parametrize("name", ["session_tokens", "token", "user_token", "api_key", "auth", "secret", "otp"])
def test_a_number_is_no_secret(name):
    for number in NUMBERS:
        given = {name: number}
        assert without_experiments(given) is given
        if isinstance(number, (int, str)):
            assert masking.mask("%s=%s" % (name, number), ()) == "%s=%s" % (name, number)
            assert masking.mask_arguments(["--" + name, str(number)]) == ["--" + name, str(number)]


@pytest.mark.parametrize("name", ["pin", "pwd", "password", "db_pass", "passphrase"])
def test_but_for_passwords(name):
    for number in (1234, "1234", 0.5, "!$%-"):
        assert without_experiments({name: number}) == {name: "***"}
        assert masking.mask("%s=%s" % (name, number), ()) == "%s=***" % name
        assert masking.mask_arguments(["--" + name, str(number)]) == ["--" + name, "***"]


def test_a_row_of_digits_that_no_float_holds_is_no_number():
    assert config.plain({"user_token": "12345678901234567890"}) == {"user_token": "***"}


def test_nothing_a_switch_and_an_entry_of_a_vocabulary_are_no_secrets():
    given = {"user_token": ["", "none", "None", "null", "true", "False", "no", "***", "<pad>", "</s>", "<|user|>",
                            "[MASK]", "\n\n", ",", " "]}
    assert without_experiments(given) is given


# Configs

@pytest.mark.parametrize("which", sorted(ordinary_configs.ALL))
def test_hyper_parameters_stay_as_they_are(which):
    """265 of them, in a config and in every form of a text."""
    given = ordinary_configs.ALL[which]
    assert without_experiments(given) is given
    for name, value in given.items():
        for form in ("%s=%s", "--%s %s", "--%s=%s", "%s: %s"):
            assert masking.mask(form % (name, value), ()) == form % (name, value)
        for text in (json.dumps({name: value}), repr({name: value})):
            assert masking.mask(text, ()) == text


def groups(name, values):
    return {group.group(config.plain({name: value, "lr": 1}), "ppo") for value in values}


@pytest.mark.parametrize("name, values", [
    ("hf_tokenizer", ["gpt2", "llama", "t5"]), ("passwordless", ["a", "b", "c"]), ("secretary_cost", ["a", "b", "c"]),
    ("sort_key", ["a", "b", "c"]), ("pad_token", ["<pad>", "</s>", "[PAD]"]), ("session_tokens", [1024, 4096, "8192"])])
def test_groups_do_not_merge_since_a_name_looks_like_that_of_a_secret(name, values):
    """B7."""
    assert len(groups(name, values)) == 3


@pytest.mark.parametrize("name", ["api_token", "user_token", "openai_key", "credentials"])
def test_groups_do_not_differ_by_whose_secret_it_is_nor_by_whether_there_is_one(name):
    assert len(groups(name, ["abc", "def", "", None])) == 1


@dataclasses.dataclass
class Account:
    user: str = "me"
    value: str = SECRET
    port: int = 8080


class Kind(enum.Enum):
    PRIVATE = SECRET
    API_KEY = 1


class Word(str, enum.Enum):
    PRIVATE = SECRET
    API_KEY = "api_key"


class Slots:
    __slots__ = ("api_token",)

    def __init__(self):
        self.api_token = SECRET

    def __repr__(self):
        return "Slots(api_token=%r)" % self.api_token


Login = namedtuple("Login", "user password")


@pytest.mark.parametrize("value", [
    {"user_token": SECRET.encode()}, {"user_token": bytearray(SECRET.encode())},
    {"token": pathlib.PurePosixPath(SECRET)},
    {"tokens": [SECRET, "b"]}, {"tokens": (SECRET,)}, {"tokens": {SECRET}}, {"tokens": [[SECRET]]},
    {"credentials": {"user": "me", "value": SECRET}}, {"credentials": {"deep": {"deeper": [SECRET]}}},
    {"credentials": Account()}, {"auth": argparse.Namespace(value=SECRET)}, {"auth": ("me", SECRET)},
    {"secrets": types.MappingProxyType({"a": SECRET})}, {"auth": Kind.PRIVATE}, {"token": Word.PRIVATE},
    {"login": Login("me", SECRET)}, {"slots": Slots()}, {"items": [("api_key", SECRET)]},
    {"items": {"api_key": SECRET}.items()},
    {"argv": ["train.py", "--api-key", SECRET]}, {"argv": ["train.py", "--api-keys", "a", SECRET]},
    {"argv": ["train.py", "--password=" + SECRET]}, {"env": [{"name": "API_KEY", "value": SECRET}]},
    {"env": [{"key": "userToken", "value": SECRET}]}, {"env": "LR=1\nAPI_KEY=%s\n" % SECRET},
    {"tags": {"user-token": SECRET}}, {b"api_key": SECRET}, {Kind.API_KEY: SECRET}, {Word.API_KEY: SECRET},
], ids=repr)
def test_whatever_a_secret_is_made_of_and_wherever_its_name_stands(value):
    for safe in (without_experiments(value), without_experiments(value, leave_out=False), config.plain(value)):
        assert "hunter2" not in repr(safe)
    assert "hunter2" not in json.dumps(config.plain(value))


def test_what_is_no_secret_beside_one_is_kept():
    given = {"credentials": {"user": "me", "port": 8080, "is_new": True, "none": None},
             "argv": ["--token", "x1", "--lr", "1"]}
    assert without_experiments(given) == {"credentials": dict(given["credentials"], user="***"),
                                          "argv": ["--token", "***", "--lr", "1"]}


@pytest.mark.parametrize("value", [
    {"columns": ("token", "label")}, {"columns": ["input_ids", "token"]},
    {"argv": ["train.py", "--pad-token", "x", "--lr", "1"]}, {"argv": ["--use_auth_token", "--lr", "1"]},
    {"entry": {"name": "lr", "value": "x"}}, {"point": namedtuple("P", "x y")(1, "a")},
], ids=repr)
def test_names_that_stand_elsewhere_and_are_no_secrets(value):
    assert without_experiments(value) is value


def test_a_value_under_a_secrets_name_may_hold_itself():
    given = {"value": SECRET}
    given["itself"] = given
    wide = given
    for _ in range(40):  # looked into once each, not 2 ** 40 times
        wide = [wide, wide]
    assert "hunter2" not in repr(without_experiments({"credentials": given}))
    assert "hunter2" not in repr(config.plain({"credentials": wide}))


# The environment

@pytest.mark.parametrize("name", [
    "GITHUB_PAT", "MYSQL_PWD", "OPENAI_KEY", "TELEGRAM_BOT_TOKEN", "SENTRY_DSN", "DOCKER_AUTH"])
def test_variables_of_other_services_are_secrets(monkeypatch, name):
    """S30."""
    monkeypatch.setenv(name, "correct-horse-battery-1")
    assert masking.mask("is correct-horse-battery-1") == "is ***"


@pytest.mark.parametrize("name, value", [
    ("PWD", "/home/me/project-1"), ("OLDPWD", "/home/me/project-1"),
    ("GOOGLE_APPLICATION_CREDENTIALS", "/home/me/project-1"),
    ("SESSION_TOKENS", "123456789012"), ("SSH_AUTH_SOCK", "/home/me/project-1"), ("SOME_KEY", "observation"),
    ("AUTH", "development-only")])
def test_variables_that_say_where_or_how_many_are_none(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    assert masking.mask("cd %s" % value) == "cd %s" % value


def test_each_line_of_a_private_key_in_a_variable_is_a_secret(monkeypatch):
    lines = ["-----BEGIN RSA PRIVATE KEY-----", "MIIEowIBAAKCAQEA7bq1", "Xk9vQ2ZtUmFuZG9tTGluZQ",
             "-----END RSA PRIVATE KEY-----"]
    monkeypatch.setenv("DEPLOY_PRIVATE_KEY", "\n".join(lines))
    assert masking.mask("has " + lines[2]) == "has ***"


def test_a_known_token_is_masked_in_a_url_and_in_json(monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", 'p@ss "word"/1')
    for text in ("http://me:p%40ss%20%22word%22%2F1@host", json.dumps({"a": 'p@ss "word"/1'}), 'is p@ss "word"/1'):
        assert "word" not in masking.mask(text)


def test_the_table_says_of_no_word_both():
    assert not secret_names._OF_SECRETS & secret_names._ORDINARY_KEYS


def test_a_token_that_is_set_later_is_known_at_once(monkeypatch):
    """What was known is not looked for again until the variables, the arguments or what was remembered change."""
    secrets = ["k3y-of-the-first-0", "k3y-of-the-second-0", "k3y-of-the-third-0"]
    assert masking.mask(" ".join(secrets)) == " ".join(secrets)
    monkeypatch.setenv("SOME_API_TOKEN", secrets[0])
    assert masking.mask(" ".join(secrets)) == " ".join(["***", *secrets[1:]])
    monkeypatch.setattr("sys.argv", ["train.py", "--api-token=" + secrets[1]])
    assert masking.mask(" ".join(secrets)) == " ".join(["***", "***", secrets[2]])
    masking.remember(secrets[2])
    assert masking.mask(" ".join(secrets)) == "*** *** ***"
