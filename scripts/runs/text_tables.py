"""Tables of past runs, row by row, whatever is wrong with them; what is left out is named, with its line.

A table is text with a header. Which separator it has is found by looking; cells may hold separators within quotes or
brackets, as a tensor's text or ``q(s,a)`` does; a second header, of a logger that was opened again with other metrics,
names the columns from there on.
"""
from __future__ import annotations

import csv
import itertools
import re
from pathlib import Path
from typing import (Callable, Dict, Iterable, Iterator, List, NamedTuple,
                    Sequence, Tuple)

from scripts.runs import texts
from scripts.runs.table import Say

_SEPARATORS = (",", "\t", ";")
_LOOKED_AT = 50  # rows, to find the separator and how cells are split
_LINES_OF_A_CELL = 20  # a quoted one; what goes on for longer is a quote that nobody closed
_NUMBERS = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?|nan|[-+]?inf(inity)?|True|False", re.IGNORECASE)
_DECIMAL_COMMA = re.compile(r"(?<![^;\s])([-+]?\d+),(\d+(?:[eE][-+]?\d+)?)(?![^;\s])")  # of tables with semicolons
Split = Callable[[str], List[str]]


class Line(NamedTuple):
    """A line of the file, without its end, and its number, from 1 on."""

    number: int
    text: str


class Broken:
    """What was left out: how many lines, and why the first of them was."""

    def __init__(self) -> None:
        self.lines = 0
        self.why = ""

    def add(self, line: Line, why: str, lines: int = 1) -> None:
        """So many more, from this one on."""
        self.why = self.why or f"line {line.number}: {why}"
        self.lines += lines


def rows(path: Path, say: Say, separator: str = ",", comments: str = "",
         commented: Callable[[str], None] = lambda line: None, columns: Sequence[str] = ()) -> Iterator[Dict[str, str]]:
    """The rows of a table: column -> text.

    Args:
        separator: the one that the format has; another is found by looking, and is said.
        comments: lines that begin with it are skipped; ``commented`` is told each, between the rows.
        columns: what the columns are where there is no header but as many columns of numbers; else none is made up.
    """
    text = texts.without_zeros(texts.read(path, say))
    lines = list(itertools.starmap(Line, enumerate(re.split(r"\r\n|\n|\r", text), 1)))
    torn = lines.pop()
    told = [line for line in lines if line.text.strip() and not (comments and line.text.startswith(comments))]
    if not told:
        say(str(path), "no table, but one line without its end" if torn.text.strip() else "it is empty")
        return
    found = _separator(told, separator)
    if found != separator:
        say(str(path), f"its columns are separated by {_NAMES[found]}, not by {_NAMES[separator]}")
    broken, split = Broken(), _split(found, told)
    header: List[str] = []  # from here on; another one may come
    for line, cells in _cells(lines, found, split, comments, commented, broken, header):
        names = [cell.strip() for cell in cells]
        if not header:
            if not _is_header(names):
                if not columns or len(columns) != len(names):
                    say(str(path), f"not read: it has no header, its first line is {line.text[:60]!r}")
                    return
                say(str(path), f"it has no header; its columns are taken for {', '.join(columns)}")
                header[:] = columns
                yield dict(zip(header, cells))
                continue
            header[:] = names
        elif names == header:
            continue  # a logger that was opened again writes its header again
        elif _is_header(names) and _is_another_header(names, header):
            header[:] = names
        elif len(cells) == len(header) + 1 and not names[-1]:
            yield dict(zip(header, cells))  # a separator behind the last cell
        elif len(cells) != len(header):
            broken.add(line, f"{len(cells)} columns, not {len(header)}")
        else:
            yield dict(zip(header, cells))
    if broken.lines:
        say(str(path), f"{texts.lines(broken.lines)} left out; {broken.why}")
    if torn.text.strip():
        say(str(path), "its last line has no end, and is left out")


_NAMES = {",": "commas", "\t": "tabs", ";": "semicolons", " ": "spaces"}


