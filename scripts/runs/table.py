"""The table in the middle: what a reader makes of a file, and what the page and the trackers are made of."""
from __future__ import annotations

import dataclasses
import functools
import math
import os
import re
from collections import Counter
from typing import (Any, Callable, Dict, FrozenSet, Iterable, Iterator, List,
                    Mapping, NamedTuple, Optional, Set, Tuple)

import numpy as np
import numpy.typing as npt
from neptune_writer import masking
from neptune_writer.points.rows import GIVEN, Row
from neptune_writer.recording import config as configs
from neptune_writer.recording import group as groups
from neptune_writer.trackers import config_entries

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.int64]
Sample = Tuple[int, ...]
Say = Callable[[str, str], None]
"""Told a path, and what is wrong with it; the reading goes on."""


_OF_A_RUN = re.compile(r"(monitors?|eval(uation)?s?)([-_]?(logs?|results?))?", re.IGNORECASE)  # folders in a run's
_MEANS = {"eval/mean_reward", "eval/mean_ep_length", "eval/success_rate"}  # which loggers have, too


class Problem(NamedTuple):
    """Something that could not be read, or not whole."""

    path: str
    what: str


class Series(NamedTuple):
    """The points of one metric: in which of the run's rows they stand, rising, and their values; of one length."""

    rows: Indices
    values: Floats


class Mark(NamedTuple):
    """Where a clock of a run started over ("restart"), or went on from a checkpoint ("checkpoint"), as x."""

    clock: str
    x: float
    kind: str


class Process(NamedTuple):
    """What wrote a run, or writes it: the file, its process id, and where that counts (`system.process_ids`)."""

    path: str
    pid: int
    space: str


@dataclasses.dataclass
class Run:
    """One training.

    Attributes:
        group: runs of the same one differ in nothing but their seed.
        config: path -> number, bool or text, secrets masked.
        source: the file or folder that it was read from.
        steps, times: x, and Unix seconds (NaN where the file tells no time), of each row; x of the points of one metric
            never falls.
        id: the run's own, which no other of its keeper has; empty where its format knows none.
        keeper: the tracker that gave the id; empty for our own journals, and where there is none.
        resumes: the id of the run that it is the beginning of, else empty.
        ended: False where it is known to go on.
        end: how it ended, in its format's own word; empty where the format records no end, or none yet.
        process: what writes it, where its format says.
        clocks: metric -> the clock of most of its points, see `neptune_writer.points`.
        x_clock: that of the step metric, of rows that are counted, or of steps that came with rows.
        marks: see `Mark`; in their order.
        said: the rows as the file has them, before the rule of x, where they were asked for.
        began: Unix seconds; by default, when its first row was written.
        sample: see `same_training`; None where nobody has taken it yet.
        path: the folders from what a person named down to the run's files.
    """

    name: str
    group: str
    config: Dict[str, Any]
    source: str
    steps: Floats
    times: Floats
    series: Dict[str, Series]
    framework: Optional[str] = None
    id: str = ""
    keeper: str = ""
    resumes: str = ""
    ended: bool = True
    end: str = ""
    process: Optional[Process] = None
    began: float = math.nan
    clocks: Dict[str, str] = dataclasses.field(default_factory=dict)
    x_clock: str = GIVEN
    marks: List[Mark] = dataclasses.field(default_factory=list)
    said: Optional[Callable[[], Iterator[Row]]] = None
    sample: Optional[Sample] = None
    path: Tuple[str, ...] = ()

    def __post_init__(self) -> None:
        known = self.times[~np.isnan(self.times)]
        if self.began != self.began and len(known):
            self.began = float(known.min())


def described(name: str, config: Optional[Mapping[str, Any]], group: Optional[str] = None) -> Dict[str, Any]:
    """``name``, ``group`` and ``config`` of a run, from a nested config as its file has it; secrets are masked."""
    plain = configs.plain(dict(config)) if config else {}
    name = masking.mask(name)
    flat = {path[1:]: value for path, value in config_entries.flatten(plain, "")}
    return {"name": name, "config": flat, "group": groups.group(plain, name) if group is None else masking.mask(group)}


