"""What later rows do to earlier ones: a first pass over all of them notes it down, and by that the second hands out no
point that is superseded, and hands them out in the order of x."""
import heapq

from .first_pass import LowestAfter, Revisits
from .places import NOTHING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Collection, Dict, List, Optional, Set, Tuple

    from .rows import Placed


class Superseded:
    """Notes down what is placed, and then says what stays of it.

    Attributes:
        count: how many points `kept` has left out.
        metrics: whose they were.
        lowest, highest: x between which they stood; None where there were none.
    """

    def __init__(self) -> None:
        self._cuts: Dict[str, LowestAfter] = {}  # by clock
        self._metric_cuts: Dict[str, LowestAfter] = {}  # by metric
        self._revisits: Dict[str, List[Revisits]] = {}  # metric -> those of the rows it was in
        self._of_rows: Dict[Tuple[str, ...], Revisits] = {}  # by the metrics that fell together
        self._falls: Dict[str, LowestAfter] = {}  # metric -> where it fell to
        self._fell: Dict[str, float] = {}  # metric -> the row at which it fell last
        self._held: Dict[str, List[Tuple[float, int, str, Placed]]] = {}  # metric -> heap of (x, order, metric, Placed)
        self._order = 0
        self.count = 0
        self.metrics: Set[str] = set()
        self.lowest: Optional[float] = None
        self.highest: Optional[float] = None

    def note(self, placed: "Placed") -> "Placed":
        """One placed row, in the order in which the rule gives them; returns it."""
        if placed.cut:
            self._cuts.setdefault(placed.clock, LowestAfter()).add(placed.number, placed.x)
        for metric in placed.cut_metrics or ():
            self._metric_cuts.setdefault(metric, LowestAfter()).add(placed.number, placed.x)
        if placed.since:
            self._note_fall(placed, placed.since)
        return placed

    def kept(self, placed: "Placed") -> "Optional[Placed]":
        """A placed row without the points that later ones supersede; None where nothing is left."""
        if not (self._cuts or self._metric_cuts or self._revisits):
            return placed
        x, number, values = placed.x, placed.number, placed.values
        cuts = self._cuts.get(placed.clock)
        cut = None if cuts is None else cuts.after(number)
        if cut is not None and x >= cut:
            left = {}
        else:
            left = {metric: value for metric, value in values.items() if not self._is_superseded(metric, x, number)}
        if len(left) == len(values):
            return placed
        self.count += len(values) - len(left)
        self.metrics.update(values.keys() - left.keys())
        self.lowest = x if self.lowest is None else min(x, self.lowest)
        self.highest = x if self.highest is None else max(x, self.highest)
        return placed._replace(values=left) if left else None

    def in_order(self, placed: "Placed") -> "List[Placed]":
        """A placed row of what is kept; returns the rows that are due by now, so that each metric's x never falls."""
        if not self._falls:
            return [placed]
        now, due = {}, []
        for metric, value in placed.values.items():
            falls, held = self._falls.get(metric), self._held.get(metric)
            lowest = None if falls is None else falls.after(placed.number)
            if placed.since and metric in placed.since and (lowest is None or placed.x < lowest):
                lowest = placed.x  # it goes on from here, and what it had before may lie further
            if not held and (lowest is None or placed.x <= lowest):
                now[metric] = value
                continue
            held = self._held.setdefault(metric, [])
            heapq.heappush(held, (placed.x, self._order, metric, placed))
            self._order += 1
            while held and (lowest is None or held[0][0] <= lowest):
                due.append(heapq.heappop(held))
        return ([placed._replace(values=now)] if now else []) + _rows(due)

    def waiting(self) -> "List[Tuple[str, Collection[str]]]":
        """[(key, metrics)] of the points that `in_order` holds back."""
        return [(placed.key, (metric,)) for held in self._held.values() for _, _, metric, placed in held]

    def rest(self) -> "List[Placed]":
        """Those that still wait once all were given to `in_order`."""
        due = [one for held in self._held.values() for one in held]
        self._held.clear()
        return _rows(due)

    def _is_superseded(self, metric: str, x: float, number: float) -> bool:
        cuts, revisits = self._metric_cuts.get(metric), self._revisits.get(metric)
        cut = None if cuts is None else cuts.after(number)
        if cut is not None and x >= cut:
            return True
        return revisits is not None and any(one.last(x) > number for one in revisits)

    def _note_fall(self, placed: "Placed", falls: "Dict[str, float]") -> None:
        # metrics that fell at one row share what is noted, so that it does not grow with their number
        together: Dict[float, List[str]] = {}
        for metric, since in falls.items():
            together.setdefault(since, []).append(metric)
            if since == NOTHING or self._fell.get(metric) != since:
                self._fell[metric] = since
                self._falls.setdefault(metric, LowestAfter()).add(placed.number, placed.x)
        together.pop(NOTHING, None)
        for since, several in together.items():
            metrics = tuple(several)
            revisits = self._of_rows.get(metrics)
            if revisits is None:
                revisits = self._of_rows[metrics] = Revisits()
                for metric in metrics:
                    self._revisits.setdefault(metric, []).append(revisits)
            revisits.add(placed.x, since)


def _rows(due: "List[Tuple[float, int, str, Placed]]") -> "List[Placed]":
    """Points that waited -> placed rows, those of one row together."""
    rows, last = [], None
    for x, _, metric, placed in sorted(due, key=lambda one: one[:2]):
        if placed is last:
            rows[-1].values[metric] = placed.values[metric]
        else:
            rows.append(placed._replace(values={metric: placed.values[metric]}, key="%s/%s" % (placed.key, metric)))
        last = placed
    return rows
