"""A filter that adds running averages."""
import math
import re

from ... import values
from .base import Logger, close

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Mapping, Tuple

_WARM_UP = 0.1  # of the coefficient, with each value: a tenth nearer to the one that is wanted


class SmoothingFilter(Logger):
    """Forwards each row, and adds a running average of each matching number, under ``<key>_smoothed_<coeff>``.

    ``average <- c * average + (1 - c) * value``, where the coefficient ``c`` begins at 0, so that the first average is
    the first value, and ``c <- 0.9 * c + 0.1 * smoothing_coeff`` after each. What is no finite number goes on as it
    is, and into no average.

    Put it before any filter that drops rows by the clock, behind which it would smooth what happened to come through.

    Args:
        to: the logger that rows go on to.
        smoothing_regex: searched for in keys.
        smoothing_coeff: how strong, from 0 (not at all) to 1.
    """

    def __init__(self, to: "Any", smoothing_regex: str, smoothing_coeff: float = 0.99) -> None:
        self._to = to
        self._regex = re.compile(smoothing_regex)
        self._coeff = smoothing_coeff
        self._averages: Dict[str, Tuple[float, float]] = {}  # key -> (average, coefficient of the next value)

    def write(self, data: "Mapping[str, Any]") -> None:
        """Write one row; ``data`` is left as it is."""
        row = dict(data)
        for key, value in data.items():
            if self._regex.search(str(key)):
                number = values.number(value)
                if number is not None and math.isfinite(number):
                    row["%s_smoothed_%s" % (key, self._coeff)] = self._next(key, float(number))
        self._to.write(row)

    def close(self) -> None:
        """Close the logger behind."""
        close(self._to)

    def _next(self, key: str, value: float) -> float:
        average, coeff = self._averages.get(key, (value, 0.0))
        average = coeff * average + (1.0 - coeff) * value
        self._averages[key] = average, (1.0 - _WARM_UP) * coeff + _WARM_UP * self._coeff
        return average