def with_besides(runs: Iterable[Run], besides: Iterable[Run]) -> List[Run]:
    """The runs, each with the series that lie beside it in its folder, or in one there that is called after them, as
    ``eval``; what lies by itself is a run, too."""
    found, besides = list(runs), list(besides)
    folders = [_folder(run) for run in found]
    many = Counter(map(_folder, besides))  # of several, none says which of the folder's runs it belongs to
    for beside in besides:
        folder = _folder(beside)
        above, name = os.path.split(folder)
        of = above if folder not in folders and _OF_A_RUN.fullmatch(name) else folder
        place = folders.index(of) if folders.count(of) == 1 == many[folder] else None
        if place is not None and (of == folder or _told_twice(found[place], beside) <= _MEANS):
            found[place] = _together(found[place], beside)
        else:
            found.append(beside)
            folders.append("")
    return found


def _told_twice(run: Run, beside: Run) -> Set[str]:
    return set(run.series) & set(beside.series)


def _together(run: Run, beside: Run) -> Run:
    """Both as one: the rows of the one behind those of the other."""
    behind = {name: Series(series.rows + len(run.steps), series.values) for name, series in beside.series.items()
              if name not in run.series}
    return in_order_of_steps(dataclasses.replace(
        run, steps=np.concatenate([run.steps, beside.steps]), times=np.concatenate([run.times, beside.times]),
        series={**run.series, **behind}, config={**beside.config, **run.config},
        clocks={**run.clocks, **{name: beside.clocks[name] for name in behind}}, marks=run.marks + beside.marks,
        sample=None, said=run.said and beside.said and functools.partial(_both, run, beside.said, frozenset(behind))))


def _both(run: Run, beside: Callable[[], Iterator[Any]], behind: FrozenSet[str]) -> Iterator[Any]:
    """What was said of both, as one: what lies beside does not move rows that came without a step."""
    assert run.said is not None
    for row in run.said():
        has_step = not isinstance(row, Row) or row.step is not None or row.clock is not None
        yield row if has_step else row._replace(clock=run.x_clock)
    for row in beside():
        values = {name: value for name, value in row.values.items() if name in behind}
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


def without_copies(runs: Iterable[Run]) -> List[Run]:
    """The runs, without those that are a tracker's copy of a journal: the same moments with the same numbers."""
    every = list(runs)
    at: Dict[float, List[Tuple[Run, int]]] = {}
    for run in every:
        for row, time in enumerate(run.times.tolist() if run.id else ()):
            if time == time:
                at.setdefault(_to_milliseconds(time), []).append((run, row))
    return [run for run in every if run.id or not _is_copy(run, at)]


def _is_copy(run: Run, at: Mapping[float, List[Tuple[Run, int]]]) -> bool:
    if not len(run.times) or run.times[0] != run.times[0]:
        return False
    return any(_has_row(other, row, run) for other, row in at.get(_to_milliseconds(float(run.times[0])), ()))


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
    return os.path.dirname(os.path.realpath(run.source))


def _to_milliseconds(time: float) -> float:
    return round(time, 3)


def _has_row(run: Run, row: int, copy: Run) -> bool:
    """Whether ``run`` has in this row what ``copy``, in single precision perhaps, has in its first one; where that
    joins several rows of one step, some of it in this row, and the rest in others at its step."""
    here, found = False, []
    for name, series in copy.series.items():
        if name in run.series and len(series.rows) and series.rows[0] == 0:
            own, value = run.series[name], np.float32(series.values[0])
            same = np.float32(own.values) == value
            here = here or bool(same[own.rows == row].any())
            found.append(bool(same[(own.rows == row) | (run.steps[own.rows] == run.steps[row])].any()))
    return here and all(found)
