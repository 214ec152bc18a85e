"""RL Zoo writes a training into two trees: ``logs/ppo/CartPole-v1_3`` has its monitors, evaluations and parameters,
``tb/CartPole-v1/PPO_1`` what its logger wrote. Each tree has numbers of its own, so names do not say what belongs
together: rows that were written at the same time do, and equal evaluations."""
from __future__ import annotations

import os
from collections import Counter
from typing import Dict, Iterable, List, Optional, Tuple

import numpy as np

from scripts.runs import real_paths
from scripts.runs.joined import beside, same_training
from scripts.runs.table import Floats, Run

_CALLED = {"ppo_lstm": "recurrentppo"}  # algorithm -> what its logger's folder is called, where that is another
_EVALUATED = ("eval/mean_reward", "eval/mean_ep_length")


def environment(folder: str) -> str:
    """The environment of a training's folder, which holds ``CartPole-v1/args.yml``; empty if it is none of RL Zoo's."""
    name = os.path.basename(folder)
    ends = [place for place, character in enumerate(name) if character == "_"]
    return next((name[:end] for end in ends if os.path.isfile(os.path.join(folder, name[:end], "args.yml"))), "")


def as_one(runs: Iterable[Run]) -> List[Run]:
    """The runs, those of two trees as one where it is clear which belong together."""
    found = list(runs)
    folders = [os.path.dirname(real_paths.real(run.source)) for run in found]
    logged: Dict[Tuple[str, str], List[int]] = {}  # (environment, algorithm) -> runs
    for place, folder in enumerate(folders):
        above, name = os.path.split(folder)
        logged.setdefault((os.path.basename(above), name.rpartition("_")[0].lower()), []).append(place)
    algorithms = {algorithm for _, algorithm in logged}
    of: Dict[int, int] = {}  # run of the tree of parameters -> that of the logger
    for place, folder in enumerate(folders):
        above = os.path.basename(os.path.dirname(folder))
        algorithm = _CALLED.get(above, above)
        if algorithm in algorithms:
            candidates = logged.get((environment(folder), algorithm), [])
            other = _clear(found[place], [(one, found[one]) for one in candidates])
            if other is not None:
                of[place] = other
    many, left = Counter(of.values()), set()
    for place, other in of.items():
        if many[other] == 1:
            first, second = (other, place) if found[other].id else (place, other)  # who gives ids gives them once
            found[first] = beside.together(found[first], found[second])
            left.add(second)
    return [run for place, run in enumerate(found) if place not in left]


def _clear(run: Run, logged: List[Tuple[int, Run]]) -> Optional[int]:
    """Which of the logger's runs it is, if that is clear."""
    alike = {place: _are_alike(run, other) for place, other in logged if same_training.overlap(run, other)}
    sure = [place for place, is_alike in alike.items() if is_alike] or [
        place for place, is_alike in alike.items() if is_alike is None]
    return sure[0] if len(sure) == 1 else None


def _are_alike(run: Run, other: Run) -> Optional[bool]:
    """Whether both have the same evaluations, as far as these stand at the same steps; None where none do."""
    compared = [_common(_points(run, name), _points(other, name)) for name in _EVALUATED]
    if not any(len(own) for own, _ in compared):
        return None
    return all(np.allclose(own, others, rtol=1e-6, atol=0, equal_nan=True) for own, others in compared)


def _points(run: Run, metric: str) -> Tuple[Floats, Floats]:
    series = run.series.get(metric)
    return (np.zeros(0), np.zeros(0)) if series is None else (run.steps[series.rows], series.values)


def _common(one: Tuple[Floats, Floats], other: Tuple[Floats, Floats]) -> Tuple[Floats, Floats]:
    _, own, others = np.intersect1d(one[0], other[0], return_indices=True)
    return one[1][own], other[1][others]
