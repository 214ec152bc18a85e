"""Series with fewer points, that look the same: of each stretch the lowest and the highest one are kept.

A line through what is kept touches every extreme, so no spike is lost ("MinMax" in Jugel et al., M4, VLDB 2014).
"""
from __future__ import annotations

from typing import Iterable, List

import numpy as np

from scripts.runs.table import Indices, Series

AT_LEAST = 64  # points that are never taken from a series


def quota(lengths: Iterable[int], budget: int) -> int:
    """How many points a series may have so that all together have at most ``budget``: the short ones keep theirs, what
    they leave is shared among the long ones."""
    waiting: List[int] = sorted(lengths)
    left = budget
    for place, length in enumerate(waiting):
        share = left // (len(waiting) - place)
        if length > share:
            return max(AT_LEAST, share)
        left -= length
    return max([AT_LEAST, *waiting[-1:]])


def reduced(series: Series, at_most: int) -> Series:
    """The series itself where it is short enough; else at most so many of its points, values and rows as they were.

    The first and the last stay, too.
    """
    if len(series.rows) <= at_most:
        return series
    kept = _extremes(series, max(1, (at_most - 2) // 2))
    return Series(series.rows[kept], series.values[kept])


def _extremes(series: Series, stretches: int) -> Indices:
    """Indices of the first, the last, and of each stretch's lowest and highest point."""
    count = len(series.values)
    length = -(-count // stretches)
    padded = np.full(-(-count // length) * length, np.nan)
    padded[:count] = series.values
    table = padded.reshape(-1, length)
    first = np.arange(0, len(padded), length)
    low = first + np.where(np.isnan(table), np.inf, table).argmin(axis=1)
    high = first + np.where(np.isnan(table), -np.inf, table).argmax(axis=1)
    kept = np.zeros(count, dtype=bool)
    kept[np.concatenate([low, high])] = True
    kept[[0, count - 1]] = True
    return np.flatnonzero(kept)
