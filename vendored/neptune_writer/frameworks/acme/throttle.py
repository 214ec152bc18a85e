"""Which rows are emitted: every one that holds numbers of the host, and now and then one that holds a device's.

A learner writes a row of tensors with each SGD step, 300 a second are common; to learn such a number waits for the
device. Loops and evaluations write a row of numbers an episode.
"""
import os
import time

from ... import messages

VARIABLE = "NEPTUNE_ACME_TIME_DELTA"


class Throttle:
    """Lets rows through.

    Args:
        time_delta: seconds from one row of device tensors to the next; 0 for every row.
    """

    def __init__(self, time_delta):
        self._time_delta = time_delta
        self._last = None

    def takes(self, row):
        """Whether this row is emitted. Nothing in it is converted to find out."""
        if self._time_delta <= 0 or not any(map(is_of_device, row.values())):
            return True
        now = time.monotonic()
        if self._last is not None and now - self._last < self._time_delta:
            return False
        self._last = now
        return True


def is_of_device(value):
    """Whether it is a tensor of TensorFlow or torch, or an array of jax, that may have to be waited for."""
    kind = type(value)
    return hasattr(kind, "numpy") or kind.__module__.partition(".")[0] in ("jax", "jaxlib")


def wanted(time_delta):
    """``time_delta``, seconds, or what the variable NEPTUNE_ACME_TIME_DELTA says in its place."""
    text = os.environ.get(VARIABLE)
    if not text:
        return time_delta
    try:
        return float(text)
    except ValueError:
        messages.warn("%s: expected seconds, found %r; it is %g" % (VARIABLE, text, time_delta), once=VARIABLE)
        return time_delta
