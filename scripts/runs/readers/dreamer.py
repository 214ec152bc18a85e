"""Dreamer's ``metrics.jsonl`` and ``scores.jsonl``, and others' of that form: an object a line, with its ``step``."""
from __future__ import annotations

import math
from pathlib import Path
from typing import Iterator, List, Sequence, Set

from scripts.runs import records
from scripts.runs.parsing import compressed, texts
from scripts.runs.said import How, Said
from scripts.runs.table import Run, Say, described

RANK = 46
ALONE = True
BESIDE = False
WHAT = "Dreamer's metrics.jsonl"
_FILES = ("metrics.jsonl", "scores.jsonl")


def find(folder: Path, names: Sequence[str]) -> List[Path]:
    """Both, of which the second repeats some of the first where both are there."""
    return [folder / name for file in _FILES for name in compressed.named(names, file)]


def jobs(paths: Sequence[Path], say: Say) -> List[List[Path]]:
    """A run is a folder."""
    return records.by_folder(paths)


def read(paths: Sequence[Path], say: Say, how: How) -> Iterator[Run]:
    """One run."""
    said = Said()
    known: Set[str] = set()
    for path in paths:
        names = set(known)
        for row in texts.objects(path, say):
            step = texts.number(row.pop("step", None))
            time = texts.number(row.pop("time", None))
            values = {name: number for name, number in records.flat(row, with_truths=True) if name not in names}
            known.update(values)
            if values:
                said.add(values, math.nan if time is None else time, math.nan if step is None else step)
    if said:
        yield said.run(how, say, source=str(paths[0]), **described(records.name_of(paths[0].parent), None))
