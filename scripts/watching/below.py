"""Whether a run does worse than any earlier run of its group: so clearly that seeds do not explain it.

Of a few healthy seeds one is always the lowest. So it takes four things, over the last tenth of x:
- the run is below the lowest of at least two predecessors, by more than these lie apart there (of few, some times);
- and by more than three standard deviations of any of them, over the second half of its way;
  three times as much of both, where these have gained nothing themselves;
- it has missed more than half of what the lowest of them has gained since it began; of two predecessors, nearly all
  of it, and these have gained something;
- it is below what they all had at half of its x: a seed that learns late is where the others were a while ago.
"""
from __future__ import annotations

import functools
from typing import List, NamedTuple, Optional, Sequence

import numpy as np

from scripts.runs.alignment import Line, at
from scripts.runs.table import Floats, Run
from scripts.watching import lines
from scripts.watching.verdict import ABOVE, BELOW, Named, Same, Verdict, number

_TAIL = 0.1  # of x
_POINTS = 5  # of the run, in the tail
_PREDECESSORS = 2
_APART = {2: 3.0, 3: 1.5}  # predecessors -> times what they lie apart: two may be alike by chance; of more, once
_DEVIATIONS = 3.0
_FLAT = 3.0  # times both, where the predecessors have gained nothing, and seeds wander
_GAIN = {2: 0.9, 3: 0.7}  # predecessors -> of what the lowest of them has gained; of more, half


class _Before(NamedTuple):
    """A predecessor over the run's last tenth: its level there, at half of x, at its beginning, and how it varies."""

    label: str
    level: float
    halfway: float
    start: float
    spread: float


def below(run: Run, predecessors: Sequence[Named]) -> Optional[Verdict]:
    """The verdict, or None."""
    for name, is_lower_better in lines.measured(run):
        sign = -1.0 if is_lower_better else 1.0
        own = lines.line(run, name)
        if len(own.xs) < _POINTS:
            continue
        first, last = float(own.xs[0]), float(own.xs[-1])
        tail = own.xs >= last - _TAIL * (last - first)
        if tail.sum() < _POINTS:
            continue
        alike = lines.same_x(run, [before.run for before in predecessors], name)
        known = [(before.label, _before(Same(before.run), name, own.xs[tail].tobytes(), sign))
                 for before, is_same in zip(predecessors, alike) if is_same]
        found = [one._replace(label=label) for label, one in known if one is not None]
        mean = float(own.ys[tail].mean())
        if len(found) >= _PREDECESSORS and _is_below(sign * mean, found):
            return Verdict(BELOW if sign > 0 else ABOVE, _why(name, mean, own.xs[tail], found, sign))
    return None


@functools.lru_cache(maxsize=4096)  # runs of a group have the same predecessors, and mostly the same x
def _before(same: Same, metric: str, of_run: bytes, sign: float) -> Optional[_Before]:
    """None where it has not come so far; ``of_run``: x of the run's last tenth."""
    before, xs = same.run(), np.frombuffer(of_run, dtype=np.float64)
    assert before is not None
    line = lines.line(before, metric)
    if len(line.xs) < _POINTS or line.xs[-1] < xs[-1] or line.xs[0] > xs[0]:
        return None
    first, middle, half_width = line.xs[0], (line.xs[0] + xs[-1]) / 2, (xs[-1] - line.xs[0]) * _TAIL / 2
    second_half = line.ys[(line.xs >= middle) & (line.xs <= xs[-1])]
    inside = line.ys[(line.xs >= xs[0]) & (line.xs <= xs[-1])]
    halfway = line.ys[np.abs(line.xs - middle) <= half_width]
    return _Before("", sign * _mean(inside, line, xs), sign * _mean(halfway, line, np.array([middle])),
                   sign * float(line.ys[line.xs <= first + _TAIL * (xs[-1] - first)].mean()),
                   float(second_half.std()) if len(second_half) else 0.0)


def _mean(points: Floats, line: Line,
          xs: Floats) -> float:
    """Of the points there are, or between the nearest ones."""
    return float(points.mean() if len(points) else np.nanmean(at(line, xs)))


def _is_below(level: float, found: List[_Before]) -> bool:
    lowest = min(found, key=lambda one: one.level)
    gap = lowest.level - level
    apart = _APART.get(len(found), 1.0) * (max(one.level for one in found) - lowest.level)
    gained, spread = lowest.level - lowest.start, _DEVIATIONS * max(one.spread for one in found)
    if gained < spread:
        if len(found) == _PREDECESSORS:
            return False
        apart, spread = _FLAT * apart, _FLAT * spread
    return (gap > apart and gap > spread and gap > _GAIN.get(len(found), 0.5) * abs(gained)
            and level < min(one.halfway for one in found))


def _why(name: str, mean: float, xs: Floats, found: List[_Before],
         sign: float) -> str:
    lowest = min(found, key=lambda one: one.level)
    which = "lowest" if sign > 0 else "highest"
    return (f"{name} {number(mean)}, the {which} of {len(found)} predecessors {number(sign * lowest.level)} "
            f"({lowest.label}), from {number(float(xs[0]))} to {number(float(xs[-1]))} ({len(xs)} points)")
