"""Which rows are emitted: every one that holds numbers of the host, and now and then one that holds a device's.

A learner writes a row of tensors with each SGD step, 300 a second are common; to learn such a number waits for the
device. Those of some agents (R2D2, IMPALA in jax) have fetched them already: numpy arrays in a learner's row are a
device's, too. Loops and evaluations write a row of numbers an episode.
"""
import os
import time

from ... import messages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional

VARIABLE = "NEPTUNE_ACME_TIME_DELTA"


class Throttle:
    """Lets rows through.

    Args:
        time_delta: seconds from one row of device tensors to the next; 0 or None for every row.
        is_learner: whether rows are a learner's.
    """

    def __init__(self, time_delta: "Optional[float]", is_learner: bool = False) -> None:
        self._time_delta = time_delta or 0.0
        self._is_of_device = is_fetched_or_of_device if is_learner else is_of_device
        self._last: Optional[float] = None

    def takes(self, row: "Dict[str, Any]") -> bool:
        """Whether this row is emitted. Nothing in it is converted to find out."""
        if self._time_delta <= 0 or not any(map(self._is_of_device, row.values())):
            return True
        now = time.monotonic()
        if self._last is not None and now - self._last < self._time_delta:
            return False
        self._last = now
        return True


def is_of_device(value: "Any") -> bool:
    """Whether it is a tensor of TensorFlow or torch, or an array of jax, that may have to be waited for."""
    kind = type(value)
    return hasattr(kind, "numpy") or kind.__module__.partition(".")[0] in ("jax", "jaxlib")


def is_fetched_or_of_device(value: "Any") -> bool:
    """Whether it is, or was until now; numpy's scalars and Python's numbers were not."""
    return is_of_device(value) or type(value).__name__ == "ndarray"


def wanted(time_delta: float) -> float:
    """``time_delta``, seconds, or what the variable NEPTUNE_ACME_TIME_DELTA says in its place."""
    text = os.environ.get(VARIABLE)
    if not text:
        return time_delta
    try:
        return float(text)
    except ValueError:
        messages.warn("%s=%s is not a number of seconds; using %s" % (VARIABLE, text, time_delta), once=VARIABLE)
        return time_delta
