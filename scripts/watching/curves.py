"""The curve of a metric: of the chosen run, of those that are marked, and the band of the runs before it."""
from __future__ import annotations

from typing import List, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from scripts.runs import alignment
from scripts.runs.alignment import Line
from scripts.runs import axes
from scripts.runs.table import Floats
from scripts.watching import lines
from scripts.watching.judged import Judged

SMOOTHING = (0.0, 0.6, 0.9, 0.97)
_ZOOM = 0.5  # what is seen afterwards


class View(NamedTuple):
    """What a person chose: which part of x is seen, smoothing, whether there is a band."""

    low: Optional[float] = None
    high: Optional[float] = None
    smoothing: int = 0
    has_band: bool = True

    def smoother(self, by: int) -> View:
        return self._replace(smoothing=max(0, min(len(SMOOTHING) - 1, self.smoothing + by)))

    def whole(self) -> View:
        return self._replace(low=None, high=None)

    def zoomed(self, factor: float, extent: Tuple[float, float]) -> View:
        """Around the end where that is seen, which is where a run goes on, else around the middle."""
        low, high = self.within(extent)
        width = (high - low) * factor
        if width >= extent[1] - extent[0]:
            return self.whole()
        left = high - width if high >= extent[1] else (low + high - width) / 2
        left = max(extent[0], min(left, extent[1] - width))
        return self._replace(low=left, high=left + width)

    def moved(self, by: int, extent: Tuple[float, float]) -> View:
        """By quarters of what is seen."""
        low, high = self.within(extent)
        step = max(extent[0] - low, min(by * (high - low) / 4, extent[1] - high))
        return self if self.low is None else self._replace(low=low + step, high=high + step)

    def within(self, extent: Tuple[float, float]) -> Tuple[float, float]:
        return (extent[0] if self.low is None else self.low, extent[1] if self.high is None else self.high)


class Curve(NamedTuple):
    """A line to be drawn, and what it is called."""

    label: str
    xs: Floats
    ys: Floats


class Drawing(NamedTuple):
    """What is drawn: the runs, the band's lower and upper edge, the whole extent of x, and what x counts."""

    curves: List[Curve]
    band: List[Curve]
    extent: Tuple[float, float]
    x: str


@np.errstate(all="ignore")  # values near the largest there is
def drawing(metric: str, shown: Sequence[Judged], view: View, width: int) -> Drawing:
    """The drawing of some runs, the first of which has the band; in no more points than a terminal can show."""
    having = [one for one in shown if metric in one.run.series]
    found = [(one.label, _line(one, metric, view)) for one in having]
    found = [(label, line) for label, line in found if len(line.xs)]
    ends = [end for _, line in found for end in (float(line.xs[0]), float(line.xs[-1]))]
    extent = (min(ends), max(ends)) if ends else (0.0, 1.0)
    low, high = view.within(extent)
    curves = [_reduced(label, line.xs, line.ys, low, high, width) for label, line in found]
    x = axes.of_metric(metric, [one.run for one in having])[0].text() if having else ""
    return Drawing(curves, _band(shown[0], metric, view, (low, high), width) if having and shown else [], extent, x)


def _line(one: Judged, metric: str, view: View) -> Line:
    return alignment.line_of(one.run, metric, smoothing=SMOOTHING[view.smoothing])


def _band(one: Judged, metric: str, view: View, seen: Tuple[float, float], width: int) -> List[Curve]:
    """Lowest and highest of those before it that count the same x, where there are two."""
    before = [named.run for named in one.predecessors]
    before = [run for run, is_same in zip(before, lines.same_x(one.run, before, metric)) if is_same]
    if not view.has_band or metric not in one.run.series:
        return []
    smoothing = SMOOTHING[view.smoothing]
    own = [alignment.line_of(run, metric, smoothing=smoothing) for run in before if metric in run.series]
    own = [line for line in own if len(line.xs)]
    if not own:
        return []
    xs = np.linspace(*seen, max(2, width))
    values = np.stack([alignment.at(line, xs) for line in own])
    known = ~np.isnan(values).all(axis=0)
    label = "1 earlier run" if len(own) == 1 else f"{len(own)} earlier runs"
    return [Curve(label, xs[known], edge(values[:, known], axis=0)) for edge in (np.nanmin, np.nanmax)
            ] if known.any() else []


def _reduced(label: str, xs: Floats, ys: Floats, low: float, high: float, width: int) -> Curve:
    """Of each column of the terminal the lowest and the highest point."""
    inside = (xs >= low) & (xs <= high)
    xs, ys = xs[inside], ys[inside]
    if len(xs) <= 4 * width or high <= low:
        return Curve(label, xs, ys)
    columns = ((xs - low) / (high - low) * (2 * width - 1)).astype(np.int64)
    starts = np.flatnonzero(np.diff(columns, prepend=-1))
    keep = set()
    for begin, end in zip(starts.tolist(), [*starts[1:].tolist(), len(xs)]):
        keep |= {begin + int(ys[begin:end].argmin()), begin + int(ys[begin:end].argmax())}
    kept = sorted(keep)
    return Curve(label, xs[kept], ys[kept])
