"""What a benchmark gives: tables to read, and figures that are to be reached."""
import sys
from typing import Any, NamedTuple, Optional


class Table(NamedTuple):
    """Rows under columns.

    Attributes:
        rows: one list per row: its name, then numbers, texts, or None for what was not measured.
    """

    title: str
    columns: "list[str]"
    rows: "list[list[Any]]"

    def text(self) -> str:
        """Aligned: names to the left, the rest to the right."""
        cells = [self.columns] + [[_shown(cell) for cell in row] for row in self.rows]
        widths = [max(len(row[index]) for row in cells if index < len(row)) for index in range(len(self.columns))]
        lines = ["  ".join([row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])])
                 for row in cells]
        return "\n".join([self.title, lines[0], "-" * len(lines[0]), *map(str.rstrip, lines[1:])])


class Figure(NamedTuple):
    """One number, and the limit it is to keep.

    Attributes:
        value: None where it was not measured.
        most: the limit from above; ``least``: from below.
    """

    name: str
    value: Optional[float]
    unit: str
    most: Optional[float] = None
    least: Optional[float] = None

    def reached(self) -> Optional[bool]:
        """Whether it keeps its limit; None where it was not measured."""
        if self.value is None:
            return None
        return not (self.most is not None and self.value > self.most or
                    self.least is not None and self.value < self.least)

    def row(self) -> "list[Any]":
        """A row of the table of all figures."""
        limit = "at most " + _shown(self.most) if self.most is not None else "at least " + _shown(self.least)
        reached = {True: "yes", False: "NO", None: "not measured"}[self.reached()]
        return [self.name, self.value, limit, self.unit, reached]


def coloured(text: str) -> str:
    """With what was reached in green, what was not in red: on a terminal."""
    if not sys.stdout.isatty():
        return text
    marks = {"yes": "\x1b[32myes\x1b[0m", "NO": "\x1b[31mNO\x1b[0m"}
    lines = [line.rpartition(" ") for line in text.splitlines()]
    return "\n".join(head + space + marks.get(last, last) for head, space, last in lines)


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, str):
        return value
    if isinstance(value, int) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 100 else f"{value:.3g}"
