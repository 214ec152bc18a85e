"""What a run's config says: its settings, without its seed and what says where or when; and each of these by itself."""
from __future__ import annotations

import re
from typing import Any, Dict, Mapping, Optional, Sequence

from neptune_writer import config as configs

from scripts.report import names_in_paths as names

_ENVIRONMENTS = ("env_id", "env_name", "env", "environment", "environment_name", "environment_id", "task", "task_name",
                 "task_id", "game", "gym_id")
_OF_AN_ENVIRONMENT = ("id", "name", "env_name", "env_id", "task", "task_name")  # below one of these
_ALGORITHMS = ("algo", "algorithm", "alg", "algo_name", "algorithm_name", "alg_name")
_SEED = re.compile(r"(.*_)?seeds?", re.IGNORECASE)


def of(config: Mapping[str, Any]) -> Dict[str, str]:
    """Path -> value, as text, of all that runs of one group have alike.

    Args:
        config: path, joined by ``/`` -> number, bool or text.
    """
    own = seed(config)
    return {path: _text(value, own) for path, value in config.items()
            if all(configs.is_of_group(part) for part in path.split("/"))}


def is_known(config: Mapping[str, Any]) -> bool:
    """Whether it says more than in which environment: a monitor's header says that alone."""
    return any(_last(path) not in _ENVIRONMENTS for path in of(config))


def is_head(path: str) -> bool:
    """Whether this entry says the environment or the algorithm."""
    return _last(path) in _ENVIRONMENTS + _ALGORITHMS


def seed(config: Mapping[str, Any]) -> Optional[str]:
    """The seed: of several the shortest path's."""
    paths = [path for path, value in config.items()
             if _SEED.fullmatch(_last(path)) and value not in (None, "null", "") and not isinstance(value, bool)]
    paths.sort(key=lambda path: (_last(path) != "seed", path.count("/"), len(path)))
    return _plain(config[paths[0]]) if paths else None


def environment(config: Mapping[str, Any]) -> Optional[str]:
    """What was trained in; None where the config does not say."""
    return _first(config, _ENVIRONMENTS) or next((
        value for path, value in config.items() if isinstance(value, str) and value and "<" not in value
        and path.count("/") and path.split("/")[-2] in ("env", "environment", "env_cfg", "task")
        and _last(path) in _OF_AN_ENVIRONMENT), None)


def algorithm(config: Mapping[str, Any]) -> Optional[str]:
    """What was trained with; None where the config does not say."""
    return _first(config, _ALGORITHMS)


def _first(config: Mapping[str, Any], wanted: Sequence[str]) -> Optional[str]:
    for name in wanted:
        for path in sorted(config, key=lambda path: path.count("/")):
            value = config[path]
            if _last(path) == name and isinstance(value, str) and value not in ("", "null") and value[0] != "<":
                return value
    return None


def _last(path: str) -> str:
    return path.rpartition("/")[2].lower()


def _text(value: Any, own: Optional[str]) -> str:
    """The value as text; of a text, what does not say when, or the run's own seed."""
    if not isinstance(value, str) or not 3 < len(value) < 200:
        return _plain(value)
    found = names.tokens(value)
    kept = tuple(token for token in found if token.kind != names.WHEN and not (
        token.kind == names.SEED and token.value.lstrip("0") == (own or "").lstrip("0")))
    return value if len(kept) in (0, len(found)) else names.joined(kept)


def _plain(value: Any) -> str:
    """1 and 1.0 are one setting."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
