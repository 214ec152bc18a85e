"""Where each metric of a run stands: whether it falls by itself, and whether a point there is one already."""

from .rows import finite

FILE, PART = "file", "part"
NOTHING = -1  # the row that supersedes nothing
_UNKNOWN = object()  # a value that a state left out, unlike any other


class _Place:
    """One metric's.

    Attributes:
        x: of its last point.
        clock: what that was counted by.
        value: the last point's; None where it was superseded, and none is there.
        tops: clock -> the highest x that it may have by that; None where there is but one clock.
        aside: an x before, at which a value without a step stands; until the next point.
        since, high: the row at which it fell by itself, and the highest x before, until it is beyond that; else None.
        shift: what is added to its steps, where the user wants that x goes on after a fall.
        border: `FILE` or `PART` where its last point is of an earlier one, else None.
    """

    __slots__ = ("x", "clock", "value", "since", "high", "shift", "border", "tops", "aside")

    def __init__(self, x, clock, value, since=None, high=None, shift=0, border=None, tops=None,
                 aside=None):
        self.x, self.clock, self.value, self.since, self.high = x, clock, value, since, high
        self.shift, self.border, self.aside = shift, border, aside
        self.tops = None if tops is None else dict(tops)

    def fall(self, row, high):
        """It falls by itself, from ``high`` at most."""
        self.since = row
        self.high = high if self.high is None else max(self.high, high)

    def reach(self, x, clock):
        """It has a point there."""
        if self.tops is None and clock != self.clock:
            self.tops = {self.clock: self.x if self.high is None else max(self.x, self.high)}
        if self.tops is not None:
            self.tops[clock] = max(x, self.tops.get(clock, x))

    def move(self, x, clock, value):
        """Its next point."""
        self.reach(x, clock)
        self.x, self.clock, self.value, self.border, self.aside = x, clock, value, None, None


class Places:
    """The places of all metrics.

    Rows of the same metrics that rise, which most are, cost a comparison: what they say is noted down only once that
    changes.

    Args:
        state: see `state`.
        supersedes: whether a metric that falls by itself supersedes all that it had from there on, not only what it
            has a second point for.
    """

    def __init__(self, state=None, supersedes=False):
        self._supersedes = supersedes
        self._places = {}  # metric -> _Place
        self._behind = set()  # metrics that are not yet beyond where they fell from
        self._block = None  # (x, clock, values) of the last row, where `_places` does not know it yet
        for (x, clock, value, *rest), metrics in state or ():
            for metric in metrics:
                place = _Place(x, clock, value[0] if type(value) is list else _UNKNOWN if value else None, *rest)
                self._places[metric] = place
                if place.high is not None:
                    self._behind.add(metric)

    def state(self, once=None):
        """What `__init__` goes on from, as JSON: metrics that stand at one place together. Of the values there is only
        that of ``once``, for which it matters."""
        self._note()
        found = {}
        for metric, place in self._places.items():
            key = (place.x, place.clock, place.value is not None, place.since, place.high, place.shift, place.border,
                   None if place.tops is None else tuple(sorted(place.tops.items())), place.aside)
            if metric == once and key[2] and place.value is not _UNKNOWN:
                found[metric,] = [list(key[:2]) + [[place.value]] + list(key[3:]), [metric]]
            else:
                found.setdefault(key, [list(key), []])[1].append(metric)
        return list(found.values())

    def stand(self, values, x, clock, number, once=None):
        """`add` for values that came without a step, where the row before stands; returns (what that returns, those
        that have a point there already). A metric that is beyond keeps its place, and supersedes nothing."""
        self._note()
        now, behind, later = {}, {}, {}
        for metric, value in values.items():
            place = self._places.get(metric)
            if place is None or place.x < x or place.x == x and place.value is None:
                now[metric] = value
            elif place.x > x and place.aside != x:
                place.aside = x
                place.reach(x, clock)
                behind[metric] = value
            else:
                later[metric] = value
        found, since, cut = self.add(now, x, clock, number, once) if now else (now, None, None)
        if behind:
            found, since = dict(found, **behind), dict(since or {}, **dict.fromkeys(behind, NOTHING))
        return (found, since, cut), later

    def add(self, values, x, clock, number, once=None):
        """Points at x; returns (those of ``values`` that are no point already, ``since``, ``cut_metrics``), see
        `rows.Placed`.

        Args:
            number: of the row.
            once: the step metric, of which the same point is one.
        """
        block = self._block
        if block is not None and x > block[0] and clock == block[1] and values.keys() == block[2].keys():
            self._block = (x, clock, values)
            return values, None, None
        self._note()
        since, cut, known = {}, [], []
        for metric, value in values.items():
            place = self._places.get(metric)
            if place is None:
                self._places[metric] = _Place(x, clock, value)
                continue
            if place.border == PART and not clock or self._supersedes and x < place.x and metric != once:
                if x <= place.x or place.high is not None:
                    cut.append(metric)
                    self._forget_fall(metric, place)
                    place.x, place.tops = x, place.tops and {one: min(x, top) for one, top in place.tops.items()}
            elif x < place.x:
                place.fall(number, place.x)
                self._behind.add(metric)
            elif x == place.x and (metric == once or place.border == FILE) and _is_same(place.value, value):
                known.append(metric)
                continue
            if place.high is not None:
                if x > place.high:
                    self._forget_fall(metric, place)
                else:
                    since[metric] = place.since
            place.move(x, clock, value)
        if known:
            values = {metric: value for metric, value in values.items() if metric not in known}
        elif not self._behind:
            self._block = (x, clock, values)
        return values, since or None, tuple(cut) or None

    def shifted(self, values, x):
        """Where values stand if each metric goes on where it fell: [(x, those values)]."""
        self._note()
        found = {}
        for metric, value in values.items():
            place = self._places.get(metric)
            if place is not None and x + place.shift < place.x:
                place.shift = max(place.x, place.x + 1 - x)
            found.setdefault(finite(x + place.shift) if place else x, {})[metric] = value
        return list(found.items())

    def cut(self, clock, x, number):
        """All points of a clock at x or beyond are superseded: its metrics stand there from now on, without a point;
        those that have points of other clocks beyond have fallen. ``number``: of the row."""
        self._note()
        for metric, place in self._places.items():
            if place.clock == clock and place.x >= x:
                place.x, place.value = x, None
                if place.tops is not None:
                    place.tops.pop(clock, None)
                    high = max(place.tops.values(), default=None)
                    if high is not None and high >= x:
                        place.fall(number, high)
                        self._behind.add(metric)

    def begin(self, border):
        """What comes next is of another `FILE` of the run, or of another `PART` of the training."""
        self._note()
        for place in self._places.values():
            place.border = border

    def _forget_fall(self, metric, place):
        place.since = place.high = None
        self._behind.discard(metric)

    def _note(self):
        if self._block is not None:
            x, clock, values = self._block
            self._block = None
            for metric, value in values.items():
                self._places[metric].move(x, clock, value)


def _is_same(one, other):
    return one == other or one != one and other != other
