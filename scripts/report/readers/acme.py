"""Acme's ``<directory>/<process>/logs/<label>/logs.csv``: a run a process, its labels before the metrics."""
from __future__ import annotations

import math
from pathlib import Path
from typing import Dict, Iterator, List, Sequence

from scripts.report import records, texts
from scripts.report.table import Rows, Run, Say, described, in_order_of_steps

RANK = 40
ALONE = True
BESIDE = False
WHAT = "Acme's logs.csv"


def find(folder: Path, names: Sequence[str]) -> List[Path]:
    """The table of one label."""
    return [folder / name for name in names if name == "logs.csv"]


def jobs(paths: Sequence[Path], say: Say) -> List[List[Path]]:
    """The labels of each process."""
    processes: Dict[Path, List[Path]] = {}
    for path in paths:
        processes.setdefault(_process(path), []).append(path)
    return list(processes.values())


def read(paths: Sequence[Path], say: Say) -> Iterator[Run]:
    """One run."""
    whole = Rows()
    for path in paths:
        label = path.resolve().parent.name
        steps = (f"{label}_steps", "steps", f"{label}_episodes", "episodes")
        rows = records.collect(texts.rows(path, say), steps)
        for step, _, values in rows.run(source="", **described("", None)).rows():
            whole.add(step, math.nan, {f"{label}/{name}": value for name, value in values.items()})
    if whole:
        name = records.name_of(_process(paths[0]))
        run = whole.run(source=str(paths[0]), framework="acme", **described(name, None, "acme"))
        run.streams = {metric: metric.partition("/")[0] for metric in run.series}
        yield in_order_of_steps(run)


def _process(path: Path) -> Path:
    folder = path.resolve().parent
    return folder.parent.parent if folder.parent.name == "logs" else folder
