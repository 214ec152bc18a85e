"""Curves of runs at the same places of x, as the page has them (`page/curves.js`): between two of a run's points on the
straight line, over the runs that have got so far."""
from __future__ import annotations

import functools
from typing import List, NamedTuple, Sequence, Tuple

import numpy as np

from scripts.runs import random_draws, statistics
from scripts.runs.table import Floats, Run

GRID, EXACT_AT_MOST = 500, 1000  # places of a mean; where runs stand at no more places than that, all of these
CENTERS, BANDS = ("mean", "median", "iqm"), ("ci", "std", "range", "none")


class Line(NamedTuple):
    """The points of one run: x never falls, and y is finite."""

    xs: Floats
    ys: Floats


class Center(NamedTuple):
    """The center of several lines, and the band around it: NaN where that is not known, as of a single run.

    Attributes:
        counts: of how many runs, at each x.
    """

    xs: Floats
    ys: Floats
    low: Floats
    high: Floats
    counts: Floats


def line_of(run: Run, metric: str, x: str = "steps", smoothing: float = 0.0) -> Line:
    """The points of a metric of a run; ``x``: steps, time (seconds since the run began) or row."""
    xs, ys = x_of(run, metric, x), run.series[metric].values
    if np.isnan(xs).any() or (np.diff(xs) < 0).any():
        order = np.argsort(xs, kind="stable")[:int((~np.isnan(xs)).sum())]
        xs, ys = xs[order], ys[order]
    ys = smoothed(ys, smoothing)
    known = np.isfinite(ys)
    return Line(xs[known], ys[known])


def x_of(run: Run, metric: str, x: str = "steps") -> Floats:
    """x of all points of a metric, see `line_of`."""
    xs = {"steps": run.steps, "time": run.times - run.began, "row": np.arange(len(run.steps), dtype=np.float64)}[x]
    return np.asarray(xs[run.series[metric].rows])


def smoothed(values: Floats, coefficient: float) -> Floats:
    """A running average, c * average + (1 - c) * value; c grows from 0 towards the coefficient, so that the first
    values count (the formula of Acme's SmoothingFilter). Values that are not finite are passed on."""
    if not coefficient:
        return values
    found, average, weight = values.copy(), 0.0, 0.0
    for place in np.flatnonzero(np.isfinite(values)):
        average = weight * average + (1 - weight) * float(values[place])
        weight = 0.9 * weight + 0.1 * coefficient
        found[place] = average
    return found


def at(line: Line, xs: Floats) -> Floats:
    """The line's values at each x; NaN before its first point and beyond its last."""
    before = np.searchsorted(line.xs, xs, side="right") - 1
    inside = (before >= 0) & (xs <= line.xs[-1])
    before = np.clip(before, 0, None)
    after = np.minimum(before + 1, len(line.xs) - 1)
    x0, x1, y0, y1 = line.xs[before], line.xs[after], line.ys[before], line.ys[after]
    width = np.where(x1 == x0, 1.0, x1 - x0)
    between = y0 + (y1 - y0) * (xs - x0) / width
    return np.where(inside, np.where((xs == x0) | (x1 == x0), y0, between), np.nan)


def places_of(lines: Sequence[Line]) -> Floats:
    """Every x that a line has, or an even grid where they are too many."""
    found = np.unique(np.concatenate([line.xs for line in lines]))
    if len(found) <= EXACT_AT_MOST:
        return found
    first, last = found[0], found[-1]
    grid = first + (last - first) * np.arange(GRID) / (GRID - 1)
    grid[-1] = last
    return np.asarray(grid)


def centered(lines: Sequence[Line], center: str = "mean", band: str = "ci") -> Center:
    """The center of lines of at least one point each, and the band around it."""
    xs = places_of(lines)
    values = np.stack([at(line, xs) for line in lines])
    ys, low, high = (np.full(len(xs), np.nan) for _ in range(3))
    for own, columns in _alike(~np.isnan(values)):
        found = values[np.ix_(own, columns)]
        ys[columns] = _center(found, center)
        low[columns], high[columns] = _band(found, center, band)
    if band == "range":
        _touch(lines, xs, low, high)
    return Center(xs, ys, low, high, (~np.isnan(values)).sum(axis=0).astype(np.float64))


def _alike(known: "np.ndarray[Tuple[int, ...], np.dtype[np.bool_]]") -> List[Tuple[List[int], List[int]]]:
    """(runs, columns) of the columns in which the same runs are known; none of those without any."""
    patterns, of = np.unique(known, axis=1, return_inverse=True)
    of = np.asarray(of).reshape(-1)
    return [(np.flatnonzero(pattern).tolist(), np.flatnonzero(of == place).tolist())
            for place, pattern in enumerate(patterns.T) if pattern.any()]


def _center(values: Floats, center: str) -> Floats:
    """Over the runs, which are the first axis."""
    if center == "mean":
        return np.asarray(values.mean(axis=0))
    if center == "median":
        return np.asarray(np.median(values, axis=0))
    return statistics.iqm([values.T])


def _band(values: Floats, center: str, band: str) -> Tuple[Floats, Floats]:
    many, width = values.shape
    unknown = np.full(width, np.nan)
    if band == "range":
        return values.min(axis=0), values.max(axis=0)
    if many < 2 or band == "none":
        return unknown, unknown
    if band == "std":
        middle, deviation = _center(values, center), values.std(axis=0)
        return middle - deviation, middle + deviation
    low, high = statistics.limits(_weights(many, center) @ np.sort(values, axis=0))
    return low, high


@functools.lru_cache(maxsize=64)
def _weights(many: int, center: str) -> Floats:
    """Resamples x ranks: how much each of the ranked values counts in the center of each resample."""
    ranks = np.sort(random_draws.picks(many), axis=1)
    first, behind = {"mean": (0, many), "median": ((many - 1) // 2, many // 2 + 1)}.get(
        center, (many // 4, many - many // 4))
    found = np.zeros(ranks.shape)
    for place in range(first, behind):
        found[np.arange(len(ranks)), ranks[:, place]] += 1 / (behind - first)
    return found


def _touch(lines: Sequence[Line], xs: Floats, low: Floats, high: Floats) -> None:
    """Widen a range by each point of the lines, at the place that is nearest to it."""
    if len(xs) < 2:
        return
    middles = (xs[1:] + xs[:-1]) / 2
    for line in lines:
        nearest = np.searchsorted(middles, line.xs, side="left")
        known = ~np.isnan(low[nearest])
        np.minimum.at(low, nearest[known], line.ys[known])
        np.maximum.at(high, nearest[known], line.ys[known])
