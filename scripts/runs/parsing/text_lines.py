"""The lines of a text, from wherever one is in it: some are read one by one, others many at once."""
from __future__ import annotations

import itertools
import re
from typing import Callable, Iterator, List, NamedTuple

_HEAD = 65536  # bytes, in which the first lines mostly are
_ENDS = re.compile(rb"\r\n|\n|\r")


class Line(NamedTuple):
    """A line without its end; its number, from 1 on; and the byte behind it."""

    number: int
    text: str
    end: int


class Text:
    """A text, and how far it was read.

    Args:
        content: UTF-8.

    Attributes:
        at: the byte where the next line begins.
        torn: what comes behind the last line that has an end.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._end = max(self._content.rfind(b"\n"), self._content.rfind(b"\r")) + 1
        self.torn = self._content[self._end:].decode()
        self.at, self._number = 0, 1

    def is_left(self) -> bool:
        """Whether there is a line that was not read."""
        return self.at < self._end

    def lines(self) -> Iterator[Line]:
        """The lines from here on; they are not taken."""
        at, number = self.at, self._number
        for found in _ENDS.finditer(self._content, at, self._end):
            yield Line(number, self._content[at:found.start()].decode(), found.end())
            at, number = found.end(), number + 1

    def first(self, many: int, is_wanted: Callable[[str], bool]) -> List[str]:
        """So many of the lines that are wanted, from the beginning, or all there are."""
        head = self._content[:_HEAD].split(b"\n", many)[:many]
        if len(head) == many and not any(b"\r" in line for line in head):
            found = b"\n".join(head).decode().split("\n")
            if all(map(is_wanted, found)):  # as nearly always
                return found
        return list(itertools.islice(filter(is_wanted, (line.text for line in Text(self._content).lines())), many))

    def take(self, line: Line) -> None:
        """The lines up to this one are read."""
        self.at, self._number = line.end, line.number + 1

    def cut(self, at_most: int) -> int:
        """Where a stretch of whole lines ends that has about so many bytes."""
        if self._end - self.at <= at_most:
            return self._end
        cut = self._content.rfind(b"\n", self.at, self.at + at_most) + 1
        return cut or self._content.find(b"\n", self.at, self._end) + 1 or self._end

    def until(self, cut: int) -> bytes:
        """The stretch from here up to there."""
        return self._content[self.at:cut]

    def take_until(self, cut: int) -> None:
        """The stretch is read, whose lines end with a line feed."""
        self._number += self._content.count(b"\n", self.at, cut)
        self.at = cut
