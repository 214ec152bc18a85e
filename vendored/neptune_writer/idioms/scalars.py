"""Loggers that are given one number a call: PyMARL, and all that came of it.

Each number is recorded at once, as a point of its own: whatever way the process ends, and PyMARL leaves by `os._exit`,
the journal has what the logger was given.
"""
from .. import messages
from ..recording.cleaning import fields_of
from . import tables
from .tables import connect

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping, Optional

__all__ = ["connect", "describe", "write"]

_TASKS = ("map_name", "key", "scenario", "scenario_name", "env_name")  # what names the task among `env_args`


def write(owner: object, name: object, value: object, step: object, folder: "Any" = None) -> None:
    """The logger was given a number.

    Args:
        owner: the logger.
        name: the metric's.
        value: a number, or a tensor or an array of one.
        step: where it stands; None for what the metrics tell.
        folder: that of the training, where the caller knows it.
    """
    if not tables.is_configured():
        return
    with messages.one_line_on_failure("a number was not recorded"):
        tables.write_scalar(owner, name, value, step, folder)


def describe(owner: object, run: "Any") -> None:
    """The logger got sacred's run, which knows the config and the folder.

    Args:
        run: sacred's ``Run``.
    """
    with messages.one_line_on_failure("the config was not read"):
        config = fields_of(getattr(run, "config", None)) or {}
        folders = [getattr(observer, "dir", None) for observer in getattr(run, "observers", ())]
        tables.describe(owner, config, _name(config),
                        next((folder for folder in folders if isinstance(folder, str)), None))


def _name(config: "Mapping[Any, Any]") -> "Optional[str]":
    """The algorithm and the task, as ``qmix_3m``; None where the config says neither."""
    task = fields_of(config.get("env_args")) or {}
    parts = [config.get("name"), next((task[name] for name in _TASKS if task.get(name)), config.get("env"))]
    return "_".join(str(part) for part in parts if part) or None
