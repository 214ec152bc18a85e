"""What a first pass notes down: x that a series passes again, and steps that cut off what was before.

It grows with the number of falls, not of rows.
"""
import bisect

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Tuple

_LONG = 16  # steps at one distance, from where on only their ends are kept


class Revisits:
    """x -> the last row at which a series fell that passed x again afterwards."""

    def __init__(self) -> None:
        self._single: Dict[float, float] = {}  # x -> row
        self._long: List[Tuple[float, int, int, int]] = []  # [row, first, distance, last], whole numbers
        self._run: Any = None  # the newest of those

    def add(self, x: float, row: float) -> None:
        """A series that fell at ``row`` passes x. Call it in the order of the rows."""
        run = self._run
        if run is not None and run[0] == row and type(x) is int:
            distance = x - run[3]
            if not distance:
                return
            if run[2] in (None, distance):
                run[2], run[3] = distance, x
                return
        self._close()
        if type(x) is int:
            self._run = [row, x, None, x]
        else:
            self._single[x] = row

    def last(self, x: float) -> float:
        """That row; -1 for none."""
        self._close()
        row = self._single.get(x, -1)
        for other, first, distance, last in self._long:
            if other > row and first <= x <= last and not (x - first) % distance:
                row = other
        return row

    def _close(self) -> None:
        run, self._run = self._run, None
        if run is None:
            return
        row, first, distance, last = run
        if distance is None or last - first < distance * (_LONG - 1):
            self._single.update(dict.fromkeys(range(first, last + 1, distance or 1), row))
            return
        self._long = [other for other in self._long if not (
            other[2] == distance and first <= other[1] and other[3] <= last and not (other[1] - first) % distance)]
        self._long.append(run)


class LowestAfter:
    """The lowest x that was noted down at any row after a given one."""

    def __init__(self) -> None:
        self._rows: List[float] = []  # both rise: an x that a later one undercuts says nothing
        self._lowest: List[float] = []

    def add(self, row: float, x: float) -> None:
        """Note down ``x`` at ``row``. Call it in the order of the rows."""
        while self._lowest and self._lowest[-1] >= x:
            self._lowest.pop()
            self._rows.pop()
        self._rows.append(row)
        self._lowest.append(x)

    def after(self, row: float) -> "Optional[float]":
        """The lowest that was noted down after ``row``; None for none."""
        index = bisect.bisect_right(self._rows, row)
        return self._lowest[index] if index < len(self._rows) else None
