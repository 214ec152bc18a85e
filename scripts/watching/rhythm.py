"""Whether a run has been silent for longer than its own rhythm explains."""
from __future__ import annotations

import functools
import math
import os
from typing import NamedTuple, Optional, Sequence

import numpy as np

from scripts.runs.table import Floats, Run
from scripts.watching.verdict import Named, Same

_LEAST = 300.0  # seconds: an evaluation, a checkpoint, what a writer keeps back
_LEAST_AT_FIRST = 1800.0  # where the rhythm is not known yet: compiling, a buffer that is filled
_ROWS_OF_A_RHYTHM = 5
_SKEW = 60.0  # seconds that clocks of machines may differ by, without a word
_LONGEST = 3.0  # times the longest pause so far
_USUAL, _USUAL_AT_MOST = 20.0, 1800.0  # times the usual pause, and seconds


class Silence(NamedTuple):
    """How long there was no row, what was expected, in seconds, and the pauses so far."""

    seconds: float
    allowed: float
    rows: int
    longest: float

    @property
    def is_long(self) -> bool:
        return self.seconds > self.allowed


def last_row(run: Run, now: float = math.inf) -> float:
    """When its last row was written, Unix seconds; where no row tells, its beginning or its file's last change. Where
    that is still to come, by the clock of another machine, it is its file's last change, too."""
    known = run.times[np.isfinite(run.times)]
    if len(known) and known.max() <= now + _SKEW:
        return float(known.max())
    try:
        changed = os.path.getmtime(run.source)
    except OSError:
        changed = np.nan
    if len(known):
        return float(np.fmin(known.max(), changed))
    return changed if run.began != run.began or len(run.steps) else run.began


def silence(run: Run, predecessors: Sequence[Named], now: float) -> Silence:
    """What it is now. Of the predecessors the usual one's longest pause counts, too."""
    own = pauses(run)
    longest = float(own.max(initial=0.0))
    others = [pause for pause in (_longest_pause(Same(one.run)) for one in predecessors) if pause is not None]
    usual = float(np.median(own)) if len(own) else 0.0
    allowed = max(_LEAST, _LONGEST * longest, _LONGEST * float(np.median(others)) if others else 0.0,
                  min(_USUAL * usual, _USUAL_AT_MOST))
    if len(own) < _ROWS_OF_A_RHYTHM and not others:
        allowed = max(allowed, _LEAST_AT_FIRST)
    last: Optional[float] = last_row(run, now)
    seconds = now - last if last == last and last is not None else 0.0
    return Silence(max(0.0, seconds), allowed, len(own), longest)


@functools.lru_cache(maxsize=4096)
def _longest_pause(same: Same) -> Optional[float]:
    run = same.run()
    found = pauses(run) if run is not None else np.zeros(0)
    return float(found.max()) if len(found) else None


def pauses(run: Run) -> Floats:
    """The seconds between the moments at which rows were written, and before the first of them."""
    times = np.unique(run.times[np.isfinite(run.times)])
    if len(times) and run.began < times[0]:
        times = np.concatenate([[run.began], times])
    found = np.diff(times)
    return np.asarray(found[found > 0])
