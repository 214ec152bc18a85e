"""A first look at rows: which metric is the step metric, which clocks have steps, and which metrics rise throughout."""
import collections

from .rows import GIVEN, finite

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Collection, Dict, FrozenSet, Iterable, List, NamedTuple, Optional, Sequence, Set

    from .rows import Row

    Choice = NamedTuple("Choice", [("name", Optional[str]), ("given", FrozenSet[str]), ("wins", bool)])
else:
    Choice = collections.namedtuple("Choice", "name given wins")

# Choice: what x is taken from. name: the step metric, None for none. given: the clocks of which some row came with its
# step. wins: whether the user has named the metric, so that steps that came with rows do not count.


class Survey:
    """Counts what rows have.

    Args:
        names: those of the step metric, by rank, see `step_metrics`.
        user: names that go before everything else, by rank.

    Attributes:
        rows: how many there were.
        falls: False where no point can have fallen, nor be superseded: all steps rise.
    """

    def __init__(self, names: "Sequence[str]", user: "Sequence[str]" = ()) -> None:
        self._names, self._user = tuple(names), tuple(user)
        self._known = frozenset(self._names + self._user)
        self._counts: Dict[str, int] = {}  # name -> how many rows have it, finite
        self._given: Set[str] = set()
        self.rows = 0
        self.falls = self._lacks = False
        self._metrics: Collection[str] = ()  # of the last row
        self._here: FrozenSet[str] = frozenset()  # the known names among them
        # name of a step metric, or None for steps that came with rows -> the last one
        self._last: Dict[Optional[str], float] = {}
        # metric -> its last value, of those that rose with every row so far
        self._rising: Optional[Dict[str, float]] = None

    @classmethod
    def counted(cls, names: "Sequence[str]", user: "Sequence[str]", counts: "Dict[str, int]", given: "Iterable[str]",
                rows: int, falls: bool) -> "Survey":
        """One of rows that the caller has counted, as a column at a time.

        Args:
            names, user: see above.
            counts: name -> how many rows have it, finite.
            given: the clocks of which some row came with its step.
            rows, falls: see above.
        """
        survey = cls(names, user)
        survey._counts, survey._given, survey.rows, survey.falls = counts, set(given), rows, falls
        return survey

    def add(self, row: "Row") -> "Row":
        """Count one row; returns it."""
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

    def choice(self) -> "Choice":
        """The `Choice` as these rows have it: the highest rank that is in at least half as many rows as the commonest.

        The user's names are looked for first, among themselves.
        """
        for names, wins in ((self._user, True), (self._names, False)):
            most = max((self._counts.get(name, 0) for name in names), default=0)
            for name in names:
                if 0 < self._counts.get(name, 0) * 2 >= most:
                    return Choice(name, frozenset(self._given), wins)
        return Choice(None, frozenset(self._given), False)

    def candidates(self) -> "List[str]":
        """The metrics that rose with every row, sorted: what may be named where there is no step at all."""
        return sorted(self._rising or ()) if self.rows > 1 else []

    def missing(self) -> "List[str]":
        """The names that the user gave and no row has."""
        return [name for name in self._user if not self._counts.get(name)]

    def _see_whether_it_falls(self, name: "Optional[str]", step: float) -> None:
        last = self._last.get(name)
        if last is not None and step < last:
            self.falls = True
        self._last[name] = step

    def _see_what_rises(self, values: "Dict[str, Any]") -> None:
        before, now = self._rising, {}
        for name, value in values.items():
            step = finite(value) if before is None or name in before else None
            if step is not None and (before is None or step > before[name]):
                now[name] = step
        self._rising = now
