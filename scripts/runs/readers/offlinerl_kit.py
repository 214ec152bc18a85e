"""OfflineRL-Kit's ``record/policy_training_progress.csv``, with its ``hyper_param.json``."""
from __future__ import annotations

from pathlib import Path
from typing import Iterator, List, Sequence

from neptune_writer.points import step_metrics

from scripts.runs import records
from scripts.runs.parsing import odd_cells, text_tables, texts
from scripts.runs.said import How
from scripts.runs.table import Run, Say, described

RANK = 49
ALONE = True
BESIDE = False
WHAT = "OfflineRL-Kit's policy_training_progress.csv"
_FILE = "policy_training_progress.csv"


def find(folder: Path, names: Sequence[str]) -> List[Path]:
    """The policy's table; that of a dynamics model is another training."""
    return [folder / name for name in names if name == _FILE or name.endswith("_training_progress.csv")]


def read(paths: Sequence[Path], say: Say, how: How) -> Iterator[Run]:
    """One run, named after the folder above ``record``."""
    path, = paths
    table = odd_cells.watched(text_tables.parts(path, say), path, say)
    said = records.collect(table, ("timestep", *step_metrics.of_framework(None)), (),
                           records.modified(path))
    if said:
        above = path.parent.parent if path.parent.name == "record" else path.parent
        config = texts.config(path.parent / "hyper_param.json", say)
        name = records.name_of(above) if path.name == _FILE else f"{records.name_of(above)} {path.stem.split('_')[0]}"
        yield said.run(how, say, source=str(path), framework="offlinerl_kit", **described(name, config))
