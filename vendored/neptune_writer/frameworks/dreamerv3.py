"""Dreamer's own logger, as embodied and elements have it: outputs that are told triples of step, name and value.

We are one more output, the first. Numbers are recorded; vectors, images, videos and texts are left to the others.
"""
import os
import weakref

from .. import messages
from ..idioms import tables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, Optional, Tuple

__all__ = ["connect", "follow"]


def connect(owner: "Any", experiment: "Any") -> None:
    """See `tables.connect`; from here on the logger's rows are followed."""
    tables.connect(owner, experiment)
    follow(owner)


def follow(owner: "Any") -> None:
    """The logger was made: be one of its outputs, where rows go anywhere.

    Args:
        owner: the logger, whose ``outputs``, or ``_outputs``, are a list or a tuple.
    """
    if not tables.is_configured():
        return
    with messages.one_line_on_failure("the logger is not followed"):
        name = "outputs" if hasattr(owner, "outputs") else "_outputs"
        outputs = list(getattr(owner, name))
        if not any(isinstance(output, _Output) for output in outputs):
            setattr(owner, name, [_Output(owner, _folder(outputs))] + outputs)


class _Output:
    """What the logger tells of its metrics."""

    def __init__(self, owner: "Any", folder: "Optional[str]") -> None:
        self._owner = weakref.ref(owner)
        self._folder = folder
        self._is_described = False

    def __call__(self, summaries: "Iterable[Tuple[Any, str, Any]]") -> None:
        with messages.one_line_on_failure("a row was not recorded"):
            owner = self._owner()
            rows: "Dict[Any, Dict[str, Any]]" = {}
            for step, name, value in summaries:
                if isinstance(value, str) or getattr(value, "shape", ()) != ():
                    messages.warn("%s: skipped, as are all images, videos, vectors and texts" % name, once="embodied")
                else:
                    rows.setdefault(step, {})[name] = value
            for step, row in rows.items() if owner is not None else ():
                self._describe(owner)
                tables.write_row(owner, row, step, self._folder)

    def __reduce__(self) -> "Tuple[Any, ...]":
        return _Nothing, ()  # a copy of the logger in another process has its own

    def _describe(self, owner: object) -> None:
        if not self._is_described:
            self._is_described = True
            task = tables.read_config(tables.place_of(self._folder)).get("task")
            tables.describe(owner, None, task if isinstance(task, str) else None)


class _Nothing:
    """Stands for an output that is not in this process."""

    def __call__(self, summaries: "Iterable[Tuple[Any, str, Any]]") -> None:
        """Write nothing."""


def _folder(outputs: "Iterable[object]") -> "Optional[str]":
    """That of the first output that writes files on a disk; None where there is none."""
    for output in outputs:
        folder = str(getattr(output, "_logdir", "") or os.path.dirname(str(getattr(output, "_filename", ""))))
        if folder and "://" not in folder:
            return folder
    return None
