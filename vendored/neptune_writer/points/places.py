"""Where each metric of a run stands, and whether it falls by itself."""
from .rows import normalized

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Set, Tuple

    Found = Tuple[Dict[str, Any], Optional[Dict[str, float]], Optional[Tuple[str, ...]]]  # see `Places.add`

NOTHING = -1  # the row that supersedes nothing


class _Place:
    """Where one metric stands.

    Attributes:
        x: of its last point.
        clock: what that was counted by.
        value: the last point's; None where it was superseded, and none is there.
        tops: clock -> the highest x that it may have by that; None where there is but one clock.
        aside: an x before, at which a value without a step stands; until the next point.
        since, high: the row at which it fell by itself, and the highest x before, until it is beyond that; else None.
        shift: what is added to its steps, where the user wants that x goes on after a fall.
        is_resumed: whether its last point is of the process that another one went on from.
    """

    __slots__ = ("x", "clock", "value", "since", "high", "shift", "is_resumed", "tops", "aside")

    def __init__(self, x: float, clock: str, value: "Any") -> None:
        self.x, self.clock, self.value = x, clock, value
        self.since: Optional[float] = None
        self.high: Optional[float] = None
        self.shift: float = 0
        self.is_resumed = False
        self.tops: Optional[Dict[str, float]] = None
        self.aside: Optional[float] = None

    def fall(self, row: float, high: float) -> None:
        """It falls by itself, from ``high`` at most."""
        self.since = row
        self.high = high if self.high is None else max(self.high, high)

    def reach(self, x: float, clock: str) -> None:
        """It has a point there."""
        if self.tops is None and clock != self.clock:
            self.tops = {self.clock: self.x if self.high is None else max(self.x, self.high)}
        if self.tops is not None:
            self.tops[clock] = max(x, self.tops.get(clock, x))

    def move(self, x: float, clock: str, value: "Any") -> None:
        """Its next point."""
        self.reach(x, clock)
        self.x, self.clock, self.value, self.is_resumed, self.aside = x, clock, value, False, None


class Places:
    """The places of all metrics.

    Rows of the same metrics that rise, which most are, cost a comparison: what they say is noted down only once that
    changes.

    Args:
        supersedes: whether a metric that falls by itself supersedes all that it had from there on, not only what it
            has a second point for.
        continues: whether what another process went on with supersedes nothing, but stands behind.
    """

    def __init__(self, supersedes: bool = False, continues: bool = False) -> None:
        self._supersedes, self._continues = supersedes, continues
        self._places: Dict[str, _Place] = {}  # metric -> _Place
        self._behind: Set[str] = set()  # metrics that are not yet beyond where they fell from
        # (x, clock, values) of the last row, where `_places` does not know it yet
        self._block: Optional[Tuple[float, str, Dict[str, Any]]] = None

    def stand(self, values: "Dict[str, Any]", x: float, clock: str, number: float,
              step_metric: "Optional[str]" = None) -> "Tuple[Found, Dict[str, Any]]":
        """`add` for values that came without a step, where the row before stands.

        Returns (what that returns, the values that have a point there already). A metric that is further keeps its
        place, and supersedes nothing.
        """
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
        found, since, cut = self.add(now, x, clock, number, step_metric) if now else (now, None, None)
        if behind:
            found, since = dict(found, **behind), dict(since or {}, **dict.fromkeys(behind, NOTHING))
        return (found, since, cut), later

    def add(self, values: "Dict[str, Any]", x: float, clock: str, number: float,
            step_metric: "Optional[str]" = None) -> "Found":
        """Add points at x.

        Returns (those of ``values`` that are no point already, ``since``, ``cut_metrics``), see `rows.Placed`.

        Args:
            number: of the row.
            step_metric: of which the same point is one.
        """
        block = self._block
        if block is not None and x > block[0] and clock == block[1] and values.keys() == block[2].keys():
            self._block = (x, clock, values)
            return values, None, None
        self._note()
        since: Dict[str, float] = {}
        cut, known = [], []
        for metric, value in values.items():
            place = self._places.get(metric)
            if place is None:
                self._places[metric] = _Place(x, clock, value)
                continue
            if place.is_resumed and not clock and not self._continues or (
                    self._supersedes and x < place.x and metric != step_metric):
                if x <= place.x or place.high is not None:
                    cut.append(metric)
                    self._forget_fall(metric, place)
                    place.x, place.tops = x, place.tops and {one: min(x, top) for one, top in place.tops.items()}
            elif x < place.x:
                place.fall(number, place.x)
                self._behind.add(metric)
            elif x == place.x and metric == step_metric and _is_same(place.value, value):
                known.append(metric)
                continue
            if place.high is not None:
                if x > place.high:
                    self._forget_fall(metric, place)
                else:
                    since[metric] = place.since or 0
            place.move(x, clock, value)
        if known:
            values = {metric: value for metric, value in values.items() if metric not in known}
        elif not self._behind:
            self._block = (x, clock, values)
        return values, since or None, tuple(cut) or None

    def shifted(self, values: "Dict[str, Any]", x: float) -> "List[Tuple[float, Dict[str, Any]]]":
        """Where values stand if each metric goes on where it fell: [(x, those values)]."""
        self._note()
        found: Dict[float, Dict[str, Any]] = {}
        for metric, value in values.items():
            place = self._places.get(metric)
            if place is not None and (x + place.shift < place.x or place.is_resumed and x + place.shift == place.x):
                place.shift = max(place.x, place.x + 1 - x)
            found.setdefault(x if place is None else normalized(x + place.shift), {})[metric] = value
        return list(found.items())

    def cut(self, clock: str, x: float, number: float) -> None:
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

    def resume(self) -> None:
        """What comes next is of another process, which went on with the run."""
        self._note()
        for place in self._places.values():
            place.is_resumed = True

    def _forget_fall(self, metric: str, place: "_Place") -> None:
        place.since = place.high = None
        self._behind.discard(metric)

    def _note(self) -> None:
        if self._block is not None:
            x, clock, values = self._block
            self._block = None
            for metric, value in values.items():
                self._places[metric].move(x, clock, value)


def _is_same(one: "Any", other: "Any") -> bool:
    return bool(one == other or one != one and other != other)
