"""A filter that makes one row of many."""
import collections
import copy
import math
import os
import re

from ... import ending, values
from .base import Logger, close

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Mapping

_COUNTERS = re.compile(r"(.*_)?(steps|episodes)$")  # where the row stands, which its statistics do not say
_FIXED = (bool, int, float, complex, str, bytes, type(None))  # types that nobody can change afterwards


class AggregateFilter(Logger):
    """Keeps rows until `dump`, which forwards one: the mean, standard deviation, median, maximum and minimum of each
    matching key's numbers, and the last value of every other key. Rows may have different keys.

    What nobody dumped is dumped by `close`, when any live experiment is stopped, or at the exit of the process. Until
    then it is in memory alone.

    Args:
        to: the logger that rows go on to. No filter that drops rows by the clock: two evaluations may be closer.
        aggregate_regex: searched for in keys.
    """

    def __init__(self, to: "Any", aggregate_regex: str) -> None:
        self._to = to
        self._regex = re.compile(aggregate_regex)
        self._process = os.getpid()
        self._numbers: Dict[str, List[float]] = {}  # key -> list of float
        self._last: Dict[str, Any] = {}  # key -> value

    def write(self, data: "Mapping[str, Any]") -> None:
        """Keep one row; nothing of the caller's is referred to."""
        self._forget_rows_of_a_parent()
        ending.flush_at_exit(self.dump)
        for key, value in data.items():
            number = values.number(value) if self._regex.search(str(key)) else None
            if number is not None:
                self._numbers.setdefault(key, []).append(float(number))
            if value is not None and (number is None or _COUNTERS.search(str(key))):
                self._last[key] = _own(value)

    def dump(self) -> None:
        """Forward one row for those that were kept; nothing where there were none."""
        self._forget_rows_of_a_parent()
        ending.forget_flush(self.dump)
        numbers, self._numbers = self._numbers, {}  # first: what cannot be forwarded is not to come again
        row, self._last = self._last, {}
        for key, found in numbers.items():
            row.update(("%s_%s" % (key, name), value) for name, value in statistics(found).items())
        if row:
            self._to.write(row)

    def _forget_rows_of_a_parent(self) -> None:
        if self._process != os.getpid():  # forked: they are its own to dump
            self._process, self._numbers, self._last = os.getpid(), {}, {}

    def close(self) -> None:
        """Dump, and close the logger behind."""
        try:
            self.dump()
        finally:
            close(self._to)


def _own(value: "Any") -> "Any":
    """A value that the caller cannot change any more: it may reuse its arrays."""
    if isinstance(value, _FIXED) or type(value).__name__ == "EagerTensor":  # TensorFlow's, which is fixed, too
        return value
    try:
        return copy.deepcopy(value)
    except Exception:
        return value


def statistics(numbers: "List[float]") -> "Dict[str, float]":
    """Name -> value of ``mean std median max min``, as numpy has them: NaN where one of the numbers is. The standard
    deviation is that of a population (ddof=0).

    Args:
        numbers: floats, at least one.
    """
    found: Dict[str, float] = collections.OrderedDict()
    if any(number != number for number in numbers):
        return collections.OrderedDict.fromkeys(("mean", "std", "median", "max", "min"), math.nan)
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    found["mean"] = mean = _mean(ordered)
    found["std"] = _root_mean_square([number - mean for number in ordered])
    found["median"] = ordered[middle] if len(ordered) % 2 else _mean(ordered[middle - 1:middle + 1])
    found["max"] = ordered[-1]
    found["min"] = ordered[0]
    return found


def _mean(numbers: "List[float]") -> float:
    """Exact but for the last digit, also where the sum is beyond every float; NaN for one infinity against another."""
    try:
        return math.fsum(number / len(numbers) for number in numbers) if _is_large(numbers) \
            else math.fsum(numbers) / len(numbers)
    except (OverflowError, ValueError):  # a sum of both infinities
        return math.nan


def _root_mean_square(numbers: "List[float]") -> float:
    scale = max(map(abs, numbers))
    if scale == 0.0:
        return 0.0
    if not scale < math.inf:
        return math.nan  # infinity, less itself
    return scale * math.sqrt(math.fsum((number / scale) ** 2 for number in numbers) / len(numbers))


def _is_large(numbers: "List[float]") -> bool:
    return max(map(abs, numbers)) > 1e300
