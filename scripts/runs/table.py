"""The table in the middle: what a reader makes of a file, and what the page and the trackers are made of."""
from __future__ import annotations

import dataclasses
import math
from typing import (Any, Callable, Dict, Iterable, List, Mapping, NamedTuple,
                    Optional, Tuple)

import numpy as np
import numpy.typing as npt
from neptune_writer import masking
from neptune_writer.points.rows import GIVEN, Row
from neptune_writer.recording import config as configs
from neptune_writer.recording import group as groups
from neptune_writer.trackers import config_entries

from scripts.runs import shown_objects

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.int64]
Sample = Tuple[int, ...]
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
    said: Optional[Iterable[Row]] = None
    sample: Optional[Sample] = None
    path: Tuple[str, ...] = ()

    def __post_init__(self) -> None:
        known = self.times[~np.isnan(self.times)]
        if self.began != self.began and len(known):
            self.began = float(known.min())


def described(name: str, config: Optional[Mapping[str, Any]], group: Optional[str] = None) -> Dict[str, Any]:
    """``name``, ``group`` and ``config`` of a run, from a nested config as its file has it; secrets are masked."""
    plain = configs.plain(shown_objects.named(dict(config))) if config else {}
    name = masking.mask(name)
    flat = {path[1:]: value for path, value in config_entries.flatten(plain, "")}
    return {"name": name, "config": flat, "group": groups.group(plain, name) if group is None else masking.mask(group)}
