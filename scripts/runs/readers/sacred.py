"""sacred's ``<observer>/<number>/run.json``, with the numbers in ``metrics.json``, or, as PyMARL, in ``info.json``."""
from __future__ import annotations

import math
from datetime import datetime
from pathlib import Path
from typing import Any, Dict, Iterator, List, Sequence

from scripts.runs import records
from scripts.runs.parsing import texts
from scripts.runs.said import How
from scripts.runs.table import Run, Say, described

RANK = 45
ALONE = False
BESIDE = False
WHAT = "sacred's run.json with metrics.json or info.json"
_DEEPEST = 20  # levels of nesting


def find(folder: Path, names: Sequence[str]) -> List[Path]:
    """The record of a run."""
    has_numbers = "metrics.json" in names or "info.json" in names
    return [folder / "run.json"] if "run.json" in names and has_numbers else []


def jobs(paths: Sequence[Path], say: Say) -> List[List[Path]]:
    """A run with the files of its numbers, by which it is seen to grow."""
    return [[path, *(file for file in map(path.with_name, ("metrics.json", "info.json")) if file.is_file())]
            for path in paths]


def read(paths: Sequence[Path], say: Say, how: How) -> Iterator[Run]:
    """One run."""
    folder = paths[0].parent
    about = texts.config(folder / "run.json", say)
    points = list(_measured(texts.config(folder / "metrics.json", say), folder / "metrics.json", say))
    measured = {point[2] for point in points}
    points += [point for point in _told(texts.config(folder / "info.json", say)) if point[2] not in measured]
    said = records.joined(sorted(points, key=lambda point: point[1]))
    if not said:
        say(str(paths[0]), "a run of sacred without a series of numbers")
        return
    config = {key: _plain(value) for key, value in texts.config(folder / "config.json", say).items()
              if key != "__doc__"}
    experiment = about.get("experiment")
    name = records.text(config.get("name")) or records.text(
        experiment.get("name") if isinstance(experiment, dict) else None) or records.name_of(folder)
    began = _seconds(about.get("start_time"))
    yield said.run(how, say, source=str(paths[0]), ended=about.get("status") != "RUNNING",
                   end=records.end(about.get("status")),
                   **({} if began != began else {"began": began}), **described(name, config))


def _measured(metrics: Dict[str, Any], path: Path, say: Say) -> Iterator[records.Point]:
    """metric -> its ``steps``, ``values`` and ``timestamps``."""
    for name, found in metrics.items():
        if isinstance(found, dict):
            columns = [found.get(key) or [] for key in ("steps", "values", "timestamps")]
            if not all(isinstance(column, list) for column in columns) or len(columns[0]) != len(columns[1]):
                say(str(path), f"{name} is left out: it has fewer steps than values")
                continue
            for place, (step, value) in enumerate(zip(*columns[:2])):
                number, at = _number(value), _number(step)
                if number is not None and at is not None:
                    yield _seconds(columns[2][place] if place < len(columns[2]) else None), at, name, number


def _told(info: Dict[str, Any]) -> Iterator[records.Point]:
    """PyMARL's: ``<metric>`` is a list of values, ``<metric>_T`` that of their steps."""
    for name, values in info.items():
        steps = info.get(f"{name}_T")
        if isinstance(values, list) and isinstance(steps, list):
            for step, value in zip(steps, values):
                number, at = _number(value), _number(step)
                if number is not None and at is not None:
                    yield math.nan, at, name, number


def _plain(value: Any, depth: int = 0) -> Any:
    """Of what jsonpickle has written: of tuples, sets and numpy's arrays what they hold."""
    if depth > _DEEPEST or not isinstance(value, (dict, list)):
        return value
    if isinstance(value, list):
        return [_plain(entry, depth + 1) for entry in value]
    is_numpys = str(value.get("py/object")).startswith("numpy.")
    for key in ("py/tuple", "py/set", *(("values", "value") if is_numpys else ())):
        if key in value:
            return _plain(value[key], depth + 1)
    return {key: _plain(entry, depth + 1) for key, entry in value.items()}


def _number(value: Any) -> Any:
    """A number, as JSON has it, or as jsonpickle has a scalar of numpy."""
    return texts.number(value.get("value") if isinstance(value, dict) else value)


def _seconds(text: Any) -> float:
    """Its times are UTC, and say no zone."""
    try:
        return datetime.fromisoformat(str(text).replace("Z", "") + "+00:00").timestamp()
    except ValueError:
        return math.nan
