"""trackio's databases, one a project: ``~/.cache/huggingface/trackio/<project>.db``."""
from __future__ import annotations

import json
import math
from datetime import datetime
from pathlib import Path
from typing import Any, Dict, Iterator, List, Sequence, Set

from scripts.runs import records
from scripts.runs.parsing import sqlite, texts
from scripts.runs.said import How, Said
from scripts.runs.table import Run, Say, described

RANK = 56
ALONE = False
BESIDE = False
WHAT = "trackio's databases (<project>.db)"


def find(folder: Path, names: Sequence[str]) -> List[Path]:
    """Every database that has trackio's tables."""
    return [folder / name for name in names
            if name.endswith(".db") and sqlite.has_columns(folder / name, "metrics", ("run_name", "metrics", "step"))]


def jobs(paths: Sequence[Path], say: Say) -> List[List[Path]]:
    """A database with its log, by which it is seen to grow."""
    return [sqlite.with_log(path) for path in paths]


def read(paths: Sequence[Path], say: Say, how: How) -> Iterator[Run]:
    """The runs of a project."""
    path = paths[0]
    runs: Dict[str, Said] = {}
    names: Dict[str, str] = {}
    configs: Dict[str, Dict[str, Any]] = {}
    broken = 0
    others: Set[str] = set()
    with sqlite.opened(path, say) as database:
        if database is not None:
            for run, name, config in sqlite.rows(database, "configs", ("run_id", "run_name", "config")):
                configs[str(run or name)] = {key: value for key, value in (_object(config) or {}).items()
                                             if not key.startswith("_")}
            for run, name, step, time, row in sqlite.rows(
                    database, "metrics", ("run_id", "run_name", "step", "timestamp", "metrics")):
                found = _object(row)
                if found is None:
                    broken += 1
                    continue
                key = str(run or name)
                names[key] = str(name)
                values = {metric: number for entry, value in found.items()
                          for metric, number in records.logged(entry, value, others)}
                at = texts.number(step)
                said = runs.setdefault(key, Said())
                if values:
                    said.add(values, _seconds(time), math.nan if at is None else at)
    if broken:
        say(str(path), f"{broken} unreadable rows were skipped")
    records.say_not_shown(others, path, say)
    for key, said in runs.items():
        if not said:
            say(str(path), f"{names[key] or key}: a trackio run with no numbers")
            continue
        yield said.run(how, say, source=str(path), keeper="trackio", id=f"{path.stem}/{key}",
                       **described(names[key] or records.name_of(path), configs.get(key)))


def _object(content: Any) -> Any:
    try:
        found = json.loads(content)
    except (ValueError, TypeError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _seconds(text: Any) -> float:
    try:
        return datetime.fromisoformat(str(text).replace("Z", "+00:00")).timestamp()
    except ValueError:
        return math.nan
