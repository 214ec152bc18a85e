"""For a tracker whose series must rise: the second of two points at one x a little further, and none that falls."""
import math

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Tuple

    from .rows import Placed

_FRACTION = 1e-6  # the least distance that clients of Neptune tell apart
_RELATIVE = 2.0 ** -51  # of floats, two of the last digits
_NOWHERE = -math.inf, -math.inf


class Rising:
    """What such a tracker gets.

    Args:
        state: what `state` returned when rows were sent the last time.

    Attributes:
        falls: whether points that fall are written as they are, since only two at one x are too many.
        left_out: metric -> how many points the tracker did not get, since it was beyond their x, or there.
    """

    def __init__(self, state: "Optional[List[Any]]" = None) -> None:
        self.falls = False
        self._at: Dict[str, Tuple[float, float]] = {
            metric: (x, moved) for x, moved, metrics in state or () for metric in metrics}
        self.left_out: Dict[str, int] = {}

    def state(self) -> "List[Any]":
        """What `__init__` goes on from, as JSON: [x, where it was written, metrics that stand there]."""
        found: Dict[Tuple[float, float], List[str]] = {}
        for metric, at in self._at.items():
            found.setdefault(at, []).append(metric)
        return [[x, moved, metrics] for (x, moved), metrics in found.items()]

    def seed(self, tops: "Dict[str, float]") -> None:
        """The tracker has points up to there: metric -> x."""
        for metric, x in tops.items():
            self._at.setdefault(metric, (x, x))

    def rows(self, placed: "Placed", is_new: bool = False) -> "List[Placed]":
        """A placed row -> the rows to be written in its place: mostly the very same.

        ``is_new``: what it supersedes, as the run went on from a checkpoint with it, the tracker has got before.
        """
        found: Dict[float, Dict[str, Any]] = {}
        for metric, value in placed.values.items():
            x, moved = self._at.get(metric, _NOWHERE)
            if placed.x > moved or self.falls and placed.x < x:
                moved = placed.x
            elif placed.x < x or is_new and placed.cut:
                self.left_out[metric] = self.left_out.get(metric, 0) + 1
                continue
            else:
                moved += max(_FRACTION, abs(moved) * _RELATIVE)
            self._at[metric] = placed.x, moved
            found.setdefault(moved, {})[metric] = value
        if len(found) == 1 and placed.x in found and len(found[placed.x]) == len(placed.values):
            return [placed]
        return [placed._replace(x=x, values=values, key=placed.key + "/%d" % part if part else placed.key)
                for part, (x, values) in enumerate(sorted(found.items()))]
