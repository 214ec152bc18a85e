"""d3rlpy's folder of a run: ``params.json``, and a table a metric, ``<metric>.csv``, of epoch, step and value."""
from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Iterator, List, Sequence

from scripts.runs import records
from scripts.runs.parsing import compressed, texts
from scripts.runs.said import How
from scripts.runs.table import Run, Say, described

RANK = 48
ALONE = True
BESIDE = False
WHAT = "d3rlpy's tables of a metric each"


def find(folder: Path, names: Sequence[str]) -> List[Path]:
    """The tables, which have no header, beside the parameters."""
    if "params.json" not in names:
        return []
    return [folder / name for name in compressed.ending(names, ".csv") if _is_one(folder / name)]


def _is_one(path: Path) -> bool:
    line = re.split(b"[\r\n]", compressed.head(path, 200), maxsplit=1)[0]
    cells = line.decode("utf-8-sig", "replace").strip().split(",")
    return len(cells) == 3 and cells[0].isdigit() and cells[1].isdigit() and texts.number(cells[2]) is not None


def jobs(paths: Sequence[Path], say: Say) -> List[List[Path]]:
    """A run is a folder."""
    return records.by_folder(paths)


def read(paths: Sequence[Path], say: Say, how: How) -> Iterator[Run]:
    """One run."""
    points: List[records.Point] = []
    for path in paths:
        broken = 0
        for line in texts.whole_lines(path, say):
            cells = [texts.number(cell) for cell in line.split(",")]
            if len(cells) == 3 and cells[0] is not None and cells[1] is not None and cells[2] is not None:
                points.append((math.nan, cells[1], compressed.stem(path), cells[2]))
            else:
                broken += bool(line.strip())
        if broken:
            say(str(path), f"{broken} unreadable lines were skipped")
    said = records.joined(sorted(points, key=lambda point: point[1]))
    if said:
        folder = paths[0].parent
        yield said.run(how, say, source=str(paths[0]),
                       **described(records.name_of(folder), texts.config(folder / "params.json", say)))
