"""A filter that makes one row of many."""
import copy
import os
import re

from ... import ending, values
from .base import Logger, close
from .statistics import of

_COUNTERS = re.compile(r"(.*_)?(steps|episodes)$")  # where the row stands, which its statistics do not say
_FIXED = (bool, int, float, complex, str, bytes, type(None))  # types that nobody can change behind our back


class AggregateFilter(Logger):
    """Keeps rows until `dump`, which forwards one: the mean, standard deviation, median, maximum and minimum of each
    matching key's numbers, and the last value of every other key. Rows may have different keys.

    What nobody dumped is dumped by `close`, when any live experiment is stopped, or at the exit of the process. Until
    then it is in memory alone.

    Args:
        to: the logger that rows go on to. No filter that drops rows by the clock: two evaluations may be closer.
        aggregate_regex: searched for in keys.
    """

    def __init__(self, to, aggregate_regex):
        self._to = to
        self._regex = re.compile(aggregate_regex)
        self._process = os.getpid()
        self._numbers = {}  # key -> list of float
        self._last = {}  # key -> value

    def write(self, data):
        """Keep one row; nothing of the caller's is referred to."""
        self._forget_rows_of_a_parent()
        ending.flush_at_exit(self.dump)
        for key, value in data.items():
            number = values.number(value) if self._regex.search(str(key)) else None
            if number is not None:
                self._numbers.setdefault(key, []).append(float(number))
            if value is not None and (number is None or _COUNTERS.search(str(key))):
                self._last[key] = _own(value)

    def dump(self):
        """Forward one row for those that were kept; nothing where there were none."""
        self._forget_rows_of_a_parent()
        ending.forget_flush(self.dump)
        numbers, self._numbers = self._numbers, {}  # first: what cannot be forwarded is not to come again
        row, self._last = self._last, {}
        for key, found in numbers.items():
            row.update(("%s_%s" % (key, name), value) for name, value in of(found).items())
        if row:
            self._to.write(row)

    def _forget_rows_of_a_parent(self):
        if self._process != os.getpid():  # forked: they are its own to dump
            self._process, self._numbers, self._last = os.getpid(), {}, {}

    def close(self):
        """Dump, and close the logger behind."""
        try:
            self.dump()
        finally:
            close(self._to)


def _own(value):
    """A value that the caller cannot change any more: it may reuse its arrays."""
    if isinstance(value, _FIXED) or type(value).__name__ == "EagerTensor":  # TensorFlow's, which is fixed, too
        return value
    try:
        return copy.deepcopy(value)
    except Exception:
        return value
