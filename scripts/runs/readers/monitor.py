"""The ``monitor.csv`` of Stable Baselines and OpenAI baselines: a row an episode, of one environment each.

Episodes of several environments of a run, ``0.monitor.csv``, ``1.monitor.csv``, ..., are one series in the order of
their ends; where a training was begun again into the same file, those of its second session come behind the first's. x
is the number of steps that they took together; the reward ``r`` is ``monitor/episode_return``, the length
``l`` is ``monitor/episode_length``, a keyword of the environment's info ``monitor/<keyword>``. Those of
``eval.monitor.csv`` are ``eval/episode_return`` and so on, and count their own steps.
"""
from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any, Dict, Iterator, List, Sequence, Tuple

from neptune_writer import messages

from scripts.runs import records
from scripts.runs.parsing import compressed, odd_cells, text_tables, texts
from scripts.runs.said import How, Said
from scripts.runs.table import Run, Say, described

RANK = 31
ALONE = False
BESIDE = True
WHAT = "Stable Baselines' monitor.csv"
CLOCK = "env steps"
Episode = Tuple[float, float, Dict[str, float]]
"""When it ended: Unix seconds, NaN where no header says them, and seconds of its session; and its values."""
_NO_ENVIRONMENT = (None, "", "None")  # of an environment that was not made by its name
NAMES = {"r": "monitor/episode_return", "l": "monitor/episode_length"}
_EVALUATION = re.compile(r"(?:^|[._-])(?:eval(?:uation)?|test|valid(?:ation)?)(?:[_-]?env)?(?:[._-]?\d+)?$"
                         r"|^eval(?:uation)?[._-]", re.IGNORECASE)
_EVALUATIONS = re.compile(r"eval(uation)?s?([-_]?(logs?|results?))?", re.IGNORECASE)  # a folder of them


def find(folder: Path, names: Sequence[str]) -> List[Path]:
    """Those of all environments."""
    return [folder / name for name in compressed.ending(names, "monitor.csv")
            if compressed.plain(name) == "monitor.csv" or compressed.plain(name).endswith(".monitor.csv")]


def jobs(paths: Sequence[Path], say: Say) -> List[List[Path]]:
    """A run is a folder's ``monitor.csv`` and its numbered ones; of other names, each is a run."""
    runs: Dict[Tuple[Path, str], List[Path]] = {}
    for path in paths:
        runs.setdefault((path.parent, _split(path)[0]), []).append(path)
    return list(runs.values())


def _split(path: Path) -> Tuple[str, bool]:
    """The run's name, where its file says one, and whether these are episodes of an evaluation."""
    stem = compressed.plain(path.name)[:-len("monitor.csv")].rstrip(".")
    training = _EVALUATION.sub("", stem)
    return "" if training.isdigit() else training, training != stem or bool(_EVALUATIONS.fullmatch(path.parent.name))


def read(paths: Sequence[Path], say: Say, how: How) -> Iterator[Run]:
    """One run."""
    said = Said()
    about: Dict[str, Any] = {}
    for is_evaluation in (False, True):
        sessions: List[List[Episode]] = []  # of all environments
        for path in (path for path in paths if _split(path)[1] is is_evaluation):
            for number, episodes in enumerate(_sessions(path, about, say)):
                sessions[number:] = sessions[number:] or [[]]
                sessions[number] += episodes
        step = 0.0
        for session in sessions:
            is_timed = all(at == at for at, _, _ in session)  # else they began together, as far as is known
            for at, _, episode in sorted(session, key=lambda one: one[0] if is_timed else one[1]):
                step += episode[NAMES["l"]]
                named = {name.replace("monitor/", "eval/", 1): value for name, value in episode.items()}
                said.add(named if is_evaluation else episode, at, step, f"eval {CLOCK}" if is_evaluation else CLOCK)
    if said:
        name = _split(paths[0])[0] or records.name_of(paths[0].parent)
        yield said.run(how, say, source=str(paths[0]), **described(name, about))


def _sessions(path: Path, about: Dict[str, Any], say: Say) -> List[List[Episode]]:
    """The episodes of one environment: of each time that it was begun, which a new header says, or ``t``, which falls.

    Args:
        about: is told what the environment is.
    """
    headers: List[str] = []
    found: List[List[Episode]] = []
    known, broken, last, began = 0, 0, -math.inf, math.nan
    rows = text_tables.rows(path, say, comments="#", commented=headers.append, columns=("r", "l", "t"))
    for cells in odd_cells.watched(rows, path, say):
        if not NAMES.keys() <= cells.keys():
            say(str(path), "no columns r and l, but " + ", ".join(cells))
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
        found[-1].append((began + t, t, {NAMES.get(name, f"monitor/{name}"): value for name, value in values.items()
                                         if value is not None}))
    if broken:
        say(str(path), f"{messages.count(broken, 'line')} left out: r and l are not numbers")
    return found


def _began(headers: Sequence[str], about: Dict[str, Any], path: Path, say: Say) -> float:
    """When a session began, Unix seconds, as its header says, the last of these; NaN where it has none."""
    began = math.nan
    for line in headers[-1:]:
        try:
            header = json.loads(line[1:])
            began = float(header.get("t_start", math.nan))
            about.update({"env_id": header["env_id"]} if header.get("env_id") not in _NO_ENVIRONMENT else {})
        except (ValueError, TypeError, AttributeError):
            say(str(path), "a line that begins with # is broken; the times of the episodes below it are not known")
    return began
