"""The ``result.json`` of RLlib and Ray Tune, a line an iteration, with the ``params.json`` beside it: a trial."""
from __future__ import annotations

import itertools
import math
from pathlib import Path
from typing import Any, Dict, Iterator, List, Sequence

from neptune_writer import messages
from neptune_writer.points import step_metrics as step_names
from neptune_writer.points.rows import CHECKPOINT

from scripts.runs import records
from scripts.runs.parsing import compressed, texts
from scripts.runs.said import How, Said
from scripts.runs.table import Run, Say, described

RANK = 10
ALONE = True
BESIDE = False
WHAT = "RLlib's result.json"
FILE = "result.json"
_TIME = "timestamp"
TELLING = ("training_iteration", "time_total_s", "time_this_iter_s", "timesteps_total")  # one result from another
ABOUT_THE_PROCESS = frozenset(("pid", "config", "done"))
"""Entries of a result that are none of the training's."""


def find(folder: Path, names: Sequence[str]) -> List[Path]:
    """Its results, empty ones too: a trial that has not reported yet."""
    return [folder / name for name in compressed.named(names, FILE)]


def read(paths: Sequence[Path], say: Say, how: How) -> Iterator[Run]:
    """One trial."""
    path, = paths
    trial: Dict[str, Any] = {}
    said = _read(path, trial, say)
    if said:
        config = texts.config(path.parent / "params.json", say) or trial.get("config") or {}
        name = records.name_of(path.resolve().parent.parent)
        yield said.run(how, say, source=str(path), framework="ray", **described(name, config))


def rows_of(path: Path, say: Say) -> Said:
    """All results of a trial."""
    return _read(path, {}, say)


def part_of(said: Said, begin: int, end: int) -> Said:
    """Some of them."""
    found = Said(step_names.of_framework("ray"), is_of_ray=True)
    for _, at, values, _ in itertools.islice(said.rows, begin, end):
        found.add(values, at)
    return _restored(found)


def _read(path: Path, trial: Dict[str, Any], say: Say) -> Said:
    return _restored(records.collect(_results(path, trial, say), step_names.of_framework("ray"), clock=_TIME,
                                     is_of_ray=True))


def _restored(said: Said) -> Said:
    """The results, with marks where an iteration comes by a second time: of a trial that was restored where its step
    metric does not fall."""
    last = -math.inf
    for index, (_, _, values, _) in enumerate(said.rows):
        iteration = values.get("training_iteration", math.inf)
        if iteration <= last:
            said.marks[index] = CHECKPOINT
        last = iteration
    return said


def _results(path: Path, trial: Dict[str, Any], say: Say) -> Iterator[Dict[str, float]]:
    """The numbers of each result; what is the trial's goes into ``trial``."""
    foreign = 0
    for result in texts.objects(path, say):
        if "training_iteration" not in result:
            foreign += 1
            continue
        trial.update({name: result[name] for name in ("config",) if isinstance(result.get(name), dict)})
        yield dict(records.flat({name: value for name, value in result.items() if name not in ABOUT_THE_PROCESS}))
    if foreign:
        lines = messages.count(foreign, "line")
        say(str(path), f"{lines} left out: no results of Ray Tune, which have training_iteration")
