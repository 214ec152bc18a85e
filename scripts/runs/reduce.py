"""Series with fewer points, that look the same: of each stretch the lowest and the highest one are kept.

A line through what is kept touches every extreme, so no spike is lost ("MinMax" in Jugel et al., M4, VLDB 2014).
"""
from __future__ import annotations

from typing import Dict, Iterable, List, Mapping

import numpy as np

from scripts.runs.table import Bools, Floats, Series

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
    return all_reduced({"": series}, at_most)[""]


def all_reduced(series: Mapping[str, Series], at_most: int) -> Dict[str, Series]:
    """`reduced` of each."""
    found = dict(series)
    alike: Dict[int, List[str]] = {}  # those of the same rows, which are reduced together
    for name, one in series.items():
        if len(one.rows) > at_most:
            alike.setdefault(id(one.rows), []).append(name)
    for names in alike.values():
        rows = series[names[0]].rows
        are_kept = _extremes(np.stack([series[name].values for name in names]), max(1, (at_most - 2) // 2))
        for name, is_kept in zip(names, are_kept):
            found[name] = Series(rows[is_kept], series[name].values[is_kept])
    return found


def _extremes(values: Floats, stretches: int) -> Bools:
    """Of each series, a row of the table: whether it is the first, the last, or a stretch's lowest or highest point."""
    many, count = values.shape
    length = -(-count // stretches)
    padded = np.full((many, -(-count // length) * length), np.nan)
    padded[:, :count] = values
    table = padded.reshape(many, -1, length)
    first = np.arange(0, padded.shape[1], length)
    is_nan = np.isnan(table)
    low = first + np.where(is_nan, np.inf, table).argmin(axis=2)
    high = first + np.where(is_nan, -np.inf, table).argmax(axis=2)
    kept = np.zeros((many, count), dtype=bool)
    which = np.arange(many)[:, np.newaxis]
    kept[which, low] = kept[which, high] = True
    kept[:, [0, count - 1]] = True
    return kept
