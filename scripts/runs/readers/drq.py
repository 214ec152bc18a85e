"""DrQ's and pytorch_sac's ``train.csv`` and ``eval.csv``; ``train.log`` and ``eval.log`` of CURL and RAD."""
from __future__ import annotations

import heapq
import math
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Sequence, Tuple

from scripts.runs import records
from scripts.runs.parsing import compressed, odd_cells, text_tables, texts
from scripts.runs.said import How, Said
from scripts.runs.table import Run, Say, described

RANK = 47
ALONE = True
BESIDE = False
WHAT = "DrQ's train.csv and eval.csv"
_COUNTS = ("frame", "step", "timestep", "total_steps")


def find(folder: Path, names: Sequence[str]) -> List[Path]:
    """The tables of a run, if there are both or one that counts steps."""
    found = [folder / name for suffix in (".csv", ".log") for kind in ("train", "eval")
             for name in compressed.named(names, kind + suffix)]
    return [path for path in found if _counts_steps(path)]


def _counts_steps(path: Path) -> bool:
    """Whether its first line names a count: other programs have files of such names, too."""
    line = compressed.first_line(path)
    if _is_log(path):
        return line.startswith("{") and any(f'"{name}":' in line for name in _COUNTS)
    return any(name in line.strip().split(",") for name in _COUNTS)


def _is_log(path: Path) -> bool:
    return compressed.plain(path.name).endswith(".log")


def jobs(paths: Sequence[Path], say: Say) -> List[List[Path]]:
    """A run is a folder."""
    return records.by_folder(paths)


def read(paths: Sequence[Path], say: Say, how: How) -> Iterator[Run]:
    """One run; its metrics begin with ``train/`` or ``eval/``."""
    tables = [list(_rows(path, say)) for path in paths]
    said = Said()
    for step, values in heapq.merge(*tables, key=lambda row: row[0] if row[0] == row[0] else -math.inf):
        said.add(values, math.nan, step)
    if said:
        yield said.run(how, say, source=str(paths[0]), **described(records.name_of(paths[0].parent), None))


def _rows(path: Path, say: Say) -> Iterator[Tuple[float, Dict[str, float]]]:
    """(step, values) of each row, in order; NaN where it has no step."""
    table: Iterator[Mapping[str, Any]] = (texts.objects(path, say) if _is_log(path)
                                          else odd_cells.watched(text_tables.rows(path, say), path, say))
    for row in table:
        values = {name: number for name, number in ((name, texts.number(value)) for name, value in row.items())
                  if number is not None}
        _, step = texts.first(values, _COUNTS) or ("", math.nan)
        yield step, {f"{compressed.stem(path)}/{name}": value for name, value in values.items()}
