"""One training that several files tell of, as a tracker's beside the framework's own, is shown once: the fuller one.

Two runs are one training where one lies in the folder of the other or below it, or their times overlap, and nine in ten
points of the one with fewer are the other's, too. Names are not asked: a tracker may have others. Two that have ids
of one keeper are two. Where one tells no times, both are shown, and that is said.
"""
from __future__ import annotations

import dataclasses
import os
from collections import Counter
from typing import (Any, Dict, Iterable, List, Mapping, Optional, Sequence,
                    Tuple)

import numpy as np
import numpy.typing as npt
from neptune_writer import messages

from scripts.runs import real_paths
from scripts.runs.table import Run, Sample, Say

_FEWEST = 10  # values that must be there to say that two runs are one
_ALIKE = 0.9
_BELOW = "config/"
_LEVELS = 3  # of folders, between a framework's file and that of a tracker below it
_SAMPLED = 16  # values by which runs find one another
_LOOKED_AT = 64  # among which these are, where few of them are there twice
_MIXED = np.uint32(2654435761)  # odd, so that no two numbers become one


def shown_once(runs: Iterable[Run], say: Say) -> List[Run]:
    """The runs, each training once; which is left out is said, with the one that is shown."""
    every = list(runs)
    left: Dict[int, int] = {}  # run that is left out -> the one that is shown
    unclear: List[Tuple[Run, Run]] = []
    for first, second in _candidates([sample(run) if run.sample is None else run.sample for run in every]):
        first, second = _last(first, left), _last(second, left)
        one, two = every[first], every[second]
        if first == second or not _may_be_one(one, two):
            continue
        if not _are_related(one, two) and not overlap(one, two):
            if _span(one) is None or _span(two) is None:
                unclear.append((one, two))
        else:
            fuller, other = sorted((first, second), key=lambda place: (
                -len(np.unique(_telling(every[place]))), bool(every[place].keeper), -_points(every[place]), place))
            left[other] = fuller
            every[fuller] = dataclasses.replace(every[fuller], config=_together(every[fuller], every[other].config))
    if unclear:
        one, two = unclear[0]
        more = f"; {messages.count(len(unclear) - 1, 'more pair')} like this" if len(unclear) > 1 else ""
        say(two.source, f"the same numbers as in {one.source}; no times tell whether it is the same training, so both "
                        f"are shown{more}")
    for other in left:
        shown = every[_last(other, left)]
        more = ", which has more of it" if _points(shown) > _points(every[other]) else ""
        say(every[other].source, f"the same training as {shown.source}{more}; shown once")
    return [run for place, run in enumerate(every) if place not in left]


def _together(run: Run, more: Mapping[str, Any]) -> Dict[str, Any]:
    """A run's config with what another knows besides, which trackers may have below ``config/``; a journal's is
    whole."""
    if run.config and run.id and not run.keeper:
        return run.config
    known = run.config.keys()
    return {**{path: value for path, value in more.items()
               if not path.startswith(_BELOW) or path[len(_BELOW):] not in known}, **run.config}


def _last(place: int, left: Dict[int, int]) -> int:
    while place in left:
        place = left[place]
    return place


def _points(run: Run) -> int:
    return sum(len(series.rows) for series in run.series.values())


def sample(run: Run) -> Sample:
    """Some of the numbers that tell the run; of another run with the same numbers they are the same ones."""
    mixed = _telling(run).view(np.uint32) * _MIXED  # in whose order near ones lie far apart
    found = np.unique(np.partition(mixed, _LOOKED_AT)[:_LOOKED_AT] if len(mixed) > _LOOKED_AT else mixed)
    if len(found) < _SAMPLED:
        found = np.unique(mixed)
    return tuple(found[:_SAMPLED].tolist()) if len(found) >= _FEWEST else ()


def _telling(run: Run) -> npt.NDArray[np.float32]:
    """The numbers that tell a run, in single precision, as trackers may keep them: none that counts or repeats."""
    with np.errstate(over="ignore", invalid="ignore"):
        found = [series.values.astype(np.float32) for series in run.series.values()]
        together = np.concatenate(found) if found else np.empty(0, dtype=np.float32)
        telling: npt.NDArray[np.float32] = together[np.isfinite(together) & (together != np.round(together))]
        return telling


def _candidates(samples: Sequence[Sample]) -> List[Tuple[int, int]]:
    """Pairs of runs that share some of their samples; the rest is never compared."""
    at: Dict[int, List[int]] = {}
    for place, own in enumerate(samples):
        for value in own:
            at.setdefault(value, []).append(place)
    pairs: Counter[Tuple[int, int]] = Counter()
    for places in at.values():
        if 1 < len(places) <= _SAMPLED:  # a value that many have tells none
            pairs.update((one, two) for number, one in enumerate(places) for two in places[number + 1:])
    return [pair for pair, many in pairs.items() if many > 1]


def _may_be_one(first: Run, second: Run) -> bool:
    """Whether they have the same numbers, and are not known to be two."""
    if first.id and second.id and first.keeper == second.keeper:  # who gives ids gives each training one
        return False
    one, two = os.path.basename(first.source), os.path.basename(second.source)
    if first.keeper and first.keeper == second.keeper and one != two:  # W&B's files are called after the ids
        return False
    are_related = _are_related(first, second)
    if not first.keeper and not second.keeper and (one == two or _are_of_one_kind(one, two, are_related)):
        return False  # two runs of one framework, whatever their numbers are
    own, others = np.unique(_telling(first)), np.unique(_telling(second))
    return len(np.intersect1d(own, others, assume_unique=True)) >= _ALIKE * min(len(own), len(others))


def _are_of_one_kind(one: str, two: str, are_related: bool) -> bool:
    """Whether both files are of one format, of which each has another name; event files of one training may lie in
    its folder and below."""
    return ".tfevents." in one and ".tfevents." in two and not are_related or all(
        name.endswith("monitor.csv") for name in (one, two))


def _are_related(first: Run, second: Run) -> bool:
    """Whether one lies in the other's folder, or below it."""
    one, two = (os.path.dirname(real_paths.real(run.source)).split(os.sep) for run in (first, second))
    if len(one) > len(two):
        one, two = two, one
    return two[:len(one)] == one and len(two) - len(one) <= _LEVELS


def overlap(first: Run, second: Run) -> bool:
    """Whether both say when their rows were written, and the shorter one lies in the other for nine tenths."""
    one, two = _span(first), _span(second)
    if one is None or two is None:
        return False
    common = min(one[1], two[1]) - max(one[0], two[0])
    return common >= _ALIKE * min(one[1] - one[0], two[1] - two[0]) and common >= 0


def _span(run: Run) -> Optional[Tuple[float, float]]:
    known = run.times[np.isfinite(run.times)]
    return (float(known.min()), float(known.max())) if len(known) else None
