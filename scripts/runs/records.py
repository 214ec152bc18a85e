"""What past runs have in common: tables and points as rows, names, configs."""
from __future__ import annotations

import math
import re
from pathlib import Path
from types import MappingProxyType
from typing import (Any, Dict, Iterable, Iterator, List, Mapping, Optional,
                    Sequence, Set, Tuple, Union)

import numpy as np
from neptune_writer.points.rows import CHECKPOINT, GIVEN, Row
from neptune_writer.values import NOT_FINITE

from scripts.runs.parsing import texts
from scripts.runs.rows import Columns
from scripts.runs.said import Said
from scripts.runs.table import Floats, Say

_CALL = re.compile(r"\s*[A-Za-z_][\w.]*\(")
Point = Tuple[float, float, str, float]
"""Unix seconds, step, metric, value."""
_NOT_SHOWN = 3  # names in a message
_NO_ENDS = (None, "", "RUNNING", "SCHEDULED", "QUEUED", "WAITING")


def collect(table: Iterable[Union[Mapping[str, Any], Columns]], names: Sequence[str], seconds: Sequence[str] = (),
            ended: float = math.nan, clock: str = "", is_of_ray: bool = False) -> Said:
    """Rows of a framework's table.

    Args:
        table: rows, metric -> number, or text of one, what is none is left out; or many of them as columns.
        names, is_of_ray: see `Said`.
        seconds: names of the metric that counts the seconds since the beginning.
        ended: when the last row was written, Unix seconds, which makes times of these seconds.
        clock: a column of Unix seconds, which is no metric.
    """
    said = Said(names, is_of_ray)
    for part in table:
        if isinstance(part, Columns):
            said.rows.add_columns(*_timed(part, seconds, clock))
            continue
        values = {key: value for key, value in ((key, texts.number(cell)) for key, cell in part.items())
                  if key and value is not None}
        at = texts.finite(values.pop(clock, None)) if clock else None
        if values:
            said.add(values, (math.nan if at is None else at) if clock else (
                texts.first(values, seconds) or ("", math.nan))[1])
    if not clock:
        times = said.rows.times
        known = times[~np.isnan(times)]
        began = ended - known[-1] if len(known) else math.nan
        said.rows.set_times(np.round(began + times, 3))
        said.rows.began = round(float(began), 3)
    return said


def _timed(columns: Columns, seconds: Sequence[str], clock: str) -> Tuple[Columns, Floats]:
    """The columns without the clock, the rows without those that had nothing else; and the time of each row."""
    times = np.full(columns.rows, math.nan)
    for name in [clock] if clock else seconds:
        if name in columns.values:
            found = columns.values[name]
            times = np.where(np.isnan(times) & np.isfinite(found), found, times)
    if not clock or clock not in columns.values:
        return columns, times
    left = columns.without(clock)
    is_kept = left.has_any(columns.rows)
    return (left, times) if is_kept.all() else (left.where(is_kept), times[is_kept])


def joined(points: Sequence[Point], marks: Mapping[int, float] = MappingProxyType({})) -> Said:
    """Points, in their order -> rows: neighbours of one step, until a metric comes again; at the first one's time.

    Nobody says what their steps count: they are not those of a metric called ``epoch``, though both may be 1 by chance.

    Args:
        marks: places among the points -> step from which on the training says there that it goes on.
    """
    said, values, began, at = Said(), {}, 0.0, 0.0  # type: Said, Dict[str, float], float, float
    for place, (time, step, name, value) in enumerate(points):
        if values and (step != at or name in values or place in marks):
            said.add(values, began, at, GIVEN)
            values = {}
        if place in marks:
            said.add_between(Row(marks[place], GIVEN, CHECKPOINT, {}, time, f"mark {place}"))
        if not values:
            began, at = time, step
        values[name] = value
    if values:
        said.add(values, began, at, GIVEN)
    return said


def in_time(points: List[Point]) -> List[Point]:
    """Points in the order of their times, those of one moment in that of their steps."""
    return sorted(points, key=lambda point: (point[0] if point[0] == point[0] else 0.0, point[1]))


def modified(path: Path) -> float:
    """When the file was last written, Unix seconds."""
    return path.stat().st_mtime


def by_folder(paths: Sequence[Path]) -> List[List[Path]]:
    """The files of each folder."""
    folders: Dict[Path, List[Path]] = {}
    for path in paths:
        folders.setdefault(path.parent, []).append(path)
    return list(folders.values())


def name_of(folder: Path) -> str:
    """A folder's name as that of a run."""
    return folder.resolve().name or "run"


def without_prefix(config: Mapping[str, Any]) -> Dict[str, Any]:
    """Without the ``config/`` or ``parameters/`` that all of it lies below, but for names of one part, as MLflow's
    ``experiment``: what our journals call it."""
    tops = {path.split("/")[0] for path in config if "/" in path}
    found = {path.partition("/")[2] or path: value for path, value in config.items()}
    if len(tops) == 1 and tops <= {"config", "parameters"} and len(found) == len(config):
        return found
    return dict(config)


def end(status: Any) -> str:
    """How a run ended, in its format's own word; empty where it goes on, or nothing is known."""
    return "" if status in _NO_ENDS else str(status)


def flat(nested: Mapping[str, Any], prefix: str = "", with_truths: bool = False) -> Iterator[Tuple[str, float]]:
    """(path, number) of the numbers in a nested dict, paths joined by ``/``; lists and texts are left out, but for
    those of a number, ``tensor(0.5)`` and ``NaN``.

    Args:
        with_truths: whether True and False are numbers.
    """
    for name, value in nested.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{name}/", with_truths)
        elif isinstance(value, bool) and not with_truths:
            continue
        elif isinstance(value, (int, float)) or isinstance(value, str) and (value in NOT_FINITE or _CALL.match(value)):
            number = texts.number(value)
            if number is not None:  # as an integer of 400 digits is none
                yield f"{prefix}{name}", number


def logged(name: str, value: Any, others: Set[str], between: str = "/") -> Iterator[Tuple[str, float]]:
    """(path, number) of the numbers in one entry of a row that a tracker keeps as JSON; of media there are none. A
    text is a number only where the tracker, or `str`, wrote it for one: ``NaN``, ``tensor(0.5)``.

    Args:
        others: is told what is no number.
        between: joins the names of a path.
    """
    if isinstance(value, dict) and "_type" not in value:
        for key, entry in value.items():
            yield from logged(f"{name}{between}{key}", entry, others, between)
        return
    if isinstance(value, str) and not _CALL.match(value):
        value = NOT_FINITE.get(value)
    number = None if isinstance(value, (list, dict)) else texts.number(value)
    if number is None:
        others.add(name)
    else:
        yield name, number


def say_not_shown(others: Set[str], path: Path, say: Say) -> None:
    """Name what was logged and is no number."""
    if others:
        more = f" and {len(others) - _NOT_SHOWN} more" if len(others) > _NOT_SHOWN else ""
        say(str(path), f"{', '.join(sorted(others)[:_NOT_SHOWN])}{more}: not shown, since they are no numbers")


def text(value: Any) -> Optional[str]:
    """A text that says something, or None for anything else."""
    return value if isinstance(value, str) and value else None
