"""Acme's ``<directory>/<process>/logs/<label>/logs.csv``: a run a process, its labels before the metrics."""
from __future__ import annotations

import math
from pathlib import Path
from typing import Dict, Iterator, List, Sequence

from neptune_writer.points import step_metrics as step_names

from scripts.runs import records
from scripts.runs.parsing import compressed, odd_cells, text_tables
from scripts.runs.said import How, Said
from scripts.runs.table import Run, Say, described

RANK = 40
ALONE = True
BESIDE = False
WHAT = "Acme's logs.csv"


def find(folder: Path, names: Sequence[str]) -> List[Path]:
    """The table of one label."""
    return [folder / name for name in compressed.named(names, "logs.csv")]


def jobs(paths: Sequence[Path], say: Say) -> List[List[Path]]:
    """The labels of each process."""
    processes: Dict[Path, List[Path]] = {}
    for path in paths:
        processes.setdefault(_process(path), []).append(path)
    return list(processes.values())


def read(paths: Sequence[Path], say: Say, how: How) -> Iterator[Run]:
    """One run, whose labels are a clock each."""
    whole = Said()
    for path in paths:
        label = path.resolve().parent.name
        rows = records.collect(odd_cells.watched(text_tables.parts(path, say), path, say), ()).rows
        said = Said(step_names.of_label(label, {name for names, _ in rows.alike for name in names}))
        said.rows = rows
        said.run(How(), lambda path, what: None, source=str(path), **described("", None))  # finds what it counts by
        for index, (_, _, values, _) in enumerate(rows):
            step = values.get(said.choice.name or "", math.nan)
            whole.add({f"{label}/{name}": value for name, value in values.items()}, math.nan, step, label,
                      said.found.get(index))
    if whole:
        name = records.name_of(_process(paths[0]))
        yield whole.run(how, say, source=str(paths[0]), framework="acme", **described(name, None))


def _process(path: Path) -> Path:
    folder = path.resolve().parent
    return folder.parent.parent if folder.parent.name == "logs" else folder
