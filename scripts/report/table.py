"""The table in the middle: what a reader makes of a file, and what the page and the trackers are made of."""
from __future__ import annotations

import dataclasses
import math
import os
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Tuple

import numpy as np
import numpy.typing as npt

from neptune_writer import config as configs
from neptune_writer import masking

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
BESIDE = "beside"  # the stream of what lies beside a run: the steps of both are the environment's
Say = Callable[[str, str], None]
"""Told a path, and what is wrong with it; the reading goes on."""


class Problem(NamedTuple):
    """Something that could not be read, or not whole."""

    path: str
    what: str


class Series(NamedTuple):
    """The points of one metric: in which of the run's rows they stand, rising, and their values; of one length."""

    rows: Indices
    values: Floats


@dataclasses.dataclass
class Run:
    """One training.

    Attributes:
        group: runs of the same one differ in nothing but their seed.
        config: path -> number, bool or text, secrets masked.
        source: the file or folder that it was read from.
        steps, times: x, and Unix seconds (NaN where the file tells no time), of each row.
        id: the run's own, which no other has; empty where its format knows none.
        ended: False where it is known to go on.
        streams: metric -> which of several x axes is its own, see `neptune_writer.journal`.
        began: Unix seconds; by default, when its first row was written.
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
    ended: bool = True
    began: float = math.nan
    streams: Dict[str, str] = dataclasses.field(default_factory=dict)
    path: Tuple[str, ...] = ()

    def __post_init__(self) -> None:
        known = self.times[~np.isnan(self.times)]
        if self.began != self.began and len(known):
            self.began = float(known.min())

    def rows(self) -> Iterator[Tuple[float, float, Dict[str, float]]]:
        """(step, time, metric -> value) in the order of the rows."""
        found: List[Dict[str, float]] = [{} for _ in self.steps]
        for name, series in self.series.items():
            for row, value in zip(series.rows.tolist(), series.values.tolist()):
                found[row][name] = value
        return zip(self.steps.tolist(), self.times.tolist(), found)


class Rows:
    """Collects the rows of one run; neighbours of the same metrics, which most are, are kept as one block."""

    def __init__(self) -> None:
        self.steps: List[float] = []
        self.times: List[float] = []
        self.began = math.nan
        self._blocks: List[Tuple[Tuple[str, ...], int, List[List[float]]]] = []

    def add(self, step: float, time: float, values: Mapping[str, float]) -> None:
        """One row; ``values``: metric -> number."""
        names = tuple(values)
        if not self._blocks or self._blocks[-1][0] != names:
            self._blocks.append((names, len(self.steps), []))
        self._blocks[-1][2].append(list(values.values()))
        self.steps.append(step)
        self.times.append(time)

    def __len__(self) -> int:
        return len(self.steps)

    def series(self) -> Dict[str, Series]:
        """Every metric's points."""
        parts: Dict[str, List[Tuple[Indices, Floats]]] = {}
        for names, first, block in self._blocks:
            table = np.array(block, dtype=np.float64).reshape(len(block), len(names))
            rows = np.arange(first, first + len(block), dtype=np.int64)
            for column, name in enumerate(names):
                parts.setdefault(name, []).append((rows, np.ascontiguousarray(table[:, column])))
        return {name: Series(*found[0]) if len(found) == 1 else Series(*map(np.concatenate, zip(*found)))
                for name, found in parts.items()}

    def run(self, **described: Any) -> Run:
        """The run that they are; ``described``: the other fields of `Run`."""
        described.setdefault("began", self.began)
        return Run(steps=np.array(self.steps, dtype=np.float64), times=np.array(self.times, dtype=np.float64),
                   series=self.series(), **described)


def described(name: str, config: Optional[Mapping[str, Any]], group: Optional[str] = None) -> Dict[str, Any]:
    """``name``, ``group`` and ``config`` of a run, from a nested config as its file has it; secrets are masked."""
    plain = configs.plain(dict(config or {}))
    name = masking.mask(name)
    flat = {path[1:]: value for path, value in configs.flatten(plain, "")}
    return {"name": name, "config": flat, "group": configs.group(plain, name) if group is None else masking.mask(group)}


def with_besides(runs: Iterable[Run], besides: Iterable[Run]) -> List[Run]:
    """The runs, each with the series that lie beside it in its folder; what lies by itself is a run, too."""
    found = list(runs)
    folders = [_folder(run) for run in found]
    for beside in besides:
        folder = _folder(beside)
        if folders.count(folder) == 1:
            place = folders.index(folder)
            found[place] = _together(found[place], beside)
        else:
            found.append(beside)
            folders.append("")
    return found


def _together(run: Run, beside: Run) -> Run:
    """Both as one: the rows of the one behind those of the other."""
    behind = {name: Series(series.rows + len(run.steps), series.values) for name, series in beside.series.items()
              if name not in run.series}
    return in_order_of_steps(dataclasses.replace(
        run, steps=np.concatenate([run.steps, beside.steps]), times=np.concatenate([run.times, beside.times]),
        series={**run.series, **behind}, config={**beside.config, **run.config},
        streams={**run.streams, **dict.fromkeys(behind, BESIDE)}))


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
    """Whether ``run`` has in this row what ``copy``, in single precision perhaps, has in its first one."""
    found = []
    for name, series in copy.series.items():
        if name in run.series and len(series.rows) and series.rows[0] == 0:
            place = int(np.searchsorted(run.series[name].rows, row))
            here = place < len(run.series[name].rows) and run.series[name].rows[place] == row
            found.append(here and np.float32(run.series[name].values[place]) == np.float32(series.values[0]))
    return bool(found) and all(found)
