"""The lines of a journal that hold the rows of a run of another format: thousands of rows alike are written at once."""
from __future__ import annotations

import functools
import json
import math
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

import numpy as np
from neptune_writer.journal import encoding
from neptune_writer.points.rows import Row

from scripts.replaying import journal_rows
from scripts.runs.rows import Block
from scripts.runs.said import Said
from scripts.runs.table import Run

_AT_ONCE = 10_000  # rows


def of(run: Run) -> Iterator[bytes]:
    """The lines of `journal_rows.said`."""
    timeless = journal_rows.timeless_of(run)
    for told in run.said.blocks() if isinstance(run.said, Said) else run.said or ():
        if isinstance(told, Row):
            yield _line(told, timeless)
        elif isinstance(told, Block):
            for begin in range(0, len(told.steps), _AT_ONCE):
                yield from _of_block(told.between(begin, begin + _AT_ONCE), timeless)


def _line(row: Row, timeless: Callable[[], float]) -> bytes:
    """Of one row, or mark."""
    values = tuple(row.values.values())
    total = sum(values)
    if not values or row.mark is not None or total - total != 0:
        return encoding.encode(journal_rows.record(row, timeless))
    has_step = row.step is not None and math.isfinite(row.step)
    time = row.time if row.time == row.time else timeless()
    place = (time, journal_rows.whole(row.step)) if row.step is not None and has_step else (time,)
    return (_template(tuple(row.values), row.clock, has_step) % (*place, *values)).encode("ascii")


def _of_block(rows: Block, timeless: Callable[[], float]) -> Iterator[bytes]:
    """A line a row."""
    has_step = np.isfinite(rows.steps)
    is_plain = np.isfinite(rows.values).all(axis=1) & (has_step if has_step.any() else True)
    if not is_plain.all() or not rows.names:
        for place in range(len(rows.steps)):
            yield _line(rows.row(place), timeless)
        return
    times = [time if time == time else timeless() for time in rows.times.tolist()]
    columns = [times, *([_whole(rows.steps)] if has_step.any() else []), *rows.values.T.tolist()]
    template = _template(rows.names, rows.clock, bool(has_step.any()))
    yield from ((template % cells).encode("ascii") for cells in zip(*columns))


def _whole(steps: Any) -> List[Any]:
    """What `journal_rows.whole` makes of each."""
    if (np.abs(steps) < 2 ** 62).all() and (steps == np.floor(steps)).all():
        return list(steps.astype(np.int64).tolist())
    return [journal_rows.whole(step) for step in steps.tolist()]


@functools.lru_cache(maxsize=1000)
def _template(names: Tuple[str, ...], clock: Optional[str], has_step: bool) -> str:
    fields: Dict[str, str] = {"t": "%r", **({"step": "%r"} if has_step else {}),
                              **({} if clock is None else {"clock": _text(clock)}),
                              "values": "{%s}" % ",".join(f"{_text(name)}:%r" for name in names)}
    return "{%s}\n" % ",".join(f'"{field}":{text}' for field, text in fields.items())


def _text(text: str) -> str:
    return json.dumps(text).replace("%", "%%")
