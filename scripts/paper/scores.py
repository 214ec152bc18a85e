"""One score per run: where its curve stands at some x, at its end, or at its best."""
from __future__ import annotations

import math
import re
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from scripts.runs.alignment import Line, at
from scripts.runs.groups import labels

LAST, BEST = "last", "best"
_MEAN_LAST = re.compile(r"mean-last-(\d+(?:\.\d+)?)%")
SHORTER = 0.05  # of the way of the longest run: a run that lacks more of it is named


class Taken(NamedTuple):
    """The scores of one task.

    Attributes:
        values: place of a run -> its score.
        x: where they were taken; None where that is each run's own.
        notes: what a person has to know of them.
    """

    values: Dict[int, float]
    x: Optional[float]
    notes: List[str]


def check(text: str) -> None:
    """ValueError unless --at may be that."""
    share = _MEAN_LAST.fullmatch(text)
    if text in (LAST, BEST) or share and 0 < float(share.group(1)) <= 100:
        return
    try:
        if math.isfinite(float(text)):
            return
    except ValueError:
        pass
    raise ValueError(f"{text!r} is not {LAST}, {BEST}, mean-last-10% or a value of x")


def taken(lines: Dict[int, Line], names: Sequence[str], where: Optional[str] = None, lower: bool = False) -> Taken:
    """Scores of the runs of a task.

    Args:
        lines: place of a run -> its points, one at least.
        names: of runs, by their place.
        where: what --at says; by default the largest x that all of them have reached, but those that
            ended before another one began.
        lower: whether the best value is the lowest.
    """
    ends = {run: float(line.xs[-1]) for run, line in lines.items()}
    shortest, longest = min(ends.values()), max(ends.values())
    enough = longest - SHORTER * (longest - min(float(line.xs[0]) for line in lines.values()))
    is_own = where is not None and (where in (LAST, BEST) or bool(_MEAN_LAST.fullmatch(where)))
    if is_own:
        assert where is not None
        values = {run: _own(line, where, lower) for run, line in lines.items()}
        return Taken(values, None, _shorter(ends, enough, names, "whose own end counts"))
    latest = max(float(line.xs[0]) for line in lines.values())
    reached = min((end for end in ends.values() if end >= latest), default=shortest)  # all have begun by then
    x = reached if where is None else float(where)
    found = {run: float(at(line, np.array([x]))[0]) for run, line in lines.items()}
    values = {run: value for run, value in found.items() if value == value}
    notes = []
    if where is None:
        notes += _shorter({run: ends[run] for run in values}, enough, names,
                          f"so all scores are those at {short(x)}; --at takes others")
    late = [run for run in lines if run not in values and ends[run] < x]
    notes += [f"{_many(late)} did not get to {short(x)} and {_are(late)} left out: "
              + labels.listed([f"{names[run]} (to {short(ends[run])})" for run in late])] if late else []
    early = [run for run in lines if run not in values and ends[run] >= x]
    notes += [f"{_many(early)} only began after {short(x)} and {_are(early)} left out: "
              + labels.listed([names[run] for run in early])] if early else []
    return Taken(values, x, notes)


def _own(line: Line, where: str, lower: bool) -> float:
    if where == LAST:
        return float(line.ys[-1])
    if where == BEST:
        return float(line.ys.min() if lower else line.ys.max())
    share = _MEAN_LAST.fullmatch(where)
    assert share is not None
    first = line.xs[-1] - (line.xs[-1] - line.xs[0]) * float(share.group(1)) / 100
    return float(line.ys[line.xs >= first].mean())


def _shorter(ends: Dict[int, float], enough: float, names: Sequence[str], so: str) -> List[str]:
    found = [run for run, end in ends.items() if end < enough]
    return [f"{_many(found)} of {len(ends)} did not get as far as the longest ({short(max(ends.values()))}), {so}: "
            + labels.listed([f"{names[run]} (to {short(ends[run])})" for run in found])] if found else []


def _many(found: Sequence[int]) -> str:
    return f"{len(found)} run{'s' * (len(found) != 1)}"


def _are(found: Sequence[int]) -> str:
    return "is" if len(found) == 1 else "are"


def short(value: float, digits: int = 4) -> str:
    """A number as a person reads it: four digits, whole ones whole."""
    if not math.isfinite(value):
        return str(value)
    if float(value).is_integer() and abs(value) < 1e7:
        return f"{int(value):,}"
    if value and not 1e-3 <= abs(value) < 1e6:
        return f"{value:.{digits - 1}g}"
    before = len(str(int(abs(value)))) if abs(value) >= 1 else 0
    return f"{value:.{max(0, digits - before)}f}"


def normalised(values: Dict[int, float], task: str, table: Dict[str, Tuple[float, float]]) -> Dict[int, float]:
    """(value - random) / (reference - random), after the table's row for the task."""
    low, high = table[task]
    return {run: (value - low) / (high - low) for run, value in values.items()}
