"""Secrets in a text that are recognised by the name before them: `secret_names` knows the names, `secret_values` the
values that follow.

One pass looks for pieces of names, and only where it finds one, at what stands around it. Whatever it looks at is
bounded, and nothing is looked at twice: the time grows with the text's length alone.
"""
import re

from . import secret_names
from .secret_values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Sequence, Tuple
    Span = Tuple[int, int]

MASK = "***"
_LONGEST_NAME = 64  # characters
_PIECE = re.compile(  # of a name, in lower case, if something may follow it: each name of the table has one in it
    r"(?:token|key|secret|pass|pwd|auth|cred|cookie|dsn|webhook|jwt|otp(?![a-z])|pats?(?![a-z])|pins?(?![a-z])"
    r"|conn(?:ection)?[\W_]?str)[\w.-]{0,64}(?=[\\\"'`=:,>\s\]])")
_IN_NAMES = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")
_BEHIND_A_NAME = re.compile(
    r"(?P<quote>(?:\\{0,3}[\"'`])?)\]?(?:"
    r"[ \t]{0,20}(?P<sign>=>|:=|=(?![=~])|:(?!:|//))[ \t]{0,20}"  # name=value, "name": value, environ["name"] = value
    r"|[\s,]{1,40}\\{0,3}[\"']?(?P<beside>value)\\{0,3}[\"']?[ \t]{0,20}[:=][ \t]{0,20}"  # "name": NAME, "value": ...
    r"|[ \t]{0,20}(?P<comma>,)[ \t]{0,20}(?=[bBrRuU]?\\{0,3}[\"'])"  # ("name", "value"), ["--name", "value"]
    r"|(?P<tag>>)"  # <name>value</name>
    r"|(?P<space>[ \t]{1,20}))")  # --name value; login me password value
_WORD_BEFORE = re.compile(r"([A-Za-z]{2,20}) \Z")


def masked(text: str) -> str:
    """``text`` without what stands under the names of secrets."""
    lowered = text.lower()
    if len(lowered) != len(text):  # the one letter that becomes two, the dotted capital I
        lowered = text.replace("\u0130", "i").lower()
    parts, done = [], 0
    for piece in _PIECE.finditer(lowered):
        if piece.start() >= done:
            spans, seen = _secrets_at(text, piece.start(), piece.end(), done)
            for first, end in spans:
                parts += [text[done:first], MASK]
                done = end
            if seen > done:
                parts.append(text[done:seen])
                done = seen
    return "".join(parts) + text[done:] if MASK in parts else text


def _secrets_at(text: str, start: int, end: int, done: int) -> "Tuple[Sequence[Span], int]":
    """([(first, end)] of the values of the name with a piece from ``start`` on, up to where all has been looked at)."""
    behind = _BEHIND_A_NAME.match(text, end)
    is_in_front = start == 0 or text[start - 1] not in _IN_NAMES
    if behind is None or behind.lastgroup == "space" and is_in_front and text[start] not in "pP":
        return (), 0  # no option, no login: a word of a sentence, as most are
    first = start
    while first > done and start - first < _LONGEST_NAME and text[first - 1] in _IN_NAMES:
        first -= 1
    name = text[first:end]
    if name.lower() in ("key", "keys", "pass", "token", "tokens"):  # API key: ..., pad token: ...
        before = _WORD_BEFORE.search(text[max(done, first - 24):first])
        name = before.group() + name if before else name
        if not name.lower().endswith(("token", "tokens")) and not (
                before and secret_names.is_of_secrets(before.group(1))):
            return (), 0
    return Value(text, name, first, behind).found() if secret_names.is_secret_name(name) else ((), 0)
