"""What separates the cells of a table, and how its lines become cells; both are found by looking."""
from __future__ import annotations

import csv
import re
from typing import Callable, List, NamedTuple, Sequence

_SEPARATORS = (",", "\t", ";")
NAMES = {",": "commas", "\t": "tabs", ";": "semicolons", " ": "spaces"}
_DECIMAL_COMMA = re.compile(r"(?<![^;\s])([-+]?\d+),(\d+(?:[eE][-+]?\d+)?)(?![^;\s])")  # of tables with semicolons


class Split(NamedTuple):
    """How lines become cells.

    Attributes:
        cells: a line -> its cells; none where it is no CSV.
        holds_brackets: whether separators within brackets separate nothing.
    """

    cells: Callable[[str], List[str]]
    holds_brackets: bool


def separator_of(sample: Sequence[str], expected: str) -> str:
    """The one by which the header and the rows behind it have as many columns as each other, of which there are two at
    least; the expected one in doubt."""
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


def split_of(separator: str, sample: Sequence[str]) -> Split:
    """How lines become cells: quotes are read as those of CSV, and brackets hold together what is in them where so more
    rows have as many columns as the header."""
    def plain(line: str) -> List[str]:
        if separator == ";":
            line = _DECIMAL_COMMA.sub(r"\1.\2", line)
        if '"' in line and separator == ",":
            return csv_cells(line, separator)
        return _apart(line, separator)

    def bracketed(line: str) -> List[str]:
        return [cell.strip().strip('"') for cell in _outside_brackets(line, separator)]

    if separator == " " or not any(mark in line for line in sample for mark in "([{"):
        return Split(plain, False)

    def sound(split: Callable[[str], List[str]]) -> int:
        cells = [split(line) for line in sample]
        return sum(len(row) == len(cells[0]) > 0 for row in cells[1:])

    return Split(bracketed, True) if sound(bracketed) > sound(plain) else Split(plain, False)


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


def csv_cells(line: str, separator: str) -> List[str]:
    """The cells of a line with quotes; none where it is no CSV, or a cell is too long for it."""
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []
