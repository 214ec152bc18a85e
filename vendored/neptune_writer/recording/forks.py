"""What the forks of a training are told: the run is not theirs."""
import mmap
import os

from .. import messages

_said = None  # one byte that this process and its forks share: whether one of them has said so


def remember():
    """A run begins in this process."""
    global _said
    if _said is None:
        try:
            _said = mmap.mmap(-1, 1)
        except (OSError, ValueError):
            _said = bytearray(1)  # then each of them says so


def say_not_recorded(path, process):
    """A fork goes on with the run of the process it was forked from, as with a model that it inherited: its rows would
    be a second writer's. Said once, in whichever fork is first.

    Args:
        path: the run's journal; None where there is none yet.
        process: whose run it is.
    """
    if _said is not None and not _said[0]:
        _said[0] = 1
        messages.warn("%s: rows of process %d are not recorded, because the run is that of process %d, which it was "
                      "forked from; to record them, make a new logger in it" % (path or "a run", os.getpid(), process))
