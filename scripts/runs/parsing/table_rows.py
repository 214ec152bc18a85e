"""The rows of a table one by one, whatever is wrong with them; what is left out is named, with its line."""
from __future__ import annotations

import collections
import csv
import itertools
import re
from collections import Counter
from pathlib import Path
from typing import (Callable, Deque, Dict, Iterable, Iterator, List, Optional,
                    Sequence, Set)

from neptune_writer import messages

from scripts.runs.parsing import texts
from scripts.runs.parsing.separators import Split, csv_cells
from scripts.runs.parsing.text_lines import Line, Text
from scripts.runs.table import Say

_LINES_OF_A_CELL = 20  # a quoted one; what goes on for longer is a quote that nobody closed
_NUMBERS = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?|nan|[-+]?inf(inity)?|True|False", re.IGNORECASE)


class TableRows:
    """Reads rows, and keeps what the columns are from there on.

    Args:
        separator, split: see `separators`.
        comments, commented, columns: see `text_tables.rows`.

    Attributes:
        separator: see above.
        holds_brackets: whether separators within brackets separate nothing.
        header: the columns; empty until they are known. Others are another list.
        is_refused: whether there is no header, which was said.
    """

    def __init__(self, path: Path, say: Say, separator: str, split: Split, comments: str,
                 commented: Callable[[str], None], columns: Sequence[str]) -> None:
        self._path, self._say = str(path), say
        self.separator, self._split = separator, split
        self._comments, self._commented, self._columns = comments, commented, columns
        self.holds_brackets = split.holds_brackets
        self.header: List[str] = []
        self.is_refused = False
        self._broken, self._why = 0, ""
        self._twice: Set[str] = set()

    def read(self, text: Text, end: int) -> Iterator[Dict[str, str]]:
        """The rows of the lines that begin before that byte; they are taken from the text, with those that a quoted
        cell goes on over."""
        lines, ahead = text.lines(), collections.deque()  # type: Iterator[Line], Deque[Line]
        while text.at < end and not self.is_refused:
            line = ahead.popleft() if ahead else next(lines)
            text.take(line)
            if self._comments and line.text.startswith(self._comments):
                self._commented(line.text)
            elif line.text.strip():
                if line.text.count('"') % 2:
                    ahead.extend(itertools.islice(lines, _LINES_OF_A_CELL - len(ahead)))
                    cells = self._quoted(text, line, ahead)
                else:
                    cells = self._split.cells(line.text)
                    if not cells:
                        self._leave_out(line, f"a cell has more than {csv.field_size_limit()} characters")
                row = self._row(line, cells) if cells else None
                if row is not None:
                    yield row

    def say_what_is_left_out(self, torn: str) -> None:
        """To be called behind the last row; ``torn``: what comes there."""
        if self._broken:
            self._say(self._path, f"{texts.lines(self._broken)} left out; {self._why}")
        if torn.strip() and not self.is_refused:
            self._say(self._path, "its last line has no end, and is left out")

    def _leave_out(self, line: Line, why: str) -> None:
        self._why = self._why or f"line {line.number}: {why}"
        self._broken += 1

    def _quoted(self, text: Text, line: Line, ahead: Deque[Line]) -> List[str]:
        """The cells of a line with an open quote, and of those that it goes on over, if these make a row."""
        many = _closed(ahead)
        cells = csv_cells("\n".join([line.text] + [one.text for one in itertools.islice(ahead, many)]),
                          self.separator) if many else []
        if self.header and len(cells) != len(self.header) or not cells:
            self._leave_out(line, "a quote is not closed")
            return []
        for _ in range(many):
            text.take(ahead.popleft())
        return cells

    def _begin(self, header: List[str]) -> None:
        self.header = header
        twice = sorted({name for name, many in Counter(header).items() if name and many > 1} - self._twice)
        if twice:
            self._twice.update(twice)
            self._say(self._path, f"{', '.join(twice)}: several columns of this name, of which the last is shown")

    def _row(self, line: Line, cells: List[str]) -> Optional[Dict[str, str]]:
        """Column -> text; None for a header, and for what is none of the table."""
        names = [cell.strip() for cell in cells]
        if not self.header:
            if _is_header(names):
                self._begin(names)
            elif not self._columns or len(self._columns) != len(names):
                self.is_refused = True
                self._say(self._path, f"not read: it has no header, its first line is {line.text[:60]!r}")
            else:
                self._say(self._path, f"it has no header; its columns are taken for {', '.join(self._columns)}")
                self.header = list(self._columns)
                return dict(zip(self.header, cells))
        elif names == self.header:
            pass  # a logger that was opened again writes its header again
        elif _is_header(names) and _is_another_header(names, self.header):
            self._begin(names)
        elif len(cells) == len(self.header) or len(cells) == len(self.header) + 1 and not names[-1]:
            return dict(zip(self.header, cells))  # the latter with a separator behind the last cell
        else:
            self._leave_out(line, f"{messages.count(len(cells), 'column')}, not {len(self.header)}")
        return None


def _closed(lines: Iterable[Line]) -> int:
    """How many lines a quoted cell goes on for; 0 where nobody closes it."""
    return next((many for many, line in enumerate(lines, 1) if line.text.count('"') % 2), 0)


def _is_header(cells: Sequence[str]) -> bool:
    """Whether a line names columns: some cell is no number, and none is empty but the last, or the first of pandas."""
    return any(cell and not _NUMBERS.fullmatch(cell) for cell in cells) and all(cells[1:-1])


def _is_another_header(cells: Sequence[str], header: Sequence[str]) -> bool:
    """Whether a line further down names columns: none is a number, and half of them are columns already."""
    return not any(map(_NUMBERS.fullmatch, cells)) and len(set(cells) & set(header)) * 2 >= min(len(cells), len(header))
