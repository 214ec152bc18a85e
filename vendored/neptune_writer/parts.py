"""The journals that one run is made of, where a training went on with it."""
import math

from . import reading
from .cursor import Cursor


class Part:
    """One journal of a run, and how far one target has it.

    Args:
        others: see `Cursor`.

    Attributes:
        later: the parts that went on with the run; their rows supersede those of this one.
    """

    def __init__(self, path, spec, stopping, others=()):
        self.path = path
        self.header = reading.read_whole_header(path)
        self.cursor = Cursor(path, spec, others)
        self.later = []
        self.stopping = _UntilNext(stopping, self)
        self.forwarder = None
        self.first_steps = reading.FirstSteps(path)

    def below(self, stream):
        """See `Forwarder`."""
        return min([part.first_steps.of(stream) for part in self.later] or [math.inf])


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
