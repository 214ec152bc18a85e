"""A metric of a run as points, and which metric is looked at first."""
from __future__ import annotations

import re
from typing import List, NamedTuple, Sequence, Tuple

import numpy as np

from scripts.runs import alignment
from scripts.runs.alignment import Line
from scripts.runs import axes, metric_order
from scripts.runs.table import Floats, Run

_LENGTH = re.compile(r".*len(gth)?(_|$).*", re.IGNORECASE)


class Measured(NamedTuple):
    """What runs are judged by: a metric of which is known which way is better."""

    name: str
    is_lower_better: bool


def first(run: Run) -> str:
    """The metric that tells most; empty where there is none."""
    return next(iter(metric_order.ordered(run.series)), "")


def measured(run: Run) -> List[Measured]:
    """The metric that the run is judged by, in a list that is empty where none is known to be better one way."""
    name = first(run)
    lower = metric_order.lower_is_better(name)
    is_return = metric_order.is_return(name) and not _LENGTH.fullmatch(name)
    return [Measured(name, lower)] if name and lower != is_return else []


def line(run: Run, metric: str) -> Line:
    """Its finite points, in the order of x."""
    return alignment.line_of(run, metric)


def same_x(run: Run, others: Sequence[Run], metric: str) -> List[bool]:
    """Of each other run, whether its x counts the same."""
    having = [other for other in others if metric in other.series]
    found = iter(axes.of_metric(metric, [run, *having])[1])
    own = next(found)
    units = dict(zip(map(id, having), found))
    return [units.get(id(other)) == own for other in others]


def clocked(run: Run) -> Tuple[Floats, Floats]:
    """x, and Unix seconds, of the rows that the run's first metric stands in, or of the longest one: where both are
    known, and one for each x."""
    name = first(run)
    if name and len(run.series[name].rows) < 3:
        name = max(run.series, key=lambda metric: len(run.series[metric].rows))
    if not name:
        return np.zeros(0), np.zeros(0)
    rows = run.series[name].rows
    xs, times = run.steps[rows], run.times[rows]
    known = np.isfinite(xs) & np.isfinite(times)
    xs, at = np.unique(xs[known], return_index=True)
    return xs, times[known][at]
