"""Tianshou's logger for TensorBoard: rows of train, test, update and info, each in a count of its own.

What `env_step` counts is the run's; gradient steps and epochs are clocks beside it. Its loggers know of no config: that
of the script counts, or of the factory that makes the logger; where there is none, what the trainer was made of.
"""
import inspect
import sys

from .. import messages
from ..idioms import callers, tables
from ..idioms.tables import connect
from ..recording.registry import Registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Dict, Mapping, Optional

__all__ = ["connect", "describe", "write"]

_PRINTED = "experiment"  # what a factory is told besides: all of an experiment as one text, its seed in it
_configs = Registry()  # logger -> _Config


def describe(owner: object) -> None:
    """A logger is about to be made, by a script or by a factory."""
    if tables.is_configured():
        _config_of(owner, sys._getframe(1).f_back)


def write(owner: "Any", step_type: str, step: "Any", data: "Mapping[str, Any]") -> None:
    """A row is about to be written.

    Args:
        owner: the logger, whose ``writer`` has a ``log_dir``.
        step_type: what the row is of and what its step counts, as ``update/gradient_step``.
        step: where it stands.
        data: metric name -> value; since 1.1 the names lack what the row is of, and it writes the step, too.
    """
    if not tables.is_configured():
        return
    with messages.one_line_on_failure("a row was not recorded"):
        scope, _, counted = step_type.rpartition("/")
        row = {name: value for name, value in data.items()
               if getattr(value, "shape", ()) in ((), (1,)) and not hasattr(value, "savefig")}
        if hasattr(owner, "exclude_arrays"):
            row = {"%s/%s" % (scope, name): value for name, value in row.items()}
            row[step_type] = step
        folder = getattr(owner.writer, "log_dir", None) or getattr(owner.writer, "logdir", None)
        name = "_".join(tables.names_of(tables.place_of(folder), 2)) or None
        tables.describe(owner, _config_of(owner, sys._getframe(1).f_back, is_last=True), name)
        tables.write_row(owner, row, step, folder, None if counted == "env_step" else counted)


def _config_of(owner: object, frame: "Optional[FrameType]", is_last: bool = False) -> "Optional[Dict[str, Any]]":
    """What is known of the logger's config; looked for until it is found, or has to be there."""
    known: "_Config" = _configs.get(owner) or _configs.add_once(owner, _Config())
    if not (known.entries or known.is_settled):
        known.is_settled = is_last  # first: what raises is not asked again at each row
        with messages.one_line_on_failure("the config was not read"):
            found = callers.config(frame)
            found = {name: value for name, value in found.items() if name != _PRINTED or not isinstance(value, str)}
            known.entries = found or (_of_trainer(frame) if is_last else None)
    return known.entries


def _of_trainer(frame: "Optional[FrameType]") -> "Dict[str, Any]":
    """The numbers and texts that the trainer was made of, its algorithm, and its environment where that is at hand."""
    trainer = callers.trainer(frame, "run", "test_collector") or callers.trainer(frame, "run", "params", "algorithm")
    if trainer is None:
        return {}
    given = getattr(trainer, "params", trainer)  # since 2.0
    parameters = {name for cls in type(given).__mro__[:-1]
                  for name in inspect.signature(cls.__init__).parameters}  # type: ignore[misc]
    config = {name: value for name, value in vars(given).items()
              if name in parameters and type(value) in (bool, int, float, str)}
    algorithm = getattr(trainer, "algorithm", None) or getattr(trainer, "policy", None)
    config["algorithm"] = type(algorithm).__name__
    for name in ("train_collector", "training_collector", "test_collector"):
        workers = getattr(getattr(getattr(given, name, None), "env", None), "workers", None) or [None]
        task = getattr(getattr(getattr(workers[0], "env", None), "spec", None), "id", None)  # none in another process
        if isinstance(task, str):
            return dict(config, env=task)
    return config


class _Config:
    """That of one logger."""

    entries: "Optional[Dict[str, Any]]" = None
    is_settled = False

    def close(self) -> None:
        """The logger is gone."""
