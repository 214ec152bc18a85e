"""SummaryWriter, torch's and tensorboardX's: scalars that come one by one, each with its own step.

A run is a training, not a writer, see `trainings`. What a framework records that is patched itself, or a subclass sends
by itself, is not recorded twice, see `others`. Nothing is set on a writer.
"""
import sys

from ... import _is_named as is_named
from ... import messages
from ...recording.registry import Registry
from . import told
from .writers import Writer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping

__all__ = ["add_hparams", "add_scalar", "add_scalars", "add_text", "begin", "close"]

_writers = Registry()  # SummaryWriter -> Writer


def begin(owner: object, purge_step: "Any" = None) -> None:
    """A writer was made: in which folder, and from which working directory, counts as of now.

    Args:
        purge_step: from which step on it supersedes what others wrote to that folder, or None.
    """
    if is_named():
        with messages.one_line_on_failure("a SummaryWriter is not recorded"):
            _writer_of(owner, purge_step)


def add_scalar(owner: object, tag: "Any", value: "Any", step: "Any" = None, walltime: "Any" = None) -> None:
    """A scalar was written to the event file.

    Args:
        owner: the SummaryWriter.
        tag: the metric's name.
        value: whatever the writer takes for a number.
        step: where it stands; None where nobody says, then the tag's values are counted.
        walltime: Unix seconds; None for now.
    """
    writer = _writers.get(owner)
    if writer is None and not is_named():
        return
    try:  # where nothing fails it costs nothing, unlike a context manager
        if writer is None:
            writer = _writer_of(owner)
        try:
            frame = sys._getframe(2)
        except ValueError:  # no code of Python calls for it
            frame = sys._getframe(1)
        writer.add(owner, frame, tag, value, step, walltime)
    except Exception as error:
        messages.warn_of("a scalar was not recorded", error)


def add_scalars(owner: object, main_tag: str, scalars: "Mapping[str, Any]", step: "Any" = None,
                walltime: "Any" = None) -> None:
    """Several scalars of one chart were written, to event files of their own: ``main_tag/name`` each."""
    if _writers.get(owner) is None and not is_named():
        return
    with messages.one_line_on_failure("scalars were not recorded"):
        writer, method = _writer_of(owner), sys._getframe(1)
        for name, value in dict(scalars).items():
            writer.add(owner, method.f_back or method, "%s/%s" % (main_tag, name), value, step, walltime)


def add_hparams(owner: object, hparams: "Any") -> None:
    """Hyper-parameters were written; the metrics beside them come through a writer below the folder of ``owner``."""
    _tell(owner, hparams)


def add_text(owner: object, tag: object, text: object) -> None:
    """A text was written: as CleanRL writes them, hyper-parameters are a table."""
    if isinstance(text, str) and type(tag) is str and tag.partition("/")[0].lower() in told.TABLES:
        _tell(owner, text)


def close(owner: object) -> None:
    """The writer was closed; it may be opened again by its next scalar."""
    writer = _writers.get(owner)
    if writer is not None:
        with messages.one_line_on_failure("a SummaryWriter was not closed"):
            writer.close()


def _tell(owner: object, config: "Any") -> None:
    if _writers.get(owner) is not None or is_named():
        with messages.one_line_on_failure("the config was not recorded"):
            method, config = sys._getframe(2), told.table(config) if isinstance(config, str) else dict(config)
            _writer_of(owner).tell(method.f_back or method, config)


def _writer_of(owner: object, purge_step: "Any" = None) -> "Writer":
    found: "Writer" = _writers.get(owner) or _writers.add_once(owner, Writer(owner, purge_step))
    return found
