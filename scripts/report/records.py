"""Rows of past runs as a journal has them: x by the rules of the writer and of the trackers."""
from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Tuple

from neptune_writer import values as plain
from neptune_writer.axis import Axis as Written
from neptune_writer.series import Series as Carried

from scripts.report import texts
from scripts.report.table import Rows

Point = Tuple[float, float, str, float]
"""Unix seconds, step, metric, value."""


def collect(table: Iterable[Mapping[str, Any]], steps: Sequence[str], seconds: Sequence[str] = (),
            ended: float = math.nan, clock: str = "") -> Rows:
    """Rows of a framework's table -> rows of a run.

    Args:
        table: metric -> number, or text of one; what is none is left out.
        steps: names of the metric that is x, the first that is there; where none is, x is the row's number.
        seconds: names of the metric that counts the seconds since the beginning.
        ended: when the last row was written, Unix seconds, which makes times of these seconds.
        clock: a column of Unix seconds, which is no metric.
    """
    rows, axis, name = Rows(), Axis(), None
    for index, cells in enumerate(table):
        values = {key: value for key, value in ((key, texts.number(cell)) for key, cell in cells.items())
                  if key and value is not None}
        at = texts.finite(values.pop(clock, None)) if clock else None
        if not values:
            continue
        if not rows:
            name = (texts.first(values, steps) or (None, 0.0))[0]
        step = float(index) if name is None else values.get(name, math.nan)
        time = (math.nan if at is None else at) if clock else (texts.first(values, seconds) or ("", math.nan))[1]
        rows.add(axis.x(step, values), time, values)
    if not clock:
        last = next((second for second in reversed(rows.times) if second == second), math.nan)
        rows.times = [round(ended - last + second, 3) for second in rows.times]
        rows.began = round(ended - last, 3)
    return rows


class Axis:
    """x of row after row: the framework's step, carried on where it begins anew; a missing one is the last one."""

    def __init__(self) -> None:
        self._written = Written()
        self._carried = Carried()

    def x(self, step: float, values: Mapping[str, float]) -> float:
        """The x of one row; a metric that comes again at the same step is put one further."""
        self._written.advance(values, plain.step(step))
        at = {"step": self._written.step, "segment": self._written.segment}
        row: Dict[str, Any] = dict(at, t=0, offset=0, values={})
        return float(self._carried.rows([row], "")[0].step)


def joined(points: Sequence[Point]) -> Rows:
    """Points, in their order -> rows: neighbours of one step, until a metric comes again; at the first one's time."""
    rows, values, began, at = Rows(), {}, 0.0, 0.0  # type: Rows, Dict[str, float], float, float
    for time, step, name, value in points:
        if values and (step != at or name in values):
            rows.add(at, began, values)
            values = {}
        if not values:
            began, at = time, step
        values[name] = value
    if values:
        rows.add(at, began, values)
    return rows


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


_NUMBERED = re.compile(r"(.+?)(?:[-_. ]+(?:run|seed|s)?[-_ ]?|(?:seed|run)[-_]?)\d+")


def group_of(name: str) -> str:
    """The name without the seed or the number that it ends in: of runs that know no config it is all there is."""
    found = _NUMBERED.fullmatch(name)
    return found.group(1) if found else name


def flat(nested: Mapping[str, Any], prefix: str = "") -> Iterator[Tuple[str, float]]:
    """(path, number) of the numbers in a nested dict, paths joined by ``/``; lists and texts are left out."""
    for name, value in nested.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{name}/")
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            yield f"{prefix}{name}", value


def text(value: Any) -> Optional[str]:
    """A text that says something, or None for anything else."""
    return value if isinstance(value, str) and value else None
