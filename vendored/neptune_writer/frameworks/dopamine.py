"""Dopamine: the summaries of an iteration, and, since it has a dispatcher of statistics, these in place of them.

The dispatcher is told the agent's losses, too, which count training steps and not iterations.
"""
import ast
import re
import sys

from .. import messages, values
from ..idioms import tables
from ..idioms.tables import connect
from ..recording.registry import Registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, Mapping, Optional

__all__ = ["connect", "describe", "summaries", "write"]

_PHASES = {"train": "Train", "eval": "Eval"}
_BINDING = re.compile(r"^([\w./%@]+)\s*=\s*(.*(?:\n[ \t]+.*)*)", re.MULTILINE)
_folders = Registry()  # dispatcher -> _Folder


def describe(owner: object, folder: "Any") -> None:
    """The dispatcher was made for that folder."""
    (_folders.get(owner) or _folders.add_once(owner, _Folder())).path = folder


def summaries(owner: "Any", given: "Mapping[str, Any]") -> None:
    """A runner is about to summarise an iteration.

    Args:
        given: all arguments of the method by name.
    """
    if hasattr(owner, "_collector_dispatcher") or not tables.is_configured():
        return
    with messages.one_line_on_failure("a row was not recorded"):
        row = {_tag(name): value for name, value in given.items()
               if name != "iteration" and values.number(value) is not None}
        _write(owner, row, given["iteration"], owner._base_dir, None)


def write(owner: object, statistics: "Iterable[Any]", collectors: "Any") -> None:
    """Statistics are about to be told.

    Args:
        statistics: objects with ``name``, ``value`` and ``step``.
        collectors: the names of those that are told, which only an agent chooses.
    """
    if not tables.is_configured():
        return
    with messages.one_line_on_failure("a row was not recorded"):
        rows: "Dict[Any, Dict[str, Any]]" = {}
        folder = _folders.get(owner)
        for one in statistics:
            rows.setdefault(one.step, {})[one.name] = one.value
        for step, row in rows.items():
            _write(owner, row, step, folder and folder.path, "training_steps" if collectors else None)


def _tag(name: str) -> str:
    """What the framework calls an argument in TensorBoard: ``Eval/AverageReturns`` of ``average_reward_eval``."""
    words = name.split("_")
    phase = _PHASES.get(words[-1])
    words = ["returns" if word == "reward" else word for word in (words[:-1] if phase else words)]
    return "%s/%s" % (phase or "Train", "".join(word[:1].upper() + word[1:] for word in words))


def _write(owner: object, row: "Mapping[str, Any]", step: "Any", folder: "Any", clock: "Optional[str]") -> None:
    config = _config()
    found = [value[name] for name in ("agent_name", "game_name", "environment_name") for value in config.values()
             if isinstance(value, dict) and isinstance(value.get(name), str)]
    tables.describe(owner, config, "_".join(found) or None)
    tables.write_row(owner, row, step, folder, clock)


def _config() -> "Dict[str, Dict[str, Any]]":
    """Gin's bindings, as ``{"Runner": {"training_steps": 250000}}``; empty without gin."""
    gin: "Any" = sys.modules.get("gin")
    config: "Dict[str, Dict[str, Any]]" = {}
    for name, text in _BINDING.findall(gin.config_str()) if hasattr(gin, "config_str") else ():
        try:
            value = ast.literal_eval(text.replace("\\\n", "").strip())
        except (SyntaxError, ValueError):
            value = text.strip()  # a reference, as @name
        scope, _, parameter = name.rpartition(".")
        config.setdefault(scope or "macros", {})[parameter] = value
    return config


class _Folder:
    """That of a dispatcher."""

    path: "Any" = None

    def close(self) -> None:
        """The dispatcher is gone."""
