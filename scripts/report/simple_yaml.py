"""The YAML of config files, as Hydra, Lightning and RL Zoo write it: mappings, lists, and plain values in them.

Tags and anchors are passed over. What is beyond that, is text, or a ValueError: a config only has to tell runs apart.
"""
from __future__ import annotations

import json
import re
from typing import Any, List, Tuple

_KEY = re.compile(r"(\"[^\"]*\"|'[^']*'|[^\s\[{\"'#&*!|>%@`-][^#]*?|-[^\s:][^#]*?)\s*:(?=\s|$)\s*(.*)", re.DOTALL)
_ABOUT = re.compile(r"(?:[!&]\S*\s*)+")  # tags, anchors
_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?")
_WORDS = {"": None, "null": None, "~": None, "Null": None, "NULL": None, "true": True, "True": True, "TRUE": True,
          "false": False, "False": False, "FALSE": False}
_Line = Tuple[int, str]
"""How far it is indented, and what stands there."""


def load(text: str) -> Any:
    """What the first document is.

    Raises:
        ValueError: it is no YAML that is read here.
    """
    lines: List[_Line] = []
    for line in text.split("\n"):
        bare = line.strip()
        if bare == "---" and lines or bare == "...":
            break
        if bare and not bare.startswith(("#", "---", "%")):
            if "\t" in line[:len(line) - len(line.lstrip())]:
                raise ValueError("a tab where a line begins")
            lines.append((len(line) - len(line.lstrip()), bare))
    if lines and _ABOUT.fullmatch(lines[0][1]):
        lines.pop(0)
    if not lines:
        return None
    try:
        found, end = _block(lines, 0)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if end < len(lines):
        raise ValueError(f"did not expect {lines[end][1][:40]!r} there")
    return found


def _block(lines: List[_Line], place: int) -> Tuple[Any, int]:
    """What begins at a line, and the place of the line behind it."""
    indent, text = lines[place]
    if text == "-" or text.startswith("- "):
        return _list(lines, place, indent)
    if _KEY.fullmatch(text):
        return _mapping(lines, place, indent)
    words = [text]
    while place + 1 < len(lines) and lines[place + 1][0] > indent:
        place += 1
        words.append(lines[place][1])
    return _value(" ".join(words)), place + 1


def _list(lines: List[_Line], place: int, indent: int) -> Tuple[List[Any], int]:
    found = []
    while place < len(lines) and lines[place][0] == indent and re.match(r"-(\s|$)", lines[place][1]):
        rest = _without_tag(lines[place][1][1:].lstrip())
        if rest:
            lines[place] = (indent + len(lines[place][1]) - len(rest), rest)
            value, place = _block(lines, place)
        else:
            value, place = _below(lines, place, indent)
        found.append(value)
    return found, place


def _mapping(lines: List[_Line], place: int, indent: int) -> Tuple[Any, int]:
    found = {}
    while place < len(lines) and lines[place][0] == indent:
        match = _KEY.fullmatch(lines[place][1])
        if match is None:
            break
        key, rest = str(_value(match.group(1))), match.group(2)
        rest = re.sub(r"(?:^|\s+)#.*", "", rest) if "'" not in rest and '"' not in rest else rest
        rest = _without_tag(rest)
        if not rest:
            found[key], place = _below(lines, place, indent)
            continue
        words = [] if re.fullmatch(r"[|>][-+\d]*", rest) else [rest]
        place += 1
        while place < len(lines) and lines[place][0] > indent:
            if words and words[0][0] not in "'\"[{" and _KEY.fullmatch(lines[place][1]):
                raise ValueError(f"did not expect {lines[place][1][:40]!r} there")
            words.append(lines[place][1])
            place += 1
        found[key] = _value(" ".join(words)) if words[:1] == [rest] else "\n".join(words)
    return found, place


def _without_tag(text: str) -> str:
    return _ABOUT.sub("", text, 1) if text[:1] in ("!", "&") else text


def _below(lines: List[_Line], place: int, indent: int) -> Tuple[Any, int]:
    """What stands indented below a line; a list of a key may stand as far out as the key."""
    if place + 1 < len(lines):
        deeper, text = lines[place + 1]
        if deeper > indent or deeper == indent and re.match(r"-(\s|$)", text) and _KEY.fullmatch(lines[place][1]):
            return _block(lines, place + 1)
    return None, place + 1


def _value(text: str) -> Any:
    if text[:1] == text[-1:] == "'" and len(text) > 1:
        return text[1:-1].replace("''", "'")
    if text[:1] in ('"', "[", "{"):
        try:
            return json.loads(text)
        except ValueError:
            return text.strip('"') if text[:1] == '"' else _flow(text)
    if text in _WORDS:
        return _WORDS[text]
    if _NUMBER.fullmatch(text):
        return int(text) if re.fullmatch(r"[-+]?\d+", text) else float(text)
    return text


def _flow(text: str) -> Any:
    """``[a, 1]``: a list of plain values; anything else as it stands there."""
    inner = text[1:-1]
    if text[:1] + text[-1:] == "[]" and not re.search(r"[\[\]{}\"']", inner):
        return [_value(part.strip()) for part in inner.split(",")] if inner.strip() else []
    return {} if text == "{}" else text
