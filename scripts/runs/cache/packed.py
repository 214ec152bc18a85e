"""Runs, and what was said of their files, as bytes: an object of JSON, and behind it the numbers as they lie in memory.

What is read back is what was there, bit for bit; nothing in it is ever executed.
"""
from __future__ import annotations

import json
import struct
from typing import Any, Dict, List, Sequence, Tuple

import numpy as np

from scripts.runs.table import Mark, Problem, Process, Run, Series

_LENGTH = struct.Struct("<Q")
_PLAIN = ("name", "group", "config", "source", "framework", "id", "resumes", "ended", "began", "clocks", "x_clock",
          "sample", "path", "keeper", "end", "process")


def pack(runs: Sequence[Run], problems: Sequence[Problem]) -> bytes:
    """What `unpack` takes. Runs with ``said`` are none of it."""
    arrays: List[bytes] = []
    places: Dict[int, List[int]] = {}  # of arrays, which several series may share
    length = 0

    def place(array: Any) -> List[int]:
        nonlocal length
        if id(array) not in places:
            places[id(array)] = [length, len(array)]
            arrays.append(array.tobytes())
            length += 8 * len(array)
        return places[id(array)]

    told = [{**{name: getattr(run, name) for name in _PLAIN}, "marks": run.marks, "steps": place(run.steps),
             "times": place(run.times), "series": {name: [place(series.rows), place(series.values)]
                                                   for name, series in run.series.items()}} for run in runs]
    about = json.dumps([told, problems]).encode()
    about += b" " * (-len(about) % 8)
    return b"".join([_LENGTH.pack(len(about)), about, *arrays])


def unpack(content: bytes) -> Tuple[List[Run], List[Problem]]:
    """The runs and the problems; the arrays are views of the bytes, and cannot be written to."""
    length, = _LENGTH.unpack_from(content)
    begin = _LENGTH.size + length
    told, problems = json.loads(content[_LENGTH.size:begin])

    def array(place: Sequence[int], kind: Any) -> Any:
        return np.frombuffer(content, kind, place[1], begin + place[0])

    runs = []
    for one in told:
        rows: Dict[int, Any] = {}
        series = {name: Series(rows.setdefault(at[0], array(at, np.int64)), array(values, np.float64))
                  for name, (at, values) in one.pop("series").items()}
        steps, times = array(one.pop("steps"), np.float64), array(one.pop("times"), np.float64)
        marks = [Mark(*mark) for mark in one.pop("marks")]
        sample, path, process = one.pop("sample"), tuple(one.pop("path")), one.pop("process")
        runs.append(Run(steps=steps, times=times, series=series, marks=marks, path=path,
                        sample=None if sample is None else tuple(sample),
                        process=None if process is None else Process(*process), **one))
    return runs, [Problem(*problem) for problem in problems]
