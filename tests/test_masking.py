"""neptune_writer.masking: no token leaves."""
import pytest
from trainings import TOKEN

from neptune_writer import masking

pytestmark = pytest.mark.usefixtures("warnings")  # which forgets the tokens of other tests


class Credentials:
    def __init__(self, token):
        self.api_token = token


class Backend:
    def __init__(self, token):
        self.credentials = Credentials(token)


class Run:
    def __init__(self, token):
        self._backend = Backend(token)

    def __getattr__(self, name):
        raise RuntimeError("a Run raises on names it does not have")


def test_without_a_token_texts_stay_as_they_are():
    text = "a text of ordinary words"
    assert masking.mask(text) is text


@pytest.mark.parametrize("name", ["NEPTUNE_API_TOKEN", "WANDB_API_KEY", "API_TOKEN"])
def test_tokens_of_the_environment_are_masked_wherever_they_stand(monkeypatch, name):
    monkeypatch.setenv(name, TOKEN)
    assert masking.mask("to %s, and %s" % (TOKEN, TOKEN)) == "to ***, and ***"


def test_of_two_tokens_that_begin_alike_no_end_stays_behind(monkeypatch):
    monkeypatch.setenv("NEPTUNE_API_TOKEN", "abcdefgh")
    monkeypatch.setenv("WANDB_API_KEY", "abcdefghijkl")
    assert masking.mask("abcdefghijkl abcdefgh") == "*** ***"


def test_a_placeholder_is_no_token(monkeypatch):
    monkeypatch.setenv("NEPTUNE_API_TOKEN", "x")
    assert masking.mask("max_ep_len") == "max_ep_len"


@pytest.mark.parametrize("name", ["api_token", "NEPTUNE_API_TOKEN", "--api-key", "apiKey", "aws_secret", "password",
                                  "auth_token", "access_key"])
def test_names_of_secrets(name):
    assert masking.is_secret_name(name)


@pytest.mark.parametrize("name", ["seed", "n_tokens", "max_token_length", "key", "env", "", None, 3])
def test_names_of_ordinary_things(name):
    assert not masking.is_secret_name(name)


@pytest.mark.parametrize("arguments, masked", [
    ([], []),
    (["train.py", "--lr", "1e-3"], ["train.py", "--lr", "1e-3"]),
    (["train.py", "--api_token", "hunter2!", "--lr", "1"], ["train.py", "--api_token", "***", "--lr", "1"]),
    (["train.py", "--api-token=hunter2!"], ["train.py", "--api-token=***"]),
    (["train.py", "api_token=hunter2!"], ["train.py", "api_token=***"]),
    (["train.py", "--note", "x" + TOKEN], ["train.py", "--note", "x***"]),
    (["train.py", "--api_key", "--lr", "1"], ["train.py", "--api_key", "***", "1"]),  # rather too much
])
def test_command_lines(monkeypatch, arguments, masked):
    monkeypatch.setenv("NEPTUNE_API_TOKEN", TOKEN)
    assert masking.mask_arguments(arguments) == masked


def test_the_token_that_a_live_run_carries_is_known_from_then_on():
    masking.remember_token_of(Run(TOKEN))
    assert masking.mask("is " + TOKEN) == "is ***"


@pytest.mark.parametrize("experiment", [None, "offline", object(), Run(None), lambda: None],
                         ids=lambda value: type(value).__name__)
def test_looking_for_a_token_where_there_is_none_raises_nothing(experiment):
    masking.remember_token_of(experiment)
    assert masking.known_tokens() == []
