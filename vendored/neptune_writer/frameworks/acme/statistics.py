"""The statistics of some numbers, as numpy has them: NaN is in all of them where it is among the numbers."""
import collections
import math


def of(numbers):
    """Name -> value of ``mean std median max min``; the standard deviation is that of a population (ddof=0).

    Args:
        numbers: floats, at least one.
    """
    found = collections.OrderedDict()
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


def _mean(numbers):
    """Exact but for the last digit, also where the sum is beyond every float; NaN for one infinity against another."""
    try:
        return math.fsum(number / len(numbers) for number in numbers) if _is_large(numbers) \
            else math.fsum(numbers) / len(numbers)
    except (OverflowError, ValueError):  # a sum of both infinities
        return math.nan


def _root_mean_square(numbers):
    scale = max(map(abs, numbers))
    if scale == 0.0:
        return 0.0
    if not scale < math.inf:
        return math.nan  # infinity, less itself
    return scale * math.sqrt(math.fsum((number / scale) ** 2 for number in numbers) / len(numbers))


def _is_large(numbers):
    return max(map(abs, numbers)) > 1e300
