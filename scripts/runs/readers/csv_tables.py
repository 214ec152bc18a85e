"""The ``metrics.csv`` of Lightning's CSVLogger and the ``log.csv`` of torch-ac, and tables that others call so: a row a
moment, in which the metrics that it has not are empty, and a column that counts."""
from __future__ import annotations

from pathlib import Path
from typing import Iterator, List, Sequence

from scripts.runs import records
from scripts.runs.parsing import compressed, odd_cells, text_tables
from scripts.runs.said import How
from scripts.runs.table import Run, Say, described

RANK = 44
ALONE = True
BESIDE = False
WHAT = "metrics.csv of Lightning, log.csv of torch-ac"
_NAMES = ("metrics.csv", "log.csv")
_COUNTS = ("global_step", "total_steps", "timesteps", "frames", "step", "update", "iteration", "epoch", "episode")
_HEAD = 1 << 16  # bytes


def find(folder: Path, names: Sequence[str]) -> List[Path]:
    """Those whose first line names a count: what has none is another program's."""
    found = [folder / name for own in _NAMES for name in compressed.named(names, own)]
    return [path for path in found if _counts(path)]


def _counts(path: Path) -> List[str]:
    """What its rows count, the best first."""
    line = compressed.head(path, _HEAD).decode("utf-8", "replace").lstrip("\ufeff").partition("\n")[0]
    cells = [cell.strip().strip('"') for cell in line.split(",")]
    return [name for name in _COUNTS if name in cells and len(cells) > 1]


def read(paths: Sequence[Path], say: Say, how: How) -> Iterator[Run]:
    """One run."""
    path, = paths
    said = records.collect(odd_cells.watched(text_tables.parts(path, say), path, say), _counts(path), (),
                           records.modified(path))
    if said:
        yield said.run(how, say, source=str(path), **described(records.name_of(path.parent), None))
