"""One training that several files tell of, as a tracker's beside the framework's own, is shown once: the fuller one.

Two runs are one training where one lies in the folder of the other or below it, or their times overlap, and nine in ten
points of the one with fewer are the other's, too. Names are not asked: a tracker may have others. Two that have ids
of one keeper are two.
"""
from __future__ import annotations

import dataclasses
import os
from collections import Counter
from typing import (Any, Dict, FrozenSet, Iterable, List, Mapping, Optional,
                    Sequence, Tuple)

import numpy as np

from scripts.runs.table import Run, Say

_FEWEST = 10  # values that must be there to say that two runs are one
_ALIKE = 0.9
_LEVELS = 3  # of folders, between a framework's file and that of a tracker below it
_SAMPLED = 16  # values by which runs find one another
Values = FrozenSet[float]


def shown_once(runs: Iterable[Run], say: Say) -> List[Run]:
    """The runs, each training once; which is left out is said, with the one that is shown."""
    every = list(runs)
    values = [_values(run) for run in every]
    left: Dict[int, int] = {}  # run that is left out -> the one that is shown
    for first, second in _candidates(values):
        first, second = _last(first, left), _last(second, left)
        if first != second and _are_one(every[first], every[second], values[first], values[second]):
            fuller, other = sorted((first, second), key=lambda one: (
                -len(values[one]), bool(every[one].keeper), -_points(every[one]), one))
            left[other] = fuller
            every[fuller] = dataclasses.replace(every[fuller], config=_together(every[fuller], every[other].config))
    for other in left:
        say(every[other].source, f"the same training as {every[_last(other, left)].source}, which has more of it; "
                                 "shown once")
    return [run for place, run in enumerate(every) if place not in left]


def _together(run: Run, more: Mapping[str, Any]) -> Dict[str, Any]:
    """A run's config with what another knows besides, which trackers may have below ``config/``; that of a journal is
    whole."""
    if run.config and run.id and not run.keeper:
        return run.config
    return {**{path: value for path, value in more.items() if path.partition("config/")[2] not in run.config},
            **run.config}


def _last(place: int, left: Dict[int, int]) -> int:
    while place in left:
        place = left[place]
    return place


def _points(run: Run) -> int:
    return sum(len(series.rows) for series in run.series.values())


def _values(run: Run) -> Values:
    """The numbers that tell a run, in single precision, as trackers may keep them: none that counts or repeats."""
    with np.errstate(over="ignore"):
        found = [np.unique(series.values.astype(np.float32)) for series in run.series.values()]
    together = np.concatenate(found) if found else np.empty(0, dtype=np.float32)
    together = together[np.isfinite(together)]
    return frozenset(together[together != np.round(together)].tolist())


def _candidates(values: Sequence[Values]) -> List[Tuple[int, int]]:
    """Pairs of runs that share some of their least values; the rest is never compared."""
    at: Dict[float, List[int]] = {}
    for place, own in enumerate(values):
        if len(own) >= _FEWEST:
            for value in sorted(own, key=hash)[:_SAMPLED]:
                at.setdefault(value, []).append(place)
    pairs: Counter[Tuple[int, int]] = Counter()
    for places in at.values():
        if len(places) <= _SAMPLED:  # a value that many have tells none
            pairs.update((one, two) for number, one in enumerate(places) for two in places[number + 1:])
    return [pair for pair, many in pairs.items() if many > 1]


def _are_one(first: Run, second: Run, own: Values, others: Values) -> bool:
    if first.id and second.id and first.keeper == second.keeper:  # who gives ids gives each training one
        return False
    if not (_are_related(first, second) or _overlap(first, second)):
        return False
    return len(own & others) >= _ALIKE * min(len(own), len(others))


def _are_related(first: Run, second: Run) -> bool:
    """Whether one lies in the other's folder, or below it."""
    one, two = (os.path.dirname(os.path.realpath(run.source)).split(os.sep) for run in (first, second))
    if len(one) > len(two):
        one, two = two, one
    return two[:len(one)] == one and len(two) - len(one) <= _LEVELS


def _overlap(first: Run, second: Run) -> bool:
    """Whether both say when their rows were written, and the shorter one lies in the other for nine tenths."""
    one, two = _span(first), _span(second)
    if one is None or two is None:
        return False
    common = min(one[1], two[1]) - max(one[0], two[0])
    return common >= _ALIKE * min(one[1] - one[0], two[1] - two[0]) and common >= 0


def _span(run: Run) -> Optional[Tuple[float, float]]:
    known = run.times[np.isfinite(run.times)]
    return (float(known.min()), float(known.max())) if len(known) else None
