"""What a page shows: an index, and the points of each metric packed.

A page opens at once, whatever it holds: points are reduced to a budget, packed, and unpacked when their chart comes
into view. Values stay 64-bit floats, bit for bit.
"""
from __future__ import annotations

import base64
import dataclasses
import functools
import itertools
import math
import time
import zlib
from collections import Counter
from pathlib import Path
from typing import Any, Dict, Iterable, List, Optional, Sequence, Tuple

import numpy as np
from neptune_writer import masking, values

from scripts.runs import axes, files_read, metric_order, videos
from scripts.runs.groups import shown_groups
from scripts.runs.reduce import all_reduced, quota
from scripts.runs.table import Floats, Indices, Problem, Run, Series

BUDGET = 2_200_000  # points of all series together, which makes a file of 25 MB
TOGETHER = 10_000  # rows in one pack: a browser unpacks a few large ones ten times as fast as many small ones


@dataclasses.dataclass(frozen=True)
class Contents:
    """An object for JSON, and texts that it refers to by their place."""

    index: Dict[str, Any]
    packed: List[str]


def contents(runs: Iterable[Run], problems: Iterable[Problem], budget: int = BUDGET, *,
             by: Optional[Sequence[str]] = None, beside: Optional[Path] = None,
             looked: Optional[files_read.FilesRead] = None) -> Contents:
    """Runs as a page has them; see the module. Groups come in the order of their first runs.

    Args:
        by: what groups have alike, see `grouping.of`.
        looked: what became of all files; by default, what the problems say of some.
        beside: the folder of the page, from which videos are linked; None where a server shows it.
    """
    looked = looked or files_read.of([], {}, problems)
    runs, shown = shown_groups.in_order(list(runs), by)
    masked = functools.partial(masking.mask, tokens=masking.known_tokens())
    at_most = quota((len(series.rows) for run in runs for series in run.series.values()), budget)
    names = metric_order.ordered({name for run in runs for name in run.series})
    kept = [all_reduced(run.series, at_most) for run in runs]
    rows = [_rows_of(len(run.steps), series.values()) for run, series in zip(runs, kept)]
    packs = _packs([len(own) for own in rows])
    packed = [_packed_rows([(runs[place], rows[place]) for place, _ in members])
              for _, members in itertools.groupby(enumerate(packs), key=lambda one: one[1][0])]
    metrics = []
    marks = [list(axes.marks(run).items()) for run in runs]
    for name in names:
        entries = [place for place, run in enumerate(runs) if name in run.series]
        axis, others = axes.of_metric(name, [runs[place] for place in entries])
        is_lower_better = metric_order.lower_is_better(name)
        metrics.append({
            "name": masked(name), "first": metric_order.is_return(name), "lower": is_lower_better,
            "unit": masked(axis.unit), "x": masked(axis.text()), "pack": len(packed), "entries": [
                _entry(place, runs[place].series[name], kept[place][name], rows[place], is_lower_better)
                + [masked(other), _place_of(runs[place].clocks.get(name), marks[place])]
                for place, other in zip(entries, others)]})
        packed.append(_pack([kept[place][name].values for place in entries], *(
            _differences(np.searchsorted(rows[place], kept[place][name].rows)) for place in entries
            if len(kept[place][name].rows) != len(rows[place]))))
    films = videos.of_runs(runs)
    common = _common([run.config for run in runs])
    index = {
        "made": time.strftime("%Y-%m-%d %H:%M"), **shown.about(masked), "metrics": metrics, "common": common,
        "columns": _columns_of_config(runs, common), "files": looked.line, "whole": looked.is_whole,
        "problems": [list(map(masked, one)) for one in looked.told],
        "runs": [{**shown.of_run(place, masked), "name": run.name, "ended": run.ended,
                  "source": masked(run.source), "framework": masked(str(run.framework or "")),
                  "rows": len(run.steps), "pack": packs[place][0], "first": packs[place][1],
                  "kept": len(rows[place]), "began": _plain(run.began),
                  "marks": [found for _, found in marks[place]], "videos": videos.links(films[place], beside, masked),
                  "config": {path: _plain(value) for path, value in run.config.items() if path not in common}}
                 for place, run in enumerate(runs)]}
    return Contents(index, packed)


