"""Rows of a run of another format, as journals have them: as they were said, or, in format 1, where they stand."""
from __future__ import annotations

import functools
import json
import math
import os
from typing import Any, Callable, Dict, Iterator, List, Sequence

import numpy as np
from neptune_writer import values as plain
from neptune_writer.points.rows import GIVEN, Row

from scripts.runs.table import Run


def said(run: Run) -> Iterator[Dict[str, Any]]:
    """The run's rows as they were said; marks that stand by themselves, too."""
    timeless = timeless_of(run)
    for row in run.said or ():
        yield record(row, timeless)


def timeless_of(run: Run) -> Callable[[], float]:
    """What gives the time of rows whose file tells none: one for all, also while the file grows."""
    return functools.lru_cache(maxsize=1)(lambda: time_of(math.nan, run))


def record(row: Row, timeless: Callable[[], float]) -> Dict[str, Any]:
    """One row, or mark; ``timeless``: see `timeless_of`."""
    found: Dict[str, Any] = {"t": row.time if row.time == row.time else timeless()}
    if row.step is not None and math.isfinite(row.step):
        found["step"] = whole(row.step)
    if row.clock is not None:
        found["clock"] = row.clock
    if row.mark is not None:
        found["mark"] = row.mark
    if row.values:
        total = sum(row.values.values())
        found["values"] = row.values if total - total == 0 else {  # all are finite
            name: _plain(value) for name, value in row.values.items()}
    return found


def placed(run: Run, before: float = math.inf) -> Iterator[Dict[str, Any]]:
    """The run's rows, those of a place below ``before``, as format 1 has them, where they stand."""
    values: List[Dict[str, Any]] = [{} for _ in range(int(min(before, len(run.steps))))]
    for name, series in run.series.items():
        many = int(np.searchsorted(series.rows, len(values)))
        for row, value in zip(series.rows[:many].tolist(), series.values[:many].tolist()):
            values[row][name] = _plain(value)
    for step, time, found in zip(run.steps.tolist(), run.times.tolist(), values):
        if found:
            clock = run.clocks[next(iter(found))]
            stream = {} if clock in (run.x_clock, GIVEN) else {"stream": clock}
            yield {"t": time_of(time, run), "step": whole(step), "segment": 0, "values": found, **stream}


def rise(rows: Sequence[Dict[str, Any]]) -> bool:
    """Whether the rows of each stream are in the order of their steps, as those of format 1 have to be."""
    last: Dict[str, float] = {}
    for row in rows:
        stream = row.get("stream", "")
        if row["step"] < last.get(stream, -math.inf):
            return False
        last[stream] = row["step"]
    return True


def key(record: Dict[str, Any]) -> str:
    """What a row is known by: its time is not always in its file, and shifts as that grows; what it was counted by, and
    what a fall was, may be known later."""
    values = record.get("values")
    return json.dumps([record.get("step"), values and {name: as_float(value) for name, value in values.items()}],
                      sort_keys=True)


def as_float(value: Any) -> Any:
    """A whole number as any other: files may hold it either way."""
    return float(value) if type(value) is int and abs(value) < 2 ** 53 else value


def time_of(time: float, run: Run) -> float:
    """Where the file tells no time, when it was last written."""
    return time if time == time else round(os.path.getmtime(run.source), 3)


def whole(step: float) -> Any:
    """The step, an int where it is whole."""
    return int(step) if float(step).is_integer() else step


def _plain(value: float) -> Any:
    if math.isfinite(value):
        return value
    return plain.not_finite(value)
