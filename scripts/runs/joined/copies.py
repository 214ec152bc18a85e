"""What a tracker has of a run that is shown from its journal, too: the same moments with the same numbers."""
from __future__ import annotations

from typing import Dict, Iterable, List, Mapping, Tuple

import numpy as np

from scripts.runs.table import Run


def without_copies(runs: Iterable[Run]) -> List[Run]:
    """The runs, without those that are a tracker's copy of a journal: the same moments with the same numbers."""
    every = list(runs)
    at: Dict[float, List[Tuple[Run, int]]] = {}
    for run in every:
        for row, time in enumerate(run.times.tolist() if run.id else ()):
            if time == time:
                at.setdefault(_to_milliseconds(time), []).append((run, row))
    return [run for run in every if run.id or not _is_copy(run, at)]


def _is_copy(run: Run, at: Mapping[float, List[Tuple[Run, int]]]) -> bool:
    if not len(run.times) or run.times[0] != run.times[0]:
        return False
    return any(_has_row(other, row, run) for other, row in at.get(_to_milliseconds(float(run.times[0])), ()))


def _to_milliseconds(time: float) -> float:
    return round(time, 3)


def _has_row(run: Run, row: int, copy: Run) -> bool:
    """Whether ``run`` has in this row what ``copy``, in single precision perhaps, has in its first one; where that
    joins several rows of one step, some of it in this row, and the rest in others at its step."""
    here, found = False, []
    for name, series in copy.series.items():
        if name in run.series and len(series.rows) and series.rows[0] == 0:
            own, value = run.series[name], np.float32(series.values[0])
            same = np.float32(own.values) == value
            here = here or bool(same[own.rows == row].any())
            found.append(bool(same[(own.rows == row) | (run.steps[own.rows] == run.steps[row])].any()))
    return here and all(found)
