"""The config of a run whose own format has none: a file that its framework or its script left beside it."""
from __future__ import annotations

import dataclasses
import functools
import json
import os
from collections import Counter
from pathlib import Path
from typing import (Any, Callable, Dict, FrozenSet, List, Sequence,
                    Tuple)

from scripts.runs.groups import settings
from scripts.runs.joined import rl_zoo
from scripts.runs.parsing import config_yaml, texts
from scripts.runs.table import Run, Say, described

FILES = (  # the first that is there; or several together
    (".hydra/config.yaml",), ("params/agent.yaml", "params/env.yaml"), ("config.json",), ("params.json",),
    ("variant.json",), ("args.json",), ("hparams.yaml",), ("hparams.json",), ("hyperparameters.json",), ("flags.json",),
    ("config.yaml",), ("config.yml",), ("args.yml",), ("args.yaml",), ("cfg.yaml",), ("cfg.json",),
    ("configuration.yaml",))
_UNDER = {"params/agent.yaml": "agent", "params/env.yaml": "env"}  # what it is called in our journals
_HIGHEST = 3  # folders above the run's that may hold it
_LARGEST = 1_000_000  # bytes
_OF_PYYAML = "!!python/"  # which nobody else writes


def with_configs(runs: Sequence[Run], say: Say) -> List[Run]:
    """The runs; those that know no settings with what a file in their folder, or above where no other run is, says.
    What lies below a run's own folder, as OmniSafe's ``tb``, is a part of that run."""
    below = Counter(run.path[:depth] for run in runs for depth in range(len(run.path) + 1))
    inside = Counter(run.path for run in runs)
    names_in = functools.lru_cache(maxsize=None)(_names_in)
    return [run if not run.path and len(runs) > 1 or settings.read(run.config).is_known
            else _with_config(run, below, inside, names_in, say) for run in runs]


def _names_in(folder: Path) -> FrozenSet[str]:
    try:
        return frozenset(os.listdir(folder))
    except OSError:
        return frozenset()


def _with_config(run: Run, below: Counter[Tuple[str, ...]], inside: Counter[Tuple[str, ...]],
                 names_in: Callable[[Path], FrozenSet[str]], say: Say) -> Run:
    folder = Path(run.source if os.path.isdir(run.source) else os.path.dirname(run.source) or os.curdir)
    for up in range(min(_HIGHEST, len(run.path)) + 1):
        place = run.path[:len(run.path) - up]
        if below[place] > 1 and inside[place] != 1:
            break
        there = names_in(folder)
        for names in FILES:
            found: Dict[str, Any] = {}
            for name in (*names, *_of_zoo(folder, names, there)):
                if name.partition("/")[0] in there:
                    of_file = _read(folder / name, say)
                    found.update({_UNDER[name]: of_file} if of_file and name in _UNDER else of_file)
            if found:
                return dataclasses.replace(run, config={**run.config, **described("", found)["config"]})
        folder = folder.parent
    return run


def _of_zoo(folder: Path, names: Sequence[str], there: FrozenSet[str]) -> List[str]:
    """RL Zoo's own: ``ppo/CartPole-v1_1/CartPole-v1/args.yml``, and what is in no ``args.yml``."""
    own = rl_zoo.environment(str(folder)) if "args.yml" in names and "_" in folder.name else ""
    return [f"{own}/args.yml", f"{own}/config.yml"] if own in there else []


def _read(path: Path, say: Say) -> Dict[str, Any]:
    try:
        state = path.stat()
    except (OSError, ValueError):
        return {}
    found, troubles = _known(path, state.st_mtime_ns, state.st_size)
    for trouble in troubles:
        say(str(path), trouble)
    return found


@functools.lru_cache(maxsize=4096)
def _known(path: Path, changed: int, size: int) -> Tuple[Dict[str, Any], List[str]]:
    """What a file says, and what is wrong with it; once for each of its states."""
    if not path.is_file():
        return {}, []
    if size > _LARGEST:
        return {}, ["too large for a config (over 1 MB); the run is shown without it"]
    troubles: List[str] = []
    try:
        text = texts.read(path, lambda path, what: troubles.append(what))
        found = json.loads(text) if path.suffix == ".json" else config_yaml.load(text, _OF_PYYAML in text)
    except OSError as error:
        return {}, [f"{error.strerror}; the run is shown without it"]
    except Exception as error:  # whatever a parser makes of foreign bytes: the run is shown
        return {}, [f"no config ({str(error)[:80]}); the run is shown without it"]
    return _pairs(found), troubles


def _pairs(found: Any) -> Dict[str, Any]:
    """The mapping, also where it is a list of pairs in a list, as an OrderedDict in YAML is."""
    if isinstance(found, list) and len(found) == 1 and isinstance(found[0], list):
        found = found[0]
    if isinstance(found, list) and found and all(isinstance(pair, list) and len(pair) == 2 for pair in found):
        found = {str(name): value for name, value in found}
    return found if isinstance(found, dict) else {}
