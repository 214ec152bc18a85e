"""How fast a run goes, how long it has left where its end is known, and whether it is slower than those before it."""
from __future__ import annotations

import math
import re
from typing import Iterator, NamedTuple, Optional, Sequence

import numpy as np

from scripts.runs import axes
from scripts.runs.table import Floats, Run
from scripts.watching import lines
from scripts.watching.verdict import SLOWER, Named, Verdict, number

_ROWS = 20  # the last ones, which tell the pace
_PAUSE = 10.0  # times the usual pause: a laptop that slept
_LEAST_ROWS, _LEAST_SECONDS = 10, 60.0  # of a comparison
_SLOW = 0.5  # of the slowest predecessor's pace
_ALIKE = 0.02  # by which the ends of predecessors may differ
_TOTAL = re.compile(r"total_?(env_?|training_?|train_?)?(time_?)?(steps|frames|interactions)"
                    r"|(num|n|max)_(timesteps|env_steps|train_steps|training_steps|frames)", re.IGNORECASE)
_EPOCHS = "epochs x steps_per_epoch"
_MOST = 1e15
_ITERATIONS = "max_iterations"


class End(NamedTuple):
    """The x at which a run will end, and how that is known."""

    x: float
    source: str


def pace(run: Run) -> float:
    """x a second over its last rows, without long pauses; NaN where that is not known."""
    xs, times = lines.clocked(run)
    return _pace(xs[-_ROWS:], times[-_ROWS:])


def _pace(xs: Floats, times: Floats) -> float:
    steps, seconds = np.diff(xs), np.diff(times)
    known = seconds > 0
    if not known.any():
        return math.nan
    known &= seconds <= _PAUSE * float(np.median(seconds[known]))
    return float(steps[known].sum() / seconds[known].sum())


def slower(run: Run, predecessors: Sequence[Named]) -> Optional[Verdict]:
    """The verdict, or None: over the later half of its rows, and over either half of these, so that a machine that was
    busy for a while is none. It is not bad: the numbers are right, they only come late."""
    xs, times = lines.clocked(run)
    many = max(2 * _LEAST_ROWS, len(xs) // 2)
    xs, times = xs[-many:], times[-many:]
    if len(xs) < 2 * _LEAST_ROWS or times[-1] - times[0] < _LEAST_SECONDS:
        return None
    middle = len(xs) // 2
    own = max(_pace(xs[:middle + 1], times[:middle + 1]), _pace(xs[middle:], times[middle:]))
    found = []
    alike = lines.same_x(run, [before.run for before in predecessors], lines.first(run))
    for before, is_same in zip(predecessors, alike):
        theirs, when = lines.clocked(before.run)
        inside = (theirs >= xs[0]) & (theirs <= xs[-1])
        if is_same and inside.sum() >= _LEAST_ROWS and theirs[-1] >= xs[-1]:
            found.append((_pace(theirs[inside], when[inside]), before.label))
    found = [one for one in found if math.isfinite(one[0])]
    if len(found) < 2 or not own < _SLOW * min(found)[0]:
        return None
    slowest, label = min(found)
    return Verdict(SLOWER, f"{number(_pace(xs, times))} a second, the slowest of {len(found)} predecessors "
                           f"{number(slowest)} ({label}), from {number(float(xs[0]))} to {number(float(xs[-1]))}",
                   is_bad=False)


def end_of(run: Run, predecessors: Sequence[Named]) -> Optional[End]:
    """Where it will end: by its config, else where those before it did, if all at the same x."""
    reached = float(lines.clocked(run)[0].max(initial=0.0))
    for end in _ends_of_config(run):
        if end.x >= reached or end.source == _EPOCHS:
            return end
    ends = [float(lines.clocked(one.run)[0][-1]) for one in predecessors
            if one.run.end and len(lines.clocked(one.run)[0])]
    if ends and max(ends) - min(ends) <= _ALIKE * max(ends) and max(ends) >= reached:
        return End(max(ends), f"as {predecessors[0].label}" if len(ends) == 1 else f"as {len(ends)} predecessors")
    return None


def reached_end(run: Run) -> Optional[End]:
    """The end that its config asks for, where it has come so far that no row is missing; None where it has not, or its
    config says none. Off-policy algorithms log their last row a step early."""
    xs, _ = lines.clocked(run)
    if not len(xs):
        return None
    last = max(_ends_of_config(run), key=lambda end: end.x, default=None)
    apart = float(np.median(np.diff(xs))) if len(xs) > 1 else 2.0
    if last is None or xs[-1] <= last.x - apart / 2:
        return None
    return last if xs[-1] - last.x <= max(2 * apart, _ALIKE * last.x) else None  # far behind it, it is no end of it


def _ends_of_config(run: Run) -> Iterator[End]:
    unit = axes.of_clock(run.x_clock, run).unit
    if unit and "step" not in unit:
        return
    for path, value in run.config.items():
        name = path.rpartition("/")[2]
        if _TOTAL.fullmatch(name) and _is_count(value):
            yield End(float(value), name)
    config = {path.rpartition("/")[2]: value for path, value in run.config.items()}
    epochs, each = config.get("epochs"), config.get("steps_per_epoch")
    if epochs is not None and each is not None and _is_count(epochs) and _is_count(each):
        yield End(float(epochs) * float(each), _EPOCHS)
    last = _last_iteration(run)
    if math.isfinite(last):
        yield End(last, _ITERATIONS)


def _last_iteration(run: Run) -> float:
    """Of rsl_rl, whose x counts iterations: so many from the one at which it began; NaN where the config is not its.
    It writes what nobody else does beside their number."""
    many = next((value for path, value in run.config.items() if path.rpartition("/")[2] == _ITERATIONS
                 and path[:-len(_ITERATIONS)] + "num_steps_per_env" in run.config and _is_count(value)), math.nan)
    return float(lines.clocked(run)[0].min(initial=math.inf)) + float(many) - 1


def _is_count(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < _MOST


def seconds_left(run: Run, end: Optional[End], speed: float) -> float:
    """NaN where that is not known."""
    xs, _ = lines.clocked(run)
    if end is None or not len(xs) or not speed > 0:
        return math.nan
    return max(0.0, (end.x - float(xs[-1])) / speed)
