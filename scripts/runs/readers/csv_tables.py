"""The ``metrics.csv`` of Lightning's CSVLogger, the ``log.csv`` of torch-ac, and other tables of these names: a column
that counts, and in each row an empty cell for every metric that was not logged then."""
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


def find(folder: Path, names: Sequence[str]) -> List[Path]:
    """Those whose first line names a count; a table without one is no training's."""
    found = [folder / name for own in _NAMES for name in compressed.named(names, own)]
    return [path for path in found if _counts(path)]


def _counts(path: Path) -> List[str]:
    """What its rows count, the best first."""
    cells = [cell.strip().strip('"') for cell in compressed.first_line(path).split(",")]
    return [name for name in _COUNTS if name in cells and len(cells) > 1]


def read(paths: Sequence[Path], say: Say, how: How) -> Iterator[Run]:
    """One run."""
    path, = paths
    said = records.collect(odd_cells.watched(text_tables.parts(path, say), path, say), _counts(path), (),
                           records.modified(path))
    if said:
        yield said.run(how, say, source=str(path), **described(records.name_of(path.parent), None))
