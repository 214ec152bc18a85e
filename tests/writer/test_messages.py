"""neptune_writer.messages: one line for a person."""
import pytest

from neptune_writer import messages
from neptune_writer.system.files import NotOurs


class NeptuneMissingApiTokenException(Exception):
    """Named like the client's, whose texts begin with a banner of that name."""


BANNER = "\n\x1b[95m----NeptuneMissingApiTokenException-------\n\x1b[0m\nThe Neptune client needs a token.\n\nTo do\n"


@pytest.mark.parametrize("error, line", [
    (ValueError("no"), "ValueError: no"), (ValueError(), "ValueError"), (ValueError("a\nb"), "ValueError: a"),
    (ValueError("x" * 300), "ValueError: " + "x" * 200),
    (NeptuneMissingApiTokenException(BANNER), "NeptuneMissingApiTokenException: The Neptune client needs a token."),
])
def test_an_exception_is_its_type_and_the_first_line_that_is_no_banner(error, line):
    assert messages.short(error) == line


def test_a_message_of_our_own_keeps_its_end_however_long_its_path_is():
    path = "/home/a/" + "folder/" * 50 + "neptune-r.jsonl"
    said = "%s: a symlink, not a file of this user; it is left alone" % path
    assert messages.short(NotOurs(path, "a symlink")) == messages.reason(NotOurs(path, "a symlink")) == said


class Speechless(Exception):
    def __str__(self):
        raise RuntimeError("nothing to say")


def test_an_exception_without_words_is_its_type():
    assert messages.short(Speechless()) == "Speechless"


@pytest.mark.parametrize("error, expected", [
    (FileNotFoundError(2, "No such file or directory", "a/j"), "there is no such file or folder"),
    (FileNotFoundError(2, "No such file or directory", "/x/y"), "/x/y: there is no such file or folder"),
    (PermissionError(13, "Permission denied", "a/j"), "Permission denied"),
    (ConnectionRefusedError(111, "Connection refused"), "Connection refused"),
    (ValueError("a/j: expected a journal, found something else"), "expected a journal, found something else"),
    (ValueError(), "ValueError"), (KeyError("run"), "KeyError: 'run'"), (Speechless(), "Speechless")])
def test_why_a_file_was_refused_names_no_type_where_words_tell_and_its_path_not_again(error, expected):
    assert messages.reason(error, "a/j") == expected


def test_a_token_is_masked_before_a_message_is_cut(monkeypatch):
    token = "token-" + "x" * 250
    monkeypatch.setenv("NEPTUNE_API_TOKEN", token + "\n")
    assert messages.short(ValueError("in header 'Bearer %s'" % token)) == "ValueError: in header 'Bearer ***'"


@pytest.mark.parametrize("number, text", [(0, "0 rows"), (1, "1 row"), (2, "2 rows")])
def test_things_are_counted_as_people_count(number, text):
    assert messages.count(number, "row") == text


def test_a_message_is_one_line_and_never_raises(monkeypatch, capsys):
    messages.say("a\nb\r\nc")
    assert capsys.readouterr().err == "neptune: a b c\n"
    monkeypatch.setattr("sys.stderr", None)
    messages.say("nobody hears")


def test_a_warning_with_a_key_is_given_once(warnings):
    for text in ("first", "again"):
        messages.warn(text, once="key")
    assert warnings == ["first"]
