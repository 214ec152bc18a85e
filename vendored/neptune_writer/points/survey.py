"""A first look at rows: which metric is the step metric, which clocks have steps, and which metrics rise throughout."""
import collections

from .rows import GIVEN, finite

Choice = collections.namedtuple("Choice", "name given wins")
"""What x is taken from. ``name``: the step metric, None for none. ``given``: the clocks of which some row came with its
step, a frozenset. ``wins``: whether the user has named the metric, so that steps that came with rows do not count."""


class Survey:
    """Counts what rows have.

    Args:
        names: those of the step metric, by rank, see `names`.
        user: names that go before everything else, by rank.
        state: see `state`.

    Attributes:
        rows: how many there were.
        falls: False where no point can have fallen, nor be superseded: all steps rise.
    """

    def __init__(self, names, user=(), state=None):
        state = state or {}
        self._names, self._user = tuple(names), tuple(user)
        self._known = frozenset(self._names + self._user)
        self._counts = dict(state.get("counts", {}))  # name -> how many rows have it, finite
        self._given = set(state.get("given", ()))
        self.rows = state.get("rows", 0)
        self.falls = self._lacks = False
        self._metrics, self._here = (), ()  # of the last row; the known names among them
        self._last = {}  # name of a step metric, or None for steps that came with rows -> the last one
        self._rising = None  # metric -> its last value, of those that rose with every row so far; not worth storing

    def state(self):
        """What `__init__` goes on from, as JSON."""
        return {"counts": self._counts, "given": sorted(self._given), "rows": self.rows}

    def add(self, row):
        """One row more; returns it."""
        self.falls = self.falls or row.mark is not None
        if not row.values:
            return row
        self.rows += 1
        given = None if row.step is None else finite(row.step)
        if given is not None:
            self._given.add(GIVEN if row.clock is None else row.clock)
            self._see_whether_it_falls(None, given)
        self._lacks = self._lacks or given is None
        if self._given and (self._lacks or len(self._given) > 1):
            self.falls = True  # it may: a metric may be counted by several clocks
        if row.values.keys() != self._metrics:  # mostly those of the row before
            self._metrics, self._here = row.values.keys(), self._known.intersection(row.values)
        for name in self._here:
            step = finite(row.values[name])
            if step is not None:
                self._counts[name] = self._counts.get(name, 0) + 1
                self._see_whether_it_falls(name, step)
        if not (self._counts or self._given) and (self._rising is None or self._rising):
            self._see_what_rises(row.values)
        return row

    def choice(self):
        """The `Choice` as these rows have it: the highest rank that is in at least half as many rows as the commonest.

        The user's names are looked for first, among themselves.
        """
        for names, wins in ((self._user, True), (self._names, False)):
            most = max((self._counts.get(name, 0) for name in names), default=0)
            for name in names:
                if 0 < self._counts.get(name, 0) * 2 >= most:
                    return Choice(name, frozenset(self._given), wins)
        return Choice(None, frozenset(self._given), False)

    def candidates(self):
        """The metrics that rose with every row, sorted: what may be named where there is no step at all."""
        return sorted(self._rising or ()) if self.rows > 1 else []

    def missing(self):
        """The names that the user gave and no row has."""
        return [name for name in self._user if not self._counts.get(name)]

    def _see_whether_it_falls(self, name, step):
        last = self._last.get(name)
        if last is not None and step < last:
            self.falls = True
        self._last[name] = step

    def _see_what_rises(self, values):
        now = {name: step for name, step in ((name, finite(value)) for name, value in values.items()
                                             if self._rising is None or name in self._rising) if step is not None}
        if self._rising is not None:
            now = {name: step for name, step in now.items() if step > self._rising[name]}
        self._rising = now
