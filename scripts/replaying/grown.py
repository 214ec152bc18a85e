"""What a run of another format has that the journal made of it lacks: each point once, however its files have grown.

Rows are compared in their order, of which nothing is kept, until the first that differs: files grow at their end. Where
several files make one run (d3rlpy, MLflow, DrQ), a row may have grown, too, or a new one may stand among the old ones.
"""
from __future__ import annotations

import itertools
import json
from collections import Counter
from typing import Any, Dict, Iterable, Iterator, List, Tuple

from neptune_writer.journal import encoding

from scripts.replaying.journal_rows import as_float, key

Record = Dict[str, Any]
_LATE = "late"  # the clock of rows that came later than rows of higher steps: no step falls by them


def since(old: Iterable[bytes], lines: Iterable[bytes]) -> Iterator[bytes]:
    """The rows, lines of a journal, that are not among the old ones; of a row that has grown, what is new in it. Nearly
    all are the same text, but for their time, which does not count."""
    old, lines = iter(old), iter(lines)
    for passed, known in enumerate(old):
        line = next(lines, None)
        if line is None:
            return
        if line.partition(b",")[2] != known.partition(b",")[2]:
            record, row = json.loads(known), json.loads(line)
            if row.get("step") != record.get("step") or row.get("values") != record.get("values"):
                yield from map(encoding.encode, _rest([record, *map(json.loads, old)], [row, *map(json.loads, lines)],
                                                      passed))
                return
    yield from lines


def _rest(old: List[Record], rows: List[Record], passed: int) -> Iterator[Record]:
    """`since`, from the first row on that differs."""
    known = Counter(map(key, old))
    is_new: List[bool] = []
    for row in rows:
        is_new.append(known[key(row)] <= 0)
        known[key(row)] -= 1
    last = max((place for place, new in enumerate(is_new) if not new), default=-1)
    points = Counter(itertools.chain.from_iterable(
        _points(json.loads(text)) for text, many in known.items() for _ in range(many)))
    for place in itertools.compress(range(len(rows)), is_new):
        row = rows[place]
        if "values" in row and "step" in row:  # else one of its values is the step
            left: Dict[str, Any] = {}
            for name, value in row["values"].items():
                point = _point(row.get("step"), name, value)
                points[point] -= 1
                if points[point] < 0:
                    left[name] = value
            if not left:
                continue
            row = dict(row, values=left)
        is_late = place < last and "step" in row and "clock" not in row
        yield dict(row, clock=f"{_LATE} {passed + len(old)}") if is_late else row


def _points(told: List[Any]) -> Iterator[Tuple[str, str, str]]:
    step, values = told
    return (_point(step, name, value) for name, value in (values or {}).items())


def _point(step: Any, name: str, value: Any) -> Tuple[str, str, str]:
    return json.dumps(step), name, json.dumps(as_float(value))
