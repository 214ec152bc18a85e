"""Cells of tables that are no numbers where the others of their column are: they are left out, and named."""
from __future__ import annotations

from pathlib import Path
from typing import Dict, Iterable, Iterator, List, Mapping, TypeVar

from neptune_writer import messages

from scripts.runs import texts
from scripts.runs.table import Say

_NOTHING = frozenset(("", "-", "--", "none", "null", "na", "n/a", "nil"))
_SHOWN = 40  # characters of a cell
Cells = TypeVar("Cells", bound=Mapping[str, object])


class _Column:
    """How many cells are numbers, and how many are not, though they say something; and the first of these."""

    __slots__ = ("numbers", "odd", "first")

    def __init__(self) -> None:
        self.numbers, self.odd, self.first = 0, 0, ""


def _is_number(cell: object) -> bool:
    try:
        float(cell)  # type: ignore[arg-type]  # a tenth of the time, for nearly all cells
        return True
    except (TypeError, ValueError):
        return texts.number(cell) is not None


def watched(rows: Iterable[Cells], path: Path, say: Say) -> Iterator[Cells]:
    """The same rows; at their end, what is left out of them is said. A column of texts is none of numbers."""
    columns: Dict[str, _Column] = {}
    for row in rows:
        for name, cell in row.items():
            column = columns.setdefault(name, _Column())
            if _is_number(cell):
                column.numbers += 1
            elif isinstance(cell, str) and cell.strip().lower() not in _NOTHING:
                column.odd += 1
                column.first = column.first or cell
        yield row
    odd: List[str] = [name for name, column in columns.items() if 0 < column.odd < column.numbers]
    if odd:
        many = sum(columns[name].odd for name in odd)
        say(str(path), f"{messages.count(many, 'cell')} left out: no number, as {columns[odd[0]].first[:_SHOWN]!r} "
                       f"of {odd[0]}")
