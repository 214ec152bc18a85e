"""Our own journals; a run that a training went on with is one, its later rows supersede the earlier ones."""
from __future__ import annotations

import fnmatch
import math
import os
from pathlib import Path
from typing import Any, Dict, Iterator, List, Sequence

from neptune_writer import reading, runs
from neptune_writer.series import Series as Carried
from neptune_writer.values import NOT_FINITE

from scripts.report.table import Rows, Run, Say, described

RANK = 0
BESIDE = False
WHAT = f"a journal ({runs.PATTERN})"
_PIECE = 2000  # records


def find(folder: Path, names: Sequence[str]) -> List[Path]:
    """Every journal."""
    return [folder / name for name in fnmatch.filter(names, runs.PATTERN)]


def jobs(paths: Sequence[Path], say: Say) -> List[List[Path]]:
    """The journals of each run, the oldest first."""
    found = runs.group([str(path) for path in paths], lambda path, error: say(path, _why(error, path)))
    return [[Path(part.path) for part in parts] for parts in found.values()]


def read(paths: Sequence[Path], say: Say) -> Iterator[Run]:
    """One run."""
    rows, config, ended = Rows(), None, False
    header: Any = reading.read_header(str(paths[0]))
    for index, path in enumerate(paths):
        steps = [reading.first_step(str(later)) for later in paths[index + 1:]]
        below = min([step for step in steps if step is not None] or [math.inf])
        run = reading.read_header(str(path))["run"]
        carried, reader = Carried(), reading.Reader(str(path))
        while True:
            records = reader.read(_PIECE)
            if not records:
                break
            for record in records:
                if "values" in record and "step" in record and "t" in record:
                    for row in carried.rows([dict(record, values={})], run, below=below):
                        rows.add(row.step, row.time, _numbers(record["values"]))
            config = next((record["config"] for record in reversed(records) if "config" in record), config)
            ended = any("end" in record for record in records[-1:])
        if reader.skipped:
            say(str(path), f"{reader.skipped} broken line{'s' * (reader.skipped != 1)} passed over")
        if reader.offset < os.path.getsize(path):
            say(str(path), "its last line is torn, and left out")
        reader.close()
    about = described(header["name"], config, header.get("group"))
    yield rows.run(source=str(paths[0]), framework=header.get("framework"), id=runs.run_id(header), ended=ended,
                   began=header.get("t", math.nan), **about)


def _numbers(values: Dict[str, Any]) -> Dict[str, float]:
    """A row's values, the texts among them as the numbers that they stand for."""
    if str not in map(type, values.values()):
        return values
    return {name: NOT_FINITE[value] if isinstance(value, str) else value for name, value in values.items()
            if not isinstance(value, str) or value in NOT_FINITE}


def _why(error: Exception, path: str) -> str:
    if os.path.exists(path) and not os.path.getsize(path):
        return "it is empty"
    return str(error).replace(f"{path}: ", "")
