"""Files of past runs as text, tables and numbers, whatever is wrong with them."""
from __future__ import annotations

import codecs
import csv
import json
import math
import os
from pathlib import Path
from typing import (Any, Callable, Dict, Iterator, List, Mapping, Optional,
                    Sequence, Tuple)

from neptune_writer import values as plain
from neptune_writer.system import files

from scripts.runs.table import Say

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def read(path: Path, say: Say) -> str:
    """The file's text: UTF-8, or as its byte order mark says, else Latin-1, which is said."""
    with files.open_to_read(str(path)) as file:
        content = bytes(file.read())
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        say(str(path), f"not UTF-8 at byte {error.start}; read as Latin-1")
        return content.decode("latin-1")


def number(text: Any) -> Optional[float]:
    """A cell as a number; None where it is none: an empty one, a text."""
    found = plain.number_of(text)
    try:
        return None if found is None or isinstance(found, str) else float(found)
    except (TypeError, ValueError, OverflowError):
        return None


def rows(path: Path, say: Say, separator: str = ",", comments: str = "",
         commented: Callable[[str], None] = lambda line: None) -> Iterator[Dict[str, str]]:
    """A table with a header, row by row: column -> text. A row that is not whole is left out, and named.

    Args:
        comments: lines that begin with it are skipped; ``commented`` is told each, between the rows.
    """
    lines = [line.rstrip("\r") for line in read(path, say).replace("\0", "").split("\n")]
    torn = lines.pop()

    def whole() -> Iterator[str]:
        for line in lines:
            if comments and line.startswith(comments):
                commented(line)
            elif line.strip():
                yield line

    if not any(line.strip() and not (comments and line.startswith(comments)) for line in lines):
        say(str(path), "no table, but one line without its end" if torn.strip() else "it is empty")
        return
    kept = csv.reader(whole(), delimiter=separator) if separator == "," else (
        line.split(separator) for line in whole())
    header: List[str] = []
    broken: List[str] = []
    for cells in _parsed(kept, broken):
        if not header:
            header = [cell.strip() for cell in cells]
        elif [cell.strip() for cell in cells] == header:
            continue  # a logger that was opened again writes its header again
        elif len(cells) != len(header):
            broken.append(f"{len(cells)} columns instead of {len(header)}")
        else:
            yield dict(zip(header, cells))
    if broken:
        say(str(path), f"{_lines(len(broken))} left out: {broken[0]}")
    if torn.strip():
        say(str(path), "its last line has no end, and is left out")


def _parsed(reader: Iterator[List[str]], broken: List[str]) -> Iterator[List[str]]:
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            broken.append(str(error))


def objects(path: Path, say: Say) -> Iterator[Dict[str, Any]]:
    """A file of JSON objects, a line each; lines that are none are left out, and named."""
    broken = 0
    text = read(path, say)
    if not text.strip():
        say(str(path), "it is empty")
    for line in text.split("\n"):
        found = _object(line)
        if found is not None:
            yield found
        elif line.strip("\0\r\n\t "):
            broken += 1
    if broken:
        say(str(path), f"{_lines(broken)} left out: not a JSON object")


def _object(text: str) -> Optional[Dict[str, Any]]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def config(path: Path, say: Say) -> Dict[str, Any]:
    """A file that is one JSON object; empty where there is none, or it is broken, which is said."""
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


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count} lines"
