"""Aim's repository, ``.aim/``, read by its own package's storage: a run is two databases, of what it is and its points.

They are opened for reading alone, a run at a time, so that nothing in the repository changes.
"""
from __future__ import annotations

import contextlib
import json
import sqlite3
from collections import Counter
from pathlib import Path
from types import MappingProxyType
from typing import Any, Dict, Iterator, List, Mapping, Sequence, Tuple

from scripts.runs import records
from scripts.runs.parsing import sqlite, texts
from scripts.runs.said import How
from scripts.runs.table import Run, Say, described

RANK = 54
ALONE = False
BESIDE = False
WHAT = "Aim's repository (.aim/)"
_ATTRIBUTES, _HPARAMS = ("meta", "attrs"), "hparams/"
_OWN = "__system"  # metrics of the machine, and what Aim itself notes


def find(folder: Path, names: Sequence[str]) -> List[Path]:
    """A file that each run has, ``.aim/meta/chunks/<run>/CURRENT``."""
    is_one = folder.parent.name == "chunks" and folder.parents[1].name == "meta" and folder.parents[2].name == ".aim"
    return [folder / "CURRENT"] if is_one and "CURRENT" in names else []


def jobs(paths: Sequence[Path], say: Say) -> List[List[Path]]:
    """A run with the files of its points, by which it is seen to grow."""
    found = []
    for path in paths:
        points = path.parents[3] / "seqs" / "chunks" / path.parent.name
        files = sorted(points.glob("*.log"))[-1:] + sorted(points.glob("*.sst"))[-1:] if points.is_dir() else []
        found.append([path, *files])
    return found


def read(paths: Sequence[Path], say: Say, how: How) -> Iterator[Run]:
    """One run."""
    path = paths[0]
    try:
        from aim.storage.encoding import (  # type: ignore[import-not-found]
            decode, decode_path)
        from aim.storage import rockscontainer  # type: ignore[import-not-found]
    except ImportError:
        say(str(path), "Aim's repository needs its own reader: pip install aim")
        return
    run, repository = path.parent.name, path.parents[3]

    def entries(kind: str) -> Iterator[Tuple[List[Any], Any]]:
        """(path, value) of all that is in a database."""
        folder = str(repository / kind / "chunks" / run)
        with contextlib.closing(rockscontainer.RocksContainer(folder, read_only=True)) as database:
            for key, value in database.items():
                yield decode_path(key), decode(value)

    about: Dict[str, Any] = {}
    contexts: Dict[Any, Dict[str, Any]] = {}
    columns: Dict[Tuple[Any, str], Dict[str, Dict[Any, Any]]] = {}
    for key, value in entries("meta"):
        if tuple(key[:2]) == _ATTRIBUTES and not str(key[2:3]).count(_OWN):
            about["/".join(map(str, key[2:]))] = value
        elif key[:2] == ["meta", "chunks"] and "contexts" in key and len(key) == 6:
            contexts.setdefault(key[4], {})[str(key[5])] = value
    for key, value in entries("seqs"):
        place = key.index(run) + 1 if run in key else len(key)
        if len(key) == place + 4 and not str(key[place + 1]).startswith(_OWN):
            context, name, column, number = key[place:]
            columns.setdefault((context, str(name)), {}).setdefault(column, {})[number] = value
    shown = Counter(_named(name, contexts.get(context, {})) for context, name in columns)
    points = [point for (context, name), found in columns.items()
              for point in _points(_named(name, contexts.get(context, {}), shown), found)]
    said = records.joined(sorted(points, key=lambda point: (point[1], point[0] if point[0] == point[0] else 0.0)))
    if not said:
        say(str(path), "a run of Aim without a series of numbers")
        return
    name, experiment = _described(repository / "run_metadata.sqlite", run, say)
    short = {key: key[len(_HPARAMS):] for key in about if key.startswith(_HPARAMS)}
    config = {key if short.get(key) in about else short.get(key, key): value for key, value in about.items()
              if value is None or isinstance(value, (int, float, str))}
    if experiment not in ("", "default"):
        config = {"experiment": experiment, **config}
    yield said.run(how, say, source=str(path), id=run, keeper="aim", **described(name or run, config))


def _named(name: str, context: Dict[str, Any], shown: Mapping[str, int] = MappingProxyType({})) -> str:
    """A metric with what it is of, as Aim shows it: ``loss {"subset": "train"}`` is ``train/loss``, unless another is.

    Args:
        shown: how many are called so.
    """
    subset = context.get("subset")
    if list(context) == ["subset"] and isinstance(subset, str) and shown.get(f"{subset}/{name}", 1) == 1:
        return f"{subset}/{name}"
    return f"{name} {json.dumps(context, default=str, sort_keys=True)}" if context else name


def _points(name: str, columns: Dict[str, Dict[Any, Any]]) -> Iterator[records.Point]:
    """The points of one metric: a value, a step and a time have the same key; where there are no steps, it is one."""
    steps, times = columns.get("step", {}), columns.get("time", {})
    for key, value in columns.get("val", {}).items():
        number, step = texts.number(value), texts.finite(texts.number(steps.get(key, None if steps else key)))
        if number is not None and step is not None:
            time = texts.number(times.get(key))
            yield float("nan") if time is None else time, step, name, number


def _described(path: Path, run: str, say: Say) -> Tuple[str, str]:
    """The run's name and its experiment's; empty where they are not known."""
    if not sqlite.is_database(path):
        return "", ""
    with sqlite.opened(path, say) as database, contextlib.suppress(sqlite3.Error):
        if database is not None:
            found = database.execute("SELECT run.name, experiment.name FROM run LEFT JOIN experiment "
                                     "ON experiment.id = experiment_id WHERE hash = ?", (run,)).fetchone()
            return (str(found[0] or ""), str(found[1] or "")) if found else ("", "")
    return "", ""
