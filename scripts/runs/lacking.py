"""What Ray's own file has of a trial and its journals lack: it began, or went on, without the patch."""
from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Dict, List, Mapping, NamedTuple, Sequence

from neptune_writer.points import lines

from scripts.runs.readers import rllib
from scripts.runs.said import Said
from scripts.runs.table import Say

_SECONDS = 60.0  # Tune writes both files of a result at one time


class Lacking(NamedTuple):
    """Results of before the journals begin, and of after they end."""

    before: Said
    after: Said


def results_of(paths: Sequence[Path], header: Mapping[str, Any], first: Mapping[str, Any]) -> List[Path]:
    """The trial's results, where it may have some that its journals lack.

    Args:
        paths: its journals, in their order; ``header``, ``first``: the header and the first row of the first.
    """
    results = paths[0].parent / rllib.FILE
    if not lines.is_of_ray(header) or not results.is_file():
        return []
    iteration = first.get("training_iteration", math.inf)
    begins_later = isinstance(iteration, (int, float)) and iteration > 1
    return [results] if begins_later or _went_on(results, paths) else []


def of(results: Path, paths: Sequence[Path], said: Said, say: Say) -> Lacking:
    """What there is; ``said``: all rows of the journals."""
    try:
        rows = rllib.rows_of(results, say)
    except OSError as error:
        say(str(results), f"{error.strerror}; what it has of before {paths[0].name} is not shown")
        return Lacking(Said(), Said())
    found = list(said.rows)
    if not found:
        return Lacking(Said(), Said())
    (_, began, first, _), (_, ended, last, _) = found[0], found[-1]
    times = list(enumerate(rows.rows.times.tolist()))
    begin = (_same(rows, first) or [index for index, at in times if at >= int(began)] or [len(rows)])[0]
    end = (_same(rows, last) or [-1] + [index for index, at in times if at <= ended])[-1] + 1
    return Lacking(rllib.part_of(rows, 0, begin),
                   rllib.part_of(rows, end if _went_on(results, paths) else len(rows), len(rows)))


def _same(rows: Said, values: Dict[str, float]) -> List[int]:
    """The results that a row of a journal is."""
    known = [name for name in rllib.TELLING if name in values]
    return [index for index, (_, _, result, _) in enumerate(rows.rows)
            if known and all(result.get(name) == values[name] for name in known)]


def _went_on(results: Path, paths: Sequence[Path]) -> bool:
    return results.stat().st_mtime > max(path.stat().st_mtime for path in paths) + _SECONDS
