"""Cells of tables that are no numbers where the others of their column are: they are left out, and named."""
from __future__ import annotations

from pathlib import Path
from typing import Dict, Iterable, Iterator, List, Mapping, TypeVar, Union

from neptune_writer import messages

from scripts.runs.parsing import texts
from scripts.runs.rows import Columns
from scripts.runs.table import Say

_NOTHING = frozenset(("", "-", "--", "none", "null", "na", "n/a", "nil"))
_SHOWN = 40  # characters of a cell
Cells = TypeVar("Cells", bound=Union[Mapping[str, object], Columns])


class _Column:
    """How many cells are numbers, and how many are not, though they say something; and the first of these."""

    __slots__ = ("numbers", "odd", "first")

    def __init__(self) -> None:
        self.numbers, self.odd, self.first = 0, 0, ""


def _is_number(cell: object) -> bool:
    if isinstance(cell, str) and cell.isascii() and "_" not in cell:
        try:
            found = float(cell)  # a tenth of the time, for nearly all cells
            if found - found == 0:
                return True
        except ValueError:
            pass
    return texts.number(cell) is not None


def says_something(cell: str) -> bool:
    """Whether a cell that is no number is more than a way to say that there is none."""
    return cell.strip().lower() not in _NOTHING


def _count(rows: Columns, columns: Dict[str, _Column]) -> None:
    for name in dict.fromkeys([*rows.values, *rows.odd]):
        column = columns.setdefault(name, _Column())
        if name in rows.values:
            column.numbers += int(rows.present[name].sum()) if name in rows.present else rows.rows
        many, first = rows.odd.get(name, (0, ""))
        column.odd, column.first = column.odd + many, column.first or first


def watched(rows: Iterable[Cells], path: Path, say: Say) -> Iterator[Cells]:
    """The same rows, or many as columns; at their end, what is left out of them is said. A column of texts is none of
    numbers."""
    columns: Dict[str, _Column] = {}
    for row in rows:
        if isinstance(row, Columns):
            _count(row, columns)
            yield row
            continue
        for name, cell in row.items():
            column = columns.setdefault(name, _Column())
            if _is_number(cell):
                column.numbers += 1
            elif isinstance(cell, str) and says_something(cell):
                column.odd += 1
                column.first = column.first or cell
        yield row
    odd: List[str] = sorted(name for name, column in columns.items() if name and 0 < column.odd < column.numbers)
    if odd:
        many = sum(columns[name].odd for name in odd)
        say(str(path), f"{messages.count(many, 'cell')} left out: not a number, such as "
                       f"{columns[odd[0]].first[:_SHOWN]!r} in {odd[0]}")
