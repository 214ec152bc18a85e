"""The ``monitor.csv`` of Stable Baselines and OpenAI baselines: a row an episode, of one environment each.

Episodes of several environments of a run, ``0.monitor.csv``, ``1.monitor.csv``, ..., are one series in the order of
their ends; where a training was begun again into the same file, those of its second session come behind the first's. x
is the number of steps that they took together; the reward ``r`` is ``monitor/episode_return``, the length
``l`` is ``monitor/episode_length``, a keyword of the environment's info ``monitor/<keyword>``.
"""
from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, Dict, Iterator, List, Sequence, Tuple

from neptune_writer import messages

from scripts.report import records, texts
from scripts.report.said import How, Said
from scripts.report.table import Run, Say, described

RANK = 31
ALONE = False
BESIDE = True
WHAT = "Stable Baselines' monitor.csv"
CLOCK = "env steps"
Episode = Tuple[float, Dict[str, float]]
"""Unix seconds of its end, and its values."""
NAMES = {"r": "monitor/episode_return", "l": "monitor/episode_length"}


def find(folder: Path, names: Sequence[str]) -> List[Path]:
    """Those of all environments."""
    return [folder / name for name in names if name == "monitor.csv" or name.endswith(".monitor.csv")]


def jobs(paths: Sequence[Path], say: Say) -> List[List[Path]]:
    """A run is a folder."""
    return records.by_folder(paths)


def read(paths: Sequence[Path], say: Say, how: How) -> Iterator[Run]:
    """One run."""
    sessions: List[List[Episode]] = []  # of all environments
    about: Dict[str, Any] = {}
    for path in paths:
        for number, episodes in enumerate(_sessions(path, about, say)):
            sessions[number:] = sessions[number:] or [[]]
            sessions[number] += episodes
    said, step = Said(), 0.0
    for session in sessions:
        for at, episode in sorted(session, key=lambda one: one[0]):
            step += episode[NAMES["l"]]
            said.add(episode, at, step, CLOCK)
    if said:
        name = records.name_of(paths[0].parent)
        yield said.run(how, say, source=str(paths[0]), **described(name, about, records.group_of(name)))


def _sessions(path: Path, about: Dict[str, Any], say: Say) -> List[List[Episode]]:
    """The episodes of one environment: of each time that it was begun, which a new header says, or ``t``, which falls.

    Args:
        about: is told what the environment is.
    """
    headers: List[str] = []
    found: List[List[Episode]] = []
    known, broken, last, began = 0, 0, -math.inf, math.nan
    for cells in texts.rows(path, say, comments="#", commented=headers.append):
        if not NAMES.keys() <= cells.keys():
            say(str(path), "expected the columns r and l, found " + ", ".join(cells))
            break
        values = {name: texts.number(cell) for name, cell in cells.items()}
        if values["r"] is None or texts.finite(values["l"]) is None:
            broken += 1
            continue
        t = values.pop("t", None) or 0.0
        if len(headers) > known or t < last or not found:
            began = _began(headers[known:], about, path, say)
            known = len(headers)
            found.append([])
        last = t
        found[-1].append((began + t, {NAMES.get(name, f"monitor/{name}"): value for name, value in values.items()
                                      if value is not None}))
    if broken:
        say(str(path), f"{messages.count(broken, 'line')} left out: expected numbers as r and l")
    return found


def _began(headers: Sequence[str], about: Dict[str, Any], path: Path, say: Say) -> float:
    """When a session began, Unix seconds, as its header says, the last of these; NaN where it has none."""
    began = math.nan
    for line in headers[-1:]:
        try:
            header = json.loads(line[1:])
            began = float(header.get("t_start", math.nan))
            about.update({"env_id": header["env_id"]} if header.get("env_id") else {})
        except (ValueError, TypeError, AttributeError):
            say(str(path), "a line that begins with # is broken; the times of the episodes below it are not known")
    return began
