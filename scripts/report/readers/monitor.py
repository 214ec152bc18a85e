"""The ``monitor.csv`` of Stable Baselines and OpenAI baselines: a row an episode, of one environment each.

Episodes of several environments of a run, ``0.monitor.csv``, ``1.monitor.csv``, ..., are one series in the order of
their ends. x is the number of steps that they took together; the reward ``r`` is ``monitor/episode_return``, the length
``l`` is ``monitor/episode_length``, a keyword of the environment's info ``monitor/<keyword>``.
"""
from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, Dict, Iterator, List, Sequence, Tuple

from neptune_writer import files, messages

from scripts.report import records, texts
from scripts.report.table import Rows, Run, Say, described

RANK = 31
ALONE = False
BESIDE = True
WHAT = "Stable Baselines' monitor.csv"
NAMES = {"r": "monitor/episode_return", "l": "monitor/episode_length"}


def find(folder: Path, names: Sequence[str]) -> List[Path]:
    """Those of all environments."""
    return [folder / name for name in names if name == "monitor.csv" or name.endswith(".monitor.csv")]


def jobs(paths: Sequence[Path], say: Say) -> List[List[Path]]:
    """A run is a folder."""
    return records.by_folder(paths)


def read(paths: Sequence[Path], say: Say) -> Iterator[Run]:
    """One run."""
    episodes: List[Tuple[float, Dict[str, float]]] = []
    about: Dict[str, Any] = {}
    for path in paths:
        began, broken = math.nan, 0
        with files.open_to_read(str(path)) as file:
            first_line = file.readline().decode("utf-8", "replace")
        if first_line.startswith("#"):
            try:
                header = json.loads(first_line[1:])
                began = float(header.get("t_start", math.nan))
                about.update({"env_id": header["env_id"]} if header.get("env_id") else {})
            except (ValueError, TypeError, AttributeError):
                say(str(path), "its first line is broken; the times of its episodes are not known")
        for cells in texts.rows(path, say, comments="#"):
            if not NAMES.keys() <= cells.keys():
                say(str(path), "expected the columns r and l, found " + ", ".join(cells))
                break
            values = {name: texts.number(cell) for name, cell in cells.items()}
            if values["r"] is None or texts.finite(values["l"]) is None:
                broken += 1
                continue
            at = began + (values.pop("t", None) or 0.0)
            episodes.append((at, {NAMES.get(name, f"monitor/{name}"): value for name, value in values.items()
                                  if value is not None}))
        if broken:
            say(str(path), f"{messages.count(broken, 'line')} left out: expected numbers as r and l")
    rows, step = Rows(), 0.0
    for at, episode in sorted(episodes, key=lambda one: one[0]):
        step += episode[NAMES["l"]]
        rows.add(step, at, episode)
    if rows:
        name = records.name_of(paths[0].parent)
        yield rows.run(source=str(paths[0]), **described(name, about, records.group_of(name)))
