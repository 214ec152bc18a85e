"""What lies beside a run in its folder, or in one there of its own, is a part of it: monitors, evaluations."""
from __future__ import annotations

import dataclasses
import os
import re
from collections import Counter
from typing import Dict, FrozenSet, Iterable, Iterator, List, Set

import numpy as np
from neptune_writer.points.rows import Row

from scripts.runs import real_paths
from scripts.runs.table import Run, Say, Series

_OF_A_RUN = re.compile(r"(monitors?|eval(uation)?s?)([-_]?(logs?|results?))?", re.IGNORECASE)  # folders in a run's
_MEANS = {"eval/mean_reward", "eval/mean_ep_length", "eval/success_rate"}  # which loggers have, too


def with_besides(runs: Iterable[Run], besides: Iterable[Run]) -> List[Run]:
    """The runs, each with the series that lie beside it in its folder, or in one there that is called after them, as
    ``eval``; where a folder has no run, what lies there together is one."""
    found = list(runs)
    places: Dict[str, List[int]] = {}  # folder -> its runs
    for place, run in enumerate(found):
        places.setdefault(_folder(run), []).append(place)
    lying: Dict[str, List[Run]] = {}
    for run in besides:
        lying.setdefault(_folder(run), []).append(run)
    for folder in sorted(lying, key=lambda folder: folder.count(os.sep)):  # what is above comes first
        above, name = os.path.split(folder)
        is_part = folder not in places and above in places and bool(_OF_A_RUN.fullmatch(name))
        of = places.setdefault(above if is_part else folder, [])
        tell = Counter(name for beside in lying[folder] for name in beside.series)
        alike = {id(beside) for beside in lying[folder] if any(tell[name] > 1 for name in beside.series)}
        for beside in sorted(lying[folder], key=lambda beside: id(beside) in alike):
            is_clear = len(of) == 1 and id(beside) not in alike  # of several that are alike, none says what it is of
            if is_clear and not (is_part and _told_twice(found[of[0]], beside) - _MEANS):
                found[of[0]] = together(found[of[0]], beside)
            else:
                if not is_part:
                    of.append(len(found))
                found.append(beside)
    return found


def _told_twice(run: Run, beside: Run) -> Set[str]:
    return set(run.series) & set(beside.series)


def together(run: Run, beside: Run) -> Run:
    """The run, with the metrics that only the other has, at their own x."""
    behind = {name: Series(series.rows + len(run.steps), series.values) for name, series in beside.series.items()
              if name not in run.series}
    return in_order_of_steps(dataclasses.replace(
        run, steps=np.concatenate([run.steps, beside.steps]), times=np.concatenate([run.times, beside.times]),
        series={**run.series, **behind}, config={**beside.config, **run.config},
        clocks={**run.clocks, **{name: beside.clocks[name] for name in behind}}, marks=run.marks + beside.marks,
        sample=None, said=run.said and beside.said and _Both(run, beside.said, frozenset(behind))))


class _Both:
    """What was said of both, as one: what lies beside does not move rows that came without a step."""

    def __init__(self, run: Run, beside: Iterable[Row], behind: FrozenSet[str]) -> None:
        self._run, self._beside, self._behind = run, beside, behind

    def __iter__(self) -> Iterator[Row]:
        for row in self._run.said or ():
            has_step = not isinstance(row, Row) or row.step is not None or row.clock is not None
            yield row if has_step else row._replace(clock=self._run.x_clock)
        for row in self._beside:
            values = {name: value for name, value in row.values.items() if name in self._behind}
            if values:
                yield row._replace(values=values)


def in_order_of_steps(run: Run) -> Run:
    """The same points with rows that rise, where several things that count steps of their own wrote one run."""
    order = np.argsort(run.steps, kind="stable")
    places = np.empty_like(order)
    places[order] = np.arange(len(order))
    return dataclasses.replace(
        run, steps=run.steps[order], times=run.times[order],
        series={name: Series(places[series.rows], series.values) for name, series in run.series.items()})


def without_empty(runs: Iterable[Run], say: Say) -> List[Run]:
    """The runs, without those that have no row where the framework's own file beside them has; this is said."""
    every = list(runs)
    told = {_folder(run): run.source for run in every if len(run.steps) and not run.id}
    for run in every:
        if _is_empty(run) and _folder(run) in told:
            say(run.source, f"it has no row yet; {os.path.basename(told[_folder(run)])} beside it is shown")
    return [run for run in every if not (_is_empty(run) and _folder(run) in told)]


def _is_empty(run: Run) -> bool:
    return bool(run.id) and not len(run.steps)


def _folder(run: Run) -> str:
    return os.path.dirname(real_paths.real(run.source))
