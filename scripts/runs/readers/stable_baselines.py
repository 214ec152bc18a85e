"""The ``progress.csv`` and ``progress.json`` of Stable Baselines, old and new, OpenAI baselines and their family."""
from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any, Iterator, List, Sequence

from neptune_writer.points import step_metrics as step_names

from scripts.runs import records
from scripts.runs.parsing import compressed, odd_cells, text_tables, texts
from scripts.runs.readers import rllib
from scripts.runs.rows import Columns
from scripts.runs.said import How
from scripts.runs.table import Run, Say, described

RANK = 30
ALONE = True
BESIDE = False
WHAT = "Stable Baselines' progress.csv or progress.json"
_OF_RAY = {"training_iteration", "time_this_iter_s"}
_HEAD = 1 << 18  # bytes, more than two lines
SECONDS = ("time/time_elapsed", "time_elapsed", "misc/time_elapsed", "TimeElapsed")


def find(folder: Path, names: Sequence[str]) -> List[Path]:
    """One of the two, which hold the same: the table, which also has what JSON has not."""
    found = [folder / name for file in ("progress.csv", "progress.json") for name in compressed.named(names, file)]
    return found if len(found) < 2 else [path for path in found if _has_rows(path)][:1] or found[:1]


def _has_rows(path: Path) -> bool:
    """Whether there is more in it than a header."""
    lines = [line for line in compressed.head(path, _HEAD).split(b"\n", 3)[:3] if line.strip()]
    return len(lines) > (not _is_json(path))


def _is_json(path: Path) -> bool:
    return compressed.plain(path.name).endswith(".json")


def read(paths: Sequence[Path], say: Say, how: How) -> Iterator[Run]:
    """One run."""
    path, = paths
    table: Iterator[Any] = (texts.objects(path, say) if _is_json(path)
                            else odd_cells.watched(text_tables.parts(path, say), path, say))
    first: Any = next(table, {})
    framework = "ray" if first.keys() >= _OF_RAY else None  # which writes such a table, too, beside its result.json
    parts = itertools.chain([first], table)
    said = records.collect(map(_of_training, parts) if framework else parts, step_names.of_framework(framework),
                           SECONDS, records.modified(path), "timestamp" if framework else "", framework is not None)
    if said:
        name = records.name_of(path.parent)
        yield said.run(how, say, source=str(path), framework=framework, **described(name, None))


def _of_training(part: Any) -> Any:
    """Without what Ray tells of the process, as `rllib` has it."""
    for name in rllib.ABOUT_THE_PROCESS & part.keys():
        part = part.without(name) if isinstance(part, Columns) else {
            metric: value for metric, value in part.items() if metric != name}
    return part
