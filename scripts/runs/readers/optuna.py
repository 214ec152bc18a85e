"""Optuna's studies in SQLite: each trial with intermediate values is a run."""
from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, Dict, Iterator, List, Sequence

from scripts.runs import records
from scripts.runs.parsing import sqlite
from scripts.runs.said import How
from scripts.runs.table import Run, Say, described

RANK = 59
ALONE = False
BESIDE = False
WHAT = "Optuna's studies (SQLite)"


def find(folder: Path, names: Sequence[str]) -> List[Path]:
    """Every database that has Optuna's tables."""
    return [folder / name for name in names if name.endswith((".db", ".sqlite", ".sqlite3"))
            and sqlite.has_columns(folder / name, "trial_intermediate_values", ("trial_id", "intermediate_value"))]


def jobs(paths: Sequence[Path], say: Say) -> List[List[Path]]:
    """A database with its log, by which it is seen to grow."""
    return [sqlite.with_log(path) for path in paths]


def read(paths: Sequence[Path], say: Say, how: How) -> Iterator[Run]:
    """Its trials."""
    path = paths[0]
    studies: Dict[Any, str] = {}
    trials: List[Sequence[Any]] = []
    points: Dict[Any, List[records.Point]] = {}
    configs: Dict[Any, Dict[str, Any]] = {}
    with sqlite.opened(path, say) as database:
        if database is not None:
            studies.update((number, str(name)) for number, name in sqlite.rows(
                database, "studies", ("study_id", "study_name")))
            trials += sqlite.rows(database, "trials", ("trial_id", "number", "study_id", "state"))
            for trial, name, value, distribution in sqlite.rows(
                    database, "trial_params", ("trial_id", "param_name", "param_value", "distribution_json")):
                configs.setdefault(trial, {})[str(name)] = _value(value, distribution)
            for trial, step, value, kind in sqlite.rows(
                    database, "trial_intermediate_values",
                    ("trial_id", "step", "intermediate_value", "intermediate_value_type"), "step"):
                number = {"INF_POS": math.inf, "INF_NEG": -math.inf}.get(str(kind), value)
                points.setdefault(trial, []).append(
                    (math.nan, float(step), "intermediate value", math.nan if number is None else float(number)))
    without = 0
    for trial, number, study, state in trials:
        said = records.joined(points.get(trial, ()))
        without += not said
        if said:
            name = studies.get(study) or records.name_of(path)
            yield said.run(how, say, source=str(path), keeper="optuna", id=f"{name}/{number}", ended=state != "RUNNING",
                           end=records.end(state), **described(f"{name} trial {number}", configs.get(trial)))
    if without:
        say(str(path), f"{without} of {len(trials)} trials have no intermediate values, and are not shown")


def _value(value: Any, distribution: Any) -> Any:
    """A parameter as the script got it: of a choice, its number is kept, and what it chose from."""
    try:
        about = json.loads(distribution)
        choices = about["attributes"].get("choices")
        if choices is not None:
            return choices[int(value)]
        return int(value) if "Int" in str(about["name"]) else value
    except (ValueError, TypeError, KeyError, IndexError):
        return value
