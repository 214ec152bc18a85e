"""What a first pass notes down: x that are come by again, and steps that cut off what was before. Grows with falls."""
import bisect

_LONG = 16  # steps at one distance, from where on only their ends are kept


class Passed:
    """x -> the last row at which a series fell that came by there again."""

    def __init__(self):
        self._single = {}  # x -> row
        self._long = []  # [row, first, distance, last], whole numbers
        self._run = None  # the newest of those

    def add(self, x, row):
        """A series that fell at ``row`` comes by x. In the order of the rows."""
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

    def last(self, x):
        """That row; -1 where there was none."""
        self._close()
        row = self._single.get(x, -1)
        for other, first, distance, last in self._long:
            if other > row and first <= x <= last and not (x - first) % distance:
                row = other
        return row

    def _close(self):
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


class Lowest:
    """The lowest of the numbers that were said at a later row."""

    def __init__(self):
        self._rows, self._lowest = [], []  # rising both: a number that a later one undercuts says nothing

    def add(self, row, x):
        """``x`` is said at ``row``. In the order of the rows."""
        while self._lowest and self._lowest[-1] >= x:
            self._lowest.pop()
            self._rows.pop()
        self._rows.append(row)
        self._lowest.append(x)

    def after(self, row):
        """The lowest that was said after ``row``; None where nothing was."""
        place = bisect.bisect_right(self._rows, row)
        return self._lowest[place] if place < len(self._rows) else None