def _place_of(clock: Any, marks: Sequence[Any]) -> int:
    """Which of the marks are those of a metric; -1 for none."""
    return next((place for place, (of_clock, _) in enumerate(marks) if of_clock == clock), -1)


def _rows_of(many: int, series: Iterable[Series]) -> Indices:
    """The rows, of so many, in which anything that is kept stands."""
    is_kept = np.zeros(many, dtype=bool)
    for one in series:
        is_kept[one.rows] = True
    return np.flatnonzero(is_kept)


def _packs(lengths: Iterable[int]) -> List[Tuple[int, int]]:
    """Of runs with so many rows: in which pack those of each are, and where in it they begin."""
    found, pack, first = [], 0, 0
    for length in lengths:
        if first and first + length > TOGETHER:
            pack, first = pack + 1, 0
        found.append((pack, first))
        first += length
    return found


def _packed_rows(members: Iterable[Tuple[Run, Indices]]) -> str:
    """The numbers, steps and times of runs at these rows, one run behind the other."""
    columns = [(rows, run.steps[rows], run.times[rows]) for run, rows in members]
    numbers, steps, times = map(np.concatenate, zip(*columns))
    return _pack([], _differences(numbers), steps, times)  # where a run begins the difference wraps, here and there


def _differences(rising: Indices) -> Indices:
    found = rising.copy()
    found[1:] -= rising[:-1]
    return found


def _entry(place: int, whole: Series, kept: Series, rows: Indices, lower: bool) -> List[Any]:
    """[run, points kept, points there were, whether in all rows, last value, best value]; behind it come what the run
    counts in place of the chart's x, and the place of its marks, see `axes`."""
    known = whole.values[~np.isnan(whole.values)]
    best = (known.min() if lower else known.max()) if len(known) else math.nan
    return [place, len(kept.rows), len(whole.rows), len(kept.rows) == len(rows), _plain(float(whole.values[-1])),
            _plain(float(best))]


def _pack(floats: Sequence[Floats], *arrays: Any) -> str:
    """Arrays, one behind the other, compressed, as base64: floats with their bytes sorted by place, which halves what
    resembles one another; whole numbers in 32 bits."""
    parts = [_by_place(np.concatenate(floats).astype("<f8"))] if len(floats) else []
    for array in arrays:
        parts.append(_by_place(array.astype("<f8")) if array.dtype.kind == "f" else array.astype("<u4").tobytes())
    return base64.b64encode(zlib.compress(b"".join(parts), 3)).decode("ascii")


def _by_place(floats: Any) -> bytes:
    return bytes(floats.view(np.uint8).reshape(-1, 8).T.tobytes()) if len(floats) else b""


def _plain(value: Any) -> Any:
    """As JSON, which has no NaN and no infinity: these as texts."""
    if isinstance(value, float) and not math.isfinite(value):
        return values.not_finite(value)
    return value


def _common(configs: Sequence[Dict[str, Any]]) -> Dict[str, Any]:
    """What all configs have, and have alike."""
    first = configs[0] if configs else {}
    return {path: _plain(value) for path, value in first.items()
            if all(path in other and repr(other[path]) == repr(value) for other in configs)}


def _columns_of_config(runs: Sequence[Run], common: Dict[str, Any]) -> List[str]:
    """The entries in which runs differ, those that most of them have first, places on the disk last."""
    counts = Counter(path for run in runs for path in run.config if path not in common)
    return sorted(counts, key=lambda path: (path.endswith(("dir", "path", "fname")), -counts[path]))
