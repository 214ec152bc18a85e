"""The ``progress.csv`` and ``progress.json`` of Stable Baselines, old and new, OpenAI baselines and their family."""
from __future__ import annotations

from pathlib import Path
from typing import Any, Iterator, List, Mapping, Sequence

from scripts.report import records, texts
from scripts.report.table import Run, Say, described

RANK = 30
ALONE = True
BESIDE = False
WHAT = "Stable Baselines' progress.csv or progress.json"
STEPS = ("time/total_timesteps", "total_timesteps", "total timesteps", "misc/total_timesteps", "TimestepsSoFar",
         "total/steps", "steps", "step")
SECONDS = ("time/time_elapsed", "time_elapsed", "misc/time_elapsed", "TimeElapsed")


def find(folder: Path, names: Sequence[str]) -> List[Path]:
    """One of the two, which hold the same: the table, which also has what JSON has not."""
    found = [folder / name for name in ("progress.csv", "progress.json") if name in names]
    return [path for path in found if path.exists() and path.stat().st_size][:1] or found[:1]


def read(paths: Sequence[Path], say: Say) -> Iterator[Run]:
    """One run."""
    path, = paths
    table: Iterator[Mapping[str, Any]] = (texts.objects(path, say) if path.suffix == ".json"
                                          else texts.rows(path, say))
    rows = records.collect(table, STEPS, SECONDS, records.modified(path))
    if rows:
        name = records.name_of(path.parent)
        yield rows.run(source=str(path), **described(name, None, records.group_of(name)))
