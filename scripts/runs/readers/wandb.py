"""W&B's own files, of offline runs and of those that were also sent: ``wandb/*run-*/run-<id>.wandb``.

The file is a log of protobuf records; the numbers of their fields are those of ``wandb_internal.proto`` in W&B's
client, unchanged since 0.10. A row's ``_step`` is W&B's own count of the calls unless the script gave one: 0, 1, 2, ...
says nothing of the training, and is no step.
"""
from __future__ import annotations

import json
import math
import re
from collections import Counter
from pathlib import Path
from typing import (Any, Dict, Iterator, List, NamedTuple, Optional, Sequence,
                    Set, Tuple)

from neptune_writer.points.rows import CHECKPOINT, GIVEN
from neptune_writer.trackers.protobuf import fields
from neptune_writer.trackers.transaction_log import TransactionLog

from scripts.runs import records
from scripts.runs.said import NOBODYS, How, Said
from scripts.runs.table import Run, Say, described

RANK = 55
ALONE = False
BESIDE = False
WHAT = "W&B's runs (wandb/*/run-*.wandb)"
_HISTORY, _CONFIG, _RUN, _EXIT = 2, 5, 17, 18  # of a record
_EXIT_CODE = 1  # of an exit; left out where it is 0
_ITEM, _STEP = 1, 2  # of a row
_KEY, _NESTED_KEY, _VALUE = 1, 2, 16  # of an item
_UPDATE = 1  # of a config
_RUN_CONFIG, _ABOUT = 4, {1: "id", 3: "project", 8: "name"}  # of a run
_FOLDER = re.compile(r"(?:offline-)?run-(\d{8}_\d{6})-(.+)")
_OWN = ("_step", "_timestamp", "_runtime", "_wandb")
_Row = Tuple[Dict[str, float], float, float]  # values, step, time
_UNREADABLE: _Row = {}, math.nan, math.nan


def find(folder: Path, names: Sequence[str]) -> List[Path]:
    """The file of a run."""
    return [folder / name for name in names if name.startswith("run-") and name.endswith(".wandb")]


def jobs(paths: Sequence[Path], say: Say) -> List[List[Path]]:
    """A run is a file; where it was resumed several of one id, ``run-<time>-<id>/run-<id>.wandb``, by their times."""
    runs: Dict[Tuple[Path, str], List[Tuple[str, Path]]] = {}
    for path in paths:
        found = _FOLDER.fullmatch(path.parent.name)
        is_own = found is not None and path.stem == f"run-{found.group(2)}"
        place = (path.parent.parent, path.name) if is_own else (path, "")
        runs.setdefault(place, []).append((found.group(1) if found else "", path))
    return [[path for _, path in sorted(together)] for together in runs.values()]


class _Told(NamedTuple):
    """What a file says: about the run, its config, and its rows."""

    path: Path
    about: Dict[str, str]
    config: Dict[str, Any]
    rows: List[_Row]


def read(paths: Sequence[Path], say: Say, how: How) -> Iterator[Run]:
    """One run; of one id there may be one in each project."""
    projects: Dict[str, List[_Told]] = {}
    for path in paths:
        told = _told(path, say)
        projects.setdefault(told.about.get("project", ""), []).append(told)
    for parts in projects.values():
        yield from _run(parts, say, how)


def _run(parts: Sequence[_Told], say: Say, how: How) -> Iterator[Run]:
    """The run that all of these tell of, one behind the other."""
    path, about = parts[0].path, {key: value for part in parts for key, value in part.about.items()}
    rows = [row for part in parts for row in part.rows]
    own = None if how.user or how.is_for_replay else _of_each_metric(rows)  # what is sent is what was logged
    if own is not None:
        say(str(path), f"each metric counts its steps by itself; x is {own}, which has no chart of its own")
    said, counts_calls = Said(), _count_calls(parts)
    for part in parts:
        many = len(said)
        for values, step, time in part.rows:
            if own in values and len(values) > 1:
                step = values.pop(own)
                said.add(values, time, step, GIVEN)
            elif values and own is None:
                said.add(values, time, math.nan if counts_calls else step)
        if 0 < many < len(said):
            said.marks[many] = CHECKPOINT
    if not said:
        say(str(path), "a W&B run with no numbers")
        return
    name = about.get("name") or about.get("id") or path.stem
    plain = {key: value for part in parts for key, value in part.config.items() if key not in _OWN}
    yield said.run(how, say, source=str(path), keeper="wandb", end=parts[-1].about.get("end", ""),
                   **described(name, plain))