def _separator(lines: Sequence[Line], expected: str) -> str:
    """The one by which the header and the rows behind it have as many columns as each other, of which there are two at
    least; the expected one in doubt."""
    sample = [line.text for line in lines[:_LOOKED_AT]]
    if expected in sample[0]:
        return expected
    for separator in (*_SEPARATORS, " "):
        many = [len(_apart(line, separator)) for line in sample]
        if many[0] > 1 and sum(count == many[0] for count in many) * 2 > len(many):
            return separator
    return expected


def _apart(line: str, separator: str) -> List[str]:
    """The cells of a line; of several spaces together one counts."""
    return line.split() if separator == " " else line.split(separator)


def _split(separator: str, lines: Sequence[Line]) -> Split:
    """How lines become cells: quotes are read as those of CSV, and brackets hold together what is in them where so more
    rows have as many columns as the header."""
    def plain(line: str) -> List[str]:
        if separator == ";":
            line = _DECIMAL_COMMA.sub(r"\1.\2", line)
        if '"' in line and separator == ",":
            return _csv(line, separator)
        return _apart(line, separator)

    def bracketed(line: str) -> List[str]:
        return [cell.strip().strip('"') for cell in _outside_brackets(line, separator)]

    sample = [line.text for line in lines[:_LOOKED_AT]]
    if separator == " " or not any(mark in line for line in sample for mark in "([{"):
        return plain

    def sound(split: Split) -> int:
        cells = [split(line) for line in sample]
        return sum(len(row) == len(cells[0]) > 0 for row in cells[1:])

    return bracketed if sound(bracketed) > sound(plain) else plain


def _outside_brackets(line: str, separator: str) -> List[str]:
    cells, depth, start, is_quoted = [], 0, 0, False
    for place, character in enumerate(line):
        if character == '"':
            is_quoted = not is_quoted
        elif is_quoted:
            continue
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth = max(0, depth - 1)
        elif character == separator and not depth:
            cells.append(line[start:place])
            start = place + 1
    return [*cells, line[start:]]


def _cells(lines: Sequence[Line], separator: str, split: Split, comments: str, commented: Callable[[str], None],
           broken: Broken, header: Sequence[str]) -> Iterator[Tuple[Line, List[str]]]:
    """(line, cells) of each row; a quoted cell may go on over several lines, if these make a row of the ``header``."""
    place = 0
    while place < len(lines):
        line = lines[place]
        place += 1
        if comments and line.text.startswith(comments):
            commented(line.text)
        elif line.text.strip():
            if line.text.count('"') % 2:
                many = _closed(lines[place:place + _LINES_OF_A_CELL])
                whole = "\n".join(one.text for one in lines[place - 1:place + many])
                cells = _csv(whole, separator) if many else []
                if header and len(cells) != len(header) or not cells:
                    broken.add(line, "a quote is not closed")
                    continue
                place += many
                yield Line(line.number, whole), cells
                continue
            cells = split(line.text)
            if cells:
                yield line, cells
            else:
                broken.add(line, f"a cell has more than {csv.field_size_limit()} characters")


def _csv(line: str, separator: str) -> List[str]:
    """The cells of a line with quotes; none where it is no CSV, or a cell is too long for it."""
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def _closed(lines: Iterable[Line]) -> int:
    """How many lines a quoted cell goes on for; 0 where nobody closes it."""
    return next((many for many, line in enumerate(lines, 1) if line.text.count('"') % 2), 0)


def _is_header(cells: Sequence[str]) -> bool:
    """Whether a line names columns: some cell is no number, and none is empty but the last, or the first of pandas."""
    return any(cell and not _NUMBERS.fullmatch(cell) for cell in cells) and all(cells[1:-1])


def _is_another_header(cells: Sequence[str], header: Sequence[str]) -> bool:
    """Whether a line further down names columns: none is a number, and half of them are columns already."""
    return not any(map(_NUMBERS.fullmatch, cells)) and len(set(cells) & set(header)) * 2 >= min(len(cells), len(header))
