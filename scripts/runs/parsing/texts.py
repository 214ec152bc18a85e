"""Files of past runs as text, tables and numbers, whatever is wrong with them."""
from __future__ import annotations

import codecs
import contextlib
import json
import math
import os
import re
from pathlib import Path
from typing import (Any, Dict, Iterator, List, Mapping, Optional, Sequence,
                    Tuple)

from neptune_writer import values as plain

from scripts.runs.cache import traces
from scripts.runs.parsing import compressed
from scripts.runs.table import Say

_HOLE, _NO_LINE = re.compile(r"[^\r\n]*\0[^\r\n]*"), "\ufffd"
_TRUTHS = {"true": 1.0, "false": 0.0}
_LINE_END = re.compile(r"\r\n|\n|\r")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def read(path: Path, say: Say) -> str:
    """The file's text: UTF-8, or as its byte order mark says, else Latin-1, which is said."""
    return content(path, say).decode()


def content(path: Path, say: Say) -> bytes:
    """The file's text, see `read`, as UTF-8."""
    found = compressed.content(path, say)
    if found.isascii():
        return found
    encoding = next((name for mark, name in _MARKS if found.startswith(mark)), "utf-8")
    try:
        text = found.decode(encoding)
        return found if encoding == "utf-8" else text.encode()
    except UnicodeDecodeError as error:
        say(str(path), f"not UTF-8 at byte {error.start}; read as Latin-1")
        return found.decode("latin-1").encode()


def without_zeros(text: str) -> str:
    """The text without bytes that were never written, as a disk leaves them: a line that holds some is one that no
    table has, but for a first and a last one that hold nothing else."""
    def mended(hole: "re.Match[str]") -> str:
        is_outside = hole.start() == 0 or hole.end() == len(text)
        return "" if is_outside and not hole.group().strip("\0\t ") else _NO_LINE
    return text if "\0" not in text else _HOLE.sub(mended, text)


def whole_lines(path: Path, say: Say) -> List[str]:
    """The file's lines; a last one without its end is left out, and named: half a number is another number."""
    found = _LINE_END.split(read(path, say))
    if found.pop().strip():
        say(str(path), "its last line has no end, and is left out")
    return found


def number(text: Any) -> Optional[float]:
    """A cell as a number, truths also as other languages write them; None where it is none: an empty one, a text."""
    found = plain.parsed_number(text)
    try:
        if isinstance(found, str):
            return _TRUTHS.get(found.strip().lower())
        return None if found is None else float(found)
    except (TypeError, ValueError, OverflowError):
        return None


def value(text: str) -> Any:
    """A setting that was kept as the text that Python shows of it: the number where that looks so, else the text. A
    ``007``, ``1e5`` or ``[64]`` was none."""
    for kind in (int, float):
        with contextlib.suppress(ValueError):
            if str(kind(text)) == text:
                return kind(text)
    return text


def objects(path: Path, say: Say) -> Iterator[Dict[str, Any]]:
    """A file of JSON objects, a line each; lines that are none are left out, and named."""
    broken = 0
    text = read(path, say)
    if not text.strip():
        say(str(path), "it is empty")
    if text.lstrip().startswith("["):
        yield from _array(path, text, say)
        return
    for line in _LINE_END.split(text):
        found = _object(line)
        if found is not None:
            yield found
        elif line.strip("\0\r\n\t "):
            broken += 1
    if broken:
        say(str(path), f"{lines(broken)} left out: not a JSON object")


def _array(path: Path, text: str, say: Say) -> Iterator[Dict[str, Any]]:
    """The objects of one array of JSON."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        say(str(path), f"not read: not JSON ({error})")
        return
    objects_in = [entry for entry in found if isinstance(entry, dict)]
    if len(objects_in) < len(found):
        say(str(path), f"{len(found) - len(objects_in)} of {len(found)} entries left out: not an object")
    yield from objects_in


def _object(text: str) -> Optional[Dict[str, Any]]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def config(path: Path, say: Say) -> Dict[str, Any]:
    """A file that is one JSON object; empty where there is none, or it is broken, which is said."""
    traces.look_for(path)
    if not os.path.lexists(path):
        return {}
    try:
        found = _object(read(path, say))
    except OSError as error:
        say(str(path), f"{error.strerror}; the run is shown without its config")
        return {}
    if found is None:
        say(str(path), "not one JSON object; the run is shown without its config")
    return found or {}


def finite(value: Optional[float]) -> Optional[float]:
    """The number where it is one that can be an x or a time."""
    return value if value is not None and math.isfinite(value) else None


def first(values: Mapping[str, Any], names: Sequence[str]) -> Optional[Tuple[str, float]]:
    """The first of these names that has a finite number, and that number."""
    for name in names:
        found = finite(number(values.get(name)))
        if found is not None:
            return name, found
    return None


def lines(count: int) -> str:
    """So many lines, in words."""
    return "1 line" if count == 1 else f"{count} lines"
