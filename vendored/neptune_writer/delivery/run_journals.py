"""The journals that one run is made of, where a training went on with it."""
import os
import time

from ..journal import reading
from .cursor import Cursor

_STILL_SECONDS = 60.0


class Part:
    """One journal of a run, and how far one target has it.

    Args:
        cursor: see `cursor.Cursor`.
        stopping: see `stopping`.

    Attributes:
        rows: how many were handed over and confirmed.
        later: the parts that went on with the run; their rows supersede those of this one.
    """

    def __init__(self, path, cursor, stopping):
        self.path = path
        self.header = reading.read_whole_header(path)
        self.cursor = cursor
        self.later = []
        self.rows = 0
        self.stopping = _UntilNext(stopping, self)

    def size(self):
        """Bytes of the journal; 0 where it is gone."""
        try:
            return os.path.getsize(self.path)
        except OSError:
            return 0

    def is_over(self):
        """Whether nothing comes any more: the run has ended, or nobody has written to it for a while."""
        try:
            still = time.time() - os.path.getmtime(self.path)
        except OSError:
            return True
        return self.stopping.is_over or not 0 <= still < _STILL_SECONDS or reading.has_ended(self.path)


def of(path, target, stopping, others=()):
    """The `Part` at a path, for a target; ``others``: see `Cursor`."""
    return Part(path, Cursor(path, target, others), stopping)


class _UntilNext:
    """A `Stopping` for one part: once there is a later part, its present end is the end too."""

    def __init__(self, stopping, part):
        self._stopping = stopping
        self._part = part

    def __getattr__(self, name):
        return getattr(self._stopping, name)

    def is_set(self):
        """See `Stopping`."""
        return bool(self._part.later) or self._stopping.is_set()
