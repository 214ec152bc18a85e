"""The ``evaluations.npz`` of Stable-Baselines3's EvalCallback: the returns of each evaluation's episodes."""
from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Callable, Iterator, List, Sequence, Tuple

import numpy as np

from scripts.runs import records
from scripts.runs.said import How, Said
from scripts.runs.table import Run, Say, described

RANK = 32
ALONE = False
BESIDE = True
WHAT = "Stable-Baselines3's evaluations.npz"
_STEPS = "timesteps"
_NAMES = (("results", "eval/mean_reward"), ("ep_lengths", "eval/mean_ep_length"), ("successes", "eval/success_rate"))


def find(folder: Path, names: Sequence[str]) -> List[Path]:
    """The file, whose name the callback gives."""
    return [folder / name for name in names if name == "evaluations.npz"]


def read(paths: Sequence[Path], say: Say, how: How) -> Iterator[Run]:
    """One run: of each evaluation the mean over its episodes, under the names that the framework logs it by."""
    path, = paths
    try:
        with np.load(path, allow_pickle=False) as file:  # a pickle would be a program
            found = dict(_arrays(file, lambda what: say(str(path), what)))
    except (OSError, ValueError, EOFError, KeyError) as error:
        say(str(path), f"not read: {str(error)[:80] or type(error).__name__}")
        return
    except Exception as error:  # whatever zipfile makes of other bytes
        say(str(path), f"not read: {type(error).__name__}: {str(error)[:80]}")
        return
    steps = found.get(_STEPS)
    if steps is None or steps.ndim != 1 or steps.dtype.kind not in "iuf":
        say(str(path), "not read: it has no timesteps, so it is not EvalCallback's")
        return
    said = Said()
    for place, step in enumerate(steps.tolist()):
        values = {}
        for key, name in _NAMES:
            table = found.get(key)
            if table is not None and table.dtype.kind in "iufb" and len(table) > place:
                episodes = np.asarray(table[place], dtype=np.float64)
                values[name] = float(episodes.mean()) if episodes.size else math.nan
        if values:
            said.add(values, math.nan, float(step))
    if not said:
        say(str(path), "evaluations without a number in them")
    else:
        yield said.run(how, say, source=str(path), **described(records.name_of(path.parent), None))


def _arrays(file: Any, say: Callable[[str], None]) -> Iterator[Tuple[str, Any]]:
    """Each by itself: one of objects, as of evaluations with more and with fewer episodes, is a pickle."""
    for name in file.files:
        try:
            yield name, file[name]
        except ValueError as error:
            if name == _STEPS:
                raise
            say(f"{name} is left out: {str(error)[:80]}")
