"""What later rows do to earlier ones, which a first pass over all of them finds: by it the second gives no point away
that is superseded, and gives them in the order of x."""
import heapq

from .places import NOTHING
from .sets import Lowest, Passed


class Later:
    """Notes down what is placed, and then tells what stays of it.

    Attributes:
        superseded: how many points `kept` has left out.
        lowest, highest: x between which they stood; None where there were none.
    """

    def __init__(self):
        self._cuts = {}  # clock -> Lowest
        self._metric_cuts = {}  # metric -> Lowest
        self._passed = {}  # metric -> the Passed of the rows it was in
        self._of_rows = {}  # metrics that fell together -> their Passed
        self._falls = {}  # metric -> Lowest of where it fell to
        self._fell = {}  # metric -> the row at which it fell last
        self._held = {}  # metric -> heap of (x, order, metric, Placed)
        self._order = 0
        self.superseded = 0
        self.lowest = self.highest = None

    def note(self, placed):
        """One placed row, in the order in which the rule gives them; returns it."""
        if placed.cut:
            self._cuts.setdefault(placed.clock, Lowest()).add(placed.number, placed.x)
        for metric in placed.cut_metrics or ():
            self._metric_cuts.setdefault(metric, Lowest()).add(placed.number, placed.x)
        if placed.since:
            self._note_fall(placed)
        return placed

    def kept(self, placed):
        """A placed row without the points that later ones supersede; None where nothing is left."""
        if not (self._cuts or self._metric_cuts or self._passed):
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
        self.superseded += len(values) - len(left)
        self.lowest = x if self.lowest is None else min(x, self.lowest)
        self.highest = x if self.highest is None else max(x, self.highest)
        return placed._replace(values=left) if left else None

    def in_order(self, placed):
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

    def open(self):
        """[(key, metrics)] of what waits."""
        return [(placed.key, (metric,)) for held in self._held.values() for _, _, metric, placed in held]

    def rest(self):
        """Those that still wait once all were given to `in_order`."""
        due = [one for held in self._held.values() for one in held]
        self._held.clear()
        return _rows(due)

    def _is_superseded(self, metric, x, number):
        cuts, passed = self._metric_cuts.get(metric), self._passed.get(metric)
        cut = None if cuts is None else cuts.after(number)
        if cut is not None and x >= cut:
            return True
        return passed is not None and any(one.last(x) > number for one in passed)

    def _note_fall(self, placed):
        together = {}  # metrics that fell at one row share what is noted, so that it does not grow with their number
        for metric, since in placed.since.items():
            together.setdefault(since, []).append(metric)
            if since == NOTHING or self._fell.get(metric) != since:
                self._fell[metric] = since
                self._falls.setdefault(metric, Lowest()).add(placed.number, placed.x)
        together.pop(NOTHING, None)
        for since, metrics in together.items():
            metrics = tuple(metrics)
            passed = self._of_rows.get(metrics)
            if passed is None:
                passed = self._of_rows[metrics] = Passed()
                for metric in metrics:
                    self._passed.setdefault(metric, []).append(passed)
            passed.add(placed.x, since)


def _rows(due):
    """Points that waited -> placed rows, those of one row together."""
    rows, last = [], None
    for x, _, metric, placed in sorted(due, key=lambda one: one[:2]):
        if placed is last:
            rows[-1].values[metric] = placed.values[metric]
        else:
            rows.append(placed._replace(values={metric: placed.values[metric]}, key="%s/%s" % (placed.key, metric)))
        last = placed
    return rows
