"""SpinningUp's ``progress.txt``, with the ``config.json`` beside it."""
from __future__ import annotations

from pathlib import Path
from typing import Iterator, List, Sequence

from neptune_writer.points import step_metrics as step_names

from scripts.runs import records
from scripts.runs.parsing import compressed, odd_cells, text_tables, texts
from scripts.runs.said import How
from scripts.runs.table import Run, Say, described

RANK = 20
ALONE = True
BESIDE = False
WHAT = "SpinningUp's progress.txt"


def find(folder: Path, names: Sequence[str]) -> List[Path]:
    """Its table, whose name a logger may be told."""
    return [folder / name for name in compressed.named(names, "progress.txt")]


def read(paths: Sequence[Path], say: Say, how: How) -> Iterator[Run]:
    """One run."""
    path, = paths
    config = texts.config(path.parent / "config.json", say)
    config.pop("logger", None)  # the logger itself, which `locals()` holds
    exp_name = config.pop("exp_name", None)
    table = odd_cells.watched(text_tables.parts(path, say, "\t"), path, say)
    said = records.collect(table, step_names.of_framework("spinup"), ("Time",), records.modified(path))
    if said:
        name = exp_name if isinstance(exp_name, str) and exp_name else records.name_of(path.parent)
        yield said.run(how, say, source=str(path), framework="spinup", **described(name, config))
