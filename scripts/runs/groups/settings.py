"""What a run's config says: its settings, without its seed and what says where or when; and each of these by itself."""
from __future__ import annotations

import functools
import re
from typing import (Any, Dict, Iterable, Mapping, NamedTuple, Optional,
                    Sequence, Tuple)

from neptune_writer.recording import group as groups

from scripts.runs.groups import names_in_paths as names

_ENVIRONMENTS = ("env_id", "env_name", "env", "environment", "environment_name", "environment_id", "task", "task_name",
                 "task_id", "game", "gym_id")
_ABOVE, _BELOW = ("env", "environment", "env_cfg", "task"), ("id", "name")  # as in env/name
_ALGORITHMS = ("algo", "algorithm", "alg", "algo_name", "algorithm_name", "alg_name")
Rank = Tuple[int, int, int]
_SEED = re.compile(r"(.*_)?seeds?", re.IGNORECASE)


class Settings(NamedTuple):
    """What a config says.

    Attributes:
        alike: path -> value, as text, of all that runs of one group have alike.
        is_known: whether it says more than in which environment: a monitor's header says that alone.
        seed: of several the shortest path's.
        environment, algorithm: what was trained in and with; None where it does not say.
    """

    alike: Dict[str, str]
    is_known: bool
    seed: Optional[str]
    environment: Optional[str]
    algorithm: Optional[str]


class _Path(NamedTuple):
    """What the path of an entry tells, whatever its value; of ranks the least is the best, None is no such entry's."""

    is_alike: bool
    is_environment: bool
    seed: Optional[Rank]
    environment: Optional[Rank]
    algorithm: Optional[Rank]


def read(config: Mapping[str, Any]) -> Settings:
    """What a config says.

    Args:
        config: path, joined by ``/`` -> number, bool or text.
    """
    about = [(_path(path), path, value) for path, value in config.items()]
    own = _best((one.seed, value) for one, _, value in about if value not in (None, "null", "")
                and not isinstance(value, bool))
    seed = None if own is None else _plain(own)
    alike = {path: _text(value, seed) for one, path, value in about if one.is_alike}
    texts = [(one, value) for one, _, value in about if isinstance(value, str) and value not in ("", "null")
             and not value.startswith("<")]
    return Settings(alike, any(one.is_alike and not one.is_environment for one, _, _ in about), seed,
                    _best((one.environment, value) for one, value in texts),
                    _best((one.algorithm, value) for one, value in texts))


def is_head(path: str) -> bool:
    """Whether this entry says the environment or the algorithm."""
    return _last(path) in _ENVIRONMENTS + _ALGORITHMS


def _best(found: Iterable[Tuple[Optional[Rank], Any]]) -> Any:
    ranked = [(rank, value) for rank, value in found if rank is not None]
    return min(ranked, key=lambda one: one[0])[1] if ranked else None


@functools.lru_cache(maxsize=65536)
def _path(path: str) -> _Path:
    last, parts = _last(path), path.split("/")
    environment = _rank(_ENVIRONMENTS, last, parts)
    if environment is None and len(parts) > 1 and parts[-2] in _ABOVE and last in _BELOW:
        environment = (len(_ENVIRONMENTS), len(parts), 0)
    seed = (int(last != "seed"), len(parts), len(path)) if _SEED.fullmatch(last) else None
    return _Path(all(map(groups.is_of_group, parts)), last in _ENVIRONMENTS, seed, environment,
                 _rank(_ALGORITHMS, last, parts))


def _rank(wanted: Sequence[str], last: str, parts: Sequence[str]) -> Optional[Rank]:
    return (wanted.index(last), len(parts), 0) if last in wanted else None


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
