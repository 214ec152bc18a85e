"""Whether a metric has become NaN or infinite, and stays it.

NaN is healthy where there is nothing to tell yet: a mean return before an episode ended, a loss before the first
update. And where it comes and goes: a return, in rows in which no episode ended.
"""
from __future__ import annotations

import re
from typing import Iterator, NamedTuple, Optional, Sequence

import numpy as np

from scripts.runs import metric_order
from scripts.runs.table import Floats, Run
from scripts.watching.verdict import NAN, Named, Verdict, number

_OF_LEARNING = re.compile(r".*(loss|kl\b|approx_?kl|entropy|grad|norm|q_?val|qf|\bq\d?\b|critic|actor|policy|ent_coef"
                          r"|\bstd\b|alpha|temperature).*", re.IGNORECASE)
_MAY_BE_NAN = re.compile(r".*(explained_?var|corr).*", re.IGNORECASE)  # a fraction, of what did not vary
_ROWS_OF_LEARNING, _ROWS, _ROWS_FROM_THE_FIRST = 2, 5, 20
_NAMED = 3  # metrics in the text


class _Since(NamedTuple):
    """How a metric ends."""

    metric: str
    x: float
    rows: int
    word: str
    before: Optional[float]
    """The last finite value."""


def not_finite(run: Run, predecessors: Sequence[Named], is_over: bool) -> Optional[Verdict]:
    """The verdict, or None; ``is_over``: no further row is to come, so that the last one may tell of the end."""
    found = sorted(_all(run, predecessors, is_over), key=lambda one: (one.before is None, one.x, one.metric))
    if not found:
        return None
    first = found[0]
    others = [one.metric for one in found[1:]]
    more = (f"; {', '.join(others[:_NAMED])}" + (f" and {len(others) - _NAMED} more" if len(others) > _NAMED else "")
            + " too" if others else "")
    rows = "1 row" if first.rows == 1 else f"{first.rows} rows"
    if first.before is None:
        return Verdict(NAN, f"{first.metric} is {first.word} in all {rows}{more}")
    return Verdict(NAN, f"{first.metric} is {first.word} since step {number(first.x)} ({rows}), "
                        f"{number(first.before)} before{more}")


def _all(run: Run, predecessors: Sequence[Named], is_over: bool) -> Iterator[_Since]:
    for name, (rows, values) in run.series.items():
        if not len(values) or np.isfinite(values[-1]) or _MAY_BE_NAN.fullmatch(name):
            continue
        known = np.flatnonzero(np.isfinite(values))
        is_of_learning = _is_of_learning(name)
        if not len(known):
            if is_of_learning and _should_be_known(run, name, predecessors):
                yield _Since(name, float(run.steps[rows[0]]), len(values), _word(values), None)
            continue
        last = int(known[-1])
        streak = len(values) - 1 - last
        earlier = int(np.diff(known, prepend=known[0] - 1 if is_of_learning else -1).max()) - 1
        needed = _ROWS if not is_of_learning else 1 if is_over else _ROWS_OF_LEARNING
        if streak >= needed and streak > 2 * earlier:
            yield _Since(name, float(run.steps[rows[last + 1]]), streak, _word(values[last + 1:]), float(values[last]))


def _is_of_learning(name: str) -> bool:
    return bool(_OF_LEARNING.fullmatch(name)) and not metric_order.is_return(name) or metric_order.lower_is_better(name)


def _should_be_known(run: Run, name: str, predecessors: Sequence[Named]) -> bool:
    """Whether a loss that was never finite should have been by now: the predecessors' were, or there are many rows."""
    own = run.series[name]
    began = [_first_finite(before.run, name) for before in predecessors if name in before.run.series]
    if began:
        return float(run.steps[own.rows[-1]]) > max(began) and len(own.values) >= _ROWS_OF_LEARNING
    return len(own.values) >= _ROWS_FROM_THE_FIRST


def _first_finite(run: Run, name: str) -> float:
    rows, values = run.series[name]
    known = np.flatnonzero(np.isfinite(values))
    return float(run.steps[rows[known[0]]]) if len(known) else -np.inf


def _word(values: Floats) -> str:
    return "NaN" if np.isnan(values).any() else "infinite"
