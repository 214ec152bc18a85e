"""MLflow's database, ``mlflow.db``: what it keeps runs in unless it is told otherwise."""
from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Any, Dict, Iterator, List, Sequence

from neptune_writer import messages
from neptune_writer.trackers.mlflow import GROUP_TAG

from scripts.runs import records
from scripts.runs.parsing import sqlite, texts
from scripts.runs.said import How
from scripts.runs.table import Run, Say, described

RANK = 57
ALONE = False
BESIDE = False
WHAT = "MLflow's database (mlflow.db)"
_INFINITE = {sys.float_info.max: math.inf, -sys.float_info.max: -math.inf}  # as which MLflow keeps them


def find(folder: Path, names: Sequence[str]) -> List[Path]:
    """Every database that has MLflow's tables."""
    return [folder / name for name in names if name.endswith((".db", ".sqlite"))
            and sqlite.has_columns(folder / name, "metrics", ("run_uuid", "is_nan", "key"))]


def jobs(paths: Sequence[Path], say: Say) -> List[List[Path]]:
    """A database with its log, by which it is seen to grow."""
    return [sqlite.with_log(path) for path in paths]


def read(paths: Sequence[Path], say: Say, how: How) -> Iterator[Run]:
    """Its runs, but those that were deleted, and those without a metric, which are counted."""
    path = paths[0]
    points: Dict[str, List[records.Point]] = {}
    configs: Dict[str, Dict[str, Any]] = {}
    experiments: Dict[str, str] = {}
    groups: Dict[str, str] = {}  # of runs that we have sent
    about: List[Sequence[Any]] = []
    broken = 0
    with sqlite.opened(path, say) as database:
        if database is not None:
            experiments.update((str(number), str(name)) for number, name in sqlite.rows(
                database, "experiments", ("experiment_id", "name")))
            about += sqlite.rows(database, "runs", ("run_uuid", "name", "experiment_id", "status", "lifecycle_stage"))
            for run, key, value in sqlite.rows(database, "params", ("run_uuid", "key", "value")):
                configs.setdefault(str(run), {})[str(key)] = value_of(str(value))
            groups.update((str(run), str(group)) for run, key, group in sqlite.rows(
                database, "tags", ("run_uuid", "key", "value")) if key == GROUP_TAG)
            columns = ("run_uuid", "key", "value", "timestamp", "step", "is_nan")
            for run, key, value, time, step, is_nan in sqlite.rows(database, "metrics", columns, "step, timestamp"):
                found = math.nan if is_nan else texts.number(value)
                if found is None:
                    broken += 1
                    continue
                points.setdefault(str(run), []).append(((texts.number(time) or 0.0) / 1000, texts.number(step) or 0.0,
                                                        str(key), _INFINITE.get(found, found)))
    if broken:
        say(str(path), f"{messages.count(broken, 'point')} left out: the value is no number")
    kept = [row for row in about if row[4] != "deleted"]
    if len(kept) < len(about):
        say(str(path), f"{len(about) - len(kept)} of {messages.count(len(about), 'run')} deleted in MLflow; not shown")
    without = 0
    for run, name, experiment, status, _ in kept:
        said = records.joined(points.get(str(run), ()))
        without += not said
        if said:
            of, config = groups.get(str(run)) or experiments.get(str(experiment), ""), configs.get(str(run), {})
            if of not in ("", "Default"):
                config = {"experiment": of, **config}
            yield said.run(how, say, source=str(path), keeper="mlflow", id=str(run), ended=status != "RUNNING",
                           end=records.end(status), **described(str(name or run), records.without_prefix(config)))
    if without:
        say(str(path), f"{without} of {messages.count(len(kept), 'run')} of MLflow without a metric; not shown")


def value_of(text: str) -> Any:
    """A parameter, which MLflow keeps as a text: a truth, a number, or that text."""
    if text in ("True", "False", "None"):
        return {"True": True, "False": False, "None": None}[text]
    return texts.value(text)
