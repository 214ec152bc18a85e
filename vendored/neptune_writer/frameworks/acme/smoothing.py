"""A filter that adds running averages."""
import math
import re

from ... import values
from .base import Logger, close

_WARM_UP = 0.1  # of the coefficient, with each value: a tenth nearer to the one that is wanted


class SmoothingFilter(Logger):
    """Forwards each row, with a running average beside each matching number, under ``<key>_smoothed_<coeff>``.

    ``average <- c * average + (1 - c) * value``, where the coefficient ``c`` begins at 0, so that the first average is
    the first value, and ``c <- 0.9 * c + 0.1 * smoothing_coeff`` after each. What is no finite number goes on as it
    is, and into no average.

    Put it before any filter that drops rows by the clock, behind which it would smooth what happened to come through.

    Args:
        to: the logger that rows go on to.
        smoothing_regex: searched for in keys.
        smoothing_coeff: how strong, from 0 (not at all) to 1.
    """

    def __init__(self, to, smoothing_regex, smoothing_coeff=0.99):
        self._to = to
        self._regex = re.compile(smoothing_regex)
        self._coeff = smoothing_coeff
        self._averages = {}  # key -> (average, coefficient of the next value)

    def write(self, data):
        """Write one row; ``data`` is left as it is."""
        row = dict(data)
        for key, value in data.items():
            if self._regex.search(str(key)):
                number = values.number(value)
                if number is not None and math.isfinite(number):
                    row["%s_smoothed_%s" % (key, self._coeff)] = self._next(key, float(number))
        self._to.write(row)

    def close(self):
        """Close the logger behind."""
        close(self._to)

    def _next(self, key, value):
        average, coeff = self._averages.get(key, (value, 0.0))
        average = coeff * average + (1.0 - coeff) * value
        self._averages[key] = average, (1.0 - _WARM_UP) * coeff + _WARM_UP * self._coeff
        return average
