"""Loggers that are given one number a call: PyMARL, and all that came of it.

The numbers of one step are one row. It is written when the next step begins, when a number of it comes a second time,
when the framework prints its statistics, and when the process ends: also by `os._exit`, as PyMARL's does. One that is
killed loses the numbers of its last step.
"""
import os

from .. import ending, messages
from ..recording.cleaning import fields_of
from ..recording.registry import Registry
from . import tables
from .tables import connect

__all__ = ["connect", "describe", "flush", "keep"]

_kept = Registry()  # logger -> _Kept
_TASKS = ("map_name", "key", "scenario", "scenario_name", "env_name")  # what names the task among `env_args`


def keep(owner, name, value, step, folder=None):
    """The logger was given a number.

    Args:
        owner: the logger.
        name: the metric's.
        value: a number, or a tensor or an array of one.
        step: where it stands.
        folder: that of the training, where the caller knows it.
    """
    if not tables.is_configured():
        return
    with messages.one_line_on_failure("a number was not recorded"):
        kept = _kept.get(owner) or _kept.add_once(owner, _Kept())
        if kept.process != os.getpid():
            return  # in a forked worker, which has what its parent kept
        if kept.row and (name in kept.row or step != kept.step):
            kept.write(owner)
        kept.row[name], kept.step, kept.folder = value, step, folder or kept.folder
        kept.flush_at_exit(owner)


def flush(owner):
    """The numbers of this step are complete."""
    kept = _kept.get(owner)
    if kept is not None and kept.process == os.getpid():
        with messages.one_line_on_failure("a row was not recorded"):
            kept.write(owner)


def describe(owner, run):
    """The logger got sacred's run, which knows the config and the folder.

    Args:
        run: sacred's ``Run``.
    """
    with messages.one_line_on_failure("the config was not read"):
        config = fields_of(getattr(run, "config", None)) or {}
        tables.describe(owner, config, _name(config))
        folders = [getattr(observer, "dir", None) for observer in getattr(run, "observers", ())]
        kept = _kept.get(owner) or _kept.add_once(owner, _Kept())
        kept.folder = next((folder for folder in folders if isinstance(folder, str)), None)


def _name(config):
    """The algorithm and the task, as ``qmix_3m``; None where the config says neither."""
    task = fields_of(config.get("env_args")) or {}
    parts = [config.get("name"), next((task[name] for name in _TASKS if task.get(name)), config.get("env"))]
    return "_".join(str(part) for part in parts if part) or None


class _Kept:
    """The numbers of the step that a logger is at."""

    def __init__(self):
        self.row, self.step, self.folder = {}, None, None
        self.process = os.getpid()
        self._flush = None

    def write(self, owner):
        """Write them."""
        row, self.row = self.row, {}
        if row:
            tables.write_row(owner, row, self.step, self.folder)

    def flush_at_exit(self, owner):
        """Have them written at exit; the logger lives until then, since its run does."""
        if self._flush is None:
            self._flush = lambda: self.write(owner)
            ending.end_at_os_exit()
            ending.flush_at_exit(self._flush)

    def close(self):
        """The logger is gone."""
