"""The one warning of processes that are forked from a training and go on with its run."""
import mmap
import os

from .. import messages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional, Union

_warned: "Optional[Union[mmap.mmap, bytearray]]" = None
"""One byte that this process shares with its forks: whether one of them has warned."""


def prepare() -> None:
    """A run begins in this process: from now on its forks share the flag."""
    global _warned
    if _warned is None:
        try:
            _warned = mmap.mmap(-1, 1)
        except (OSError, ValueError):
            _warned = bytearray(1)  # not shared: each fork warns


def warn(path: "Optional[str]", process: int) -> None:
    """Warn, in the first fork that gets here, that a forked process's rows are not recorded.

    It logs to the run of the process it was forked from, as with a model that it inherited: a journal has one writer.

    Args:
        path: the run's journal; None where there is none yet.
        process: the id of the process whose run it is.
    """
    if _warned is not None and not _warned[0]:
        _warned[0] = 1
        messages.warn("%s: rows of process %d are not recorded, because the run is that of process %d, which it was "
                      "forked from; to record them, make a new logger in it" % (path or "a run", os.getpid(), process))