def _count_calls(parts: Sequence[_Told]) -> bool:
    """Whether all steps are W&B's own count of the calls. A resumed run counts from 0 again, or on from where it
    ended; or from somewhere else, as the server may lack rows: then these are no steps if the rows have others."""
    before, is_exact = 0, True
    for part in parts:
        steps = [step for _, step, _ in part.rows]
        first = next((step - place for place, step in enumerate(steps) if step == step), 0.0)
        if any(step == step and step != first + place for place, step in enumerate(steps)) or first and not before:
            return False
        is_exact = is_exact and first in (0, before)
        before += len(steps)
    return is_exact or any(name in values for part in parts for values, _, _ in part.rows for name in NOBODYS)


def _told(path: Path, say: Say) -> _Told:
    log = TransactionLog(str(path))
    about: Dict[str, str] = {}
    config: Dict[str, Any] = {}
    rows: List[_Row] = []
    others: Set[str] = set()
    broken = 0
    for record in log.records():
        try:
            for number, content in fields(record):
                if number == _HISTORY:
                    rows.append(_UNREADABLE)  # until it is read: those behind it are counted with it
                    rows[-1] = _row(content, others)
                elif number == _CONFIG:
                    _update(config, content)
                elif number == _RUN:
                    about.update(_about(content, config))
                elif number == _EXIT:
                    about["end"] = f"exit code {dict(fields(content)).get(_EXIT_CODE, 0)}"
        except (ValueError, TypeError, RecursionError):
            broken += 1
    if log.is_broken:
        readable = sum(row is not _UNREADABLE for row in rows)
        say(str(path), f"read up to where it is broken, {readable} rows; W&B reads no further either")
    elif log.has_rest():
        say(str(path), "its last record is torn, and left out")
    if broken:
        say(str(path), f"{broken} unreadable records were skipped")
    records.say_not_shown(others, path, say)
    return _Told(path, about, config, rows)


def _of_each_metric(rows: Sequence[_Row]) -> Optional[str]:
    """The step metric where each metric counts by itself, as rsl_rl's ``mean_reward`` and ``mean_reward/time``: it
    is in every row, and falls from row to row more often than for any one metric. Such a fall is no restart."""
    with_values = [values for values, _, _ in rows if values]
    name = next((name for name in NOBODYS if with_values and name in with_values[0]), None)
    if name is None or not all(name in values for values in with_values):
        return None
    steps = [values[name] for values in with_values]
    if all(before <= step for before, step in zip(steps, steps[1:])):
        return None
    last: Dict[str, float] = {}
    falls: Counter[str] = Counter()
    for values in with_values:
        for metric in values:  # the step metric itself stands for the rows
            falls[metric] += values[name] < last.get(metric, -math.inf)
            last[metric] = values[name]
    return name if falls.pop(name) > max(falls.values(), default=0) else None


def _row(content: bytes, others: Set[str]) -> _Row:
    """The values of a row, its step and its time, NaN where it has none; ``others``: is told what is no number."""
    values: Dict[str, float] = {}
    own: Dict[str, float] = {}
    for name, value in _items(content, _ITEM):
        if name in _OWN:
            own[name] = value if isinstance(value, (int, float)) else math.nan
            continue
        values.update(records.logged(name, value, others, "."))
    step = own.get("_step", math.nan)
    for number, inner in fields(content):
        if number == _STEP:
            step = next((float(count) for field, count in fields(inner) if field == 1), 0.0)
    return values, step, own.get("_timestamp", math.nan)


def _items(content: bytes, field: int) -> Iterator[Tuple[str, Any]]:
    """(name, value) of the items in a row or a config."""
    for number, item in fields(content):
        if number != field:
            continue
        key: Optional[str] = None
        nested: List[str] = []
        value: Any = None
        for part, inner in fields(item):
            if part == _KEY:
                key = bytes(inner).decode("utf-8", "replace")
            elif part == _NESTED_KEY:
                nested.append(bytes(inner).decode("utf-8", "replace"))
            elif part == _VALUE:
                value = json.loads(bytes(inner))
        name = key or ".".join(nested)
        if name:
            yield name, value


def _update(config: Dict[str, Any], content: bytes) -> None:
    config.update(_items(content, _UPDATE))


def _about(content: bytes, config: Dict[str, Any]) -> Iterator[Tuple[str, str]]:
    """The name, the id and the project of a run; its config joins what is known."""
    for number, inner in fields(content):
        if number == _RUN_CONFIG:
            _update(config, inner)
        elif number in _ABOUT:
            text = bytes(inner).decode("utf-8", "replace")
            if text:
                yield _ABOUT[number], text
