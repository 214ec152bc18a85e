"""For a tracker whose series must rise: the second of two points at one x a little further, and none that falls."""

FRACTION = 1e-6  # the least distance that clients of Neptune tell apart
_RELATIVE = 2.0 ** -51  # of floats, two of the last digits


class Rising:
    """What such a tracker gets.

    Args:
        state: see `state`.
        fraction: by how much a point is moved that would stand where another of its metric does; None where the tracker
            takes whole steps only: there it is left out.
        falls: whether points that fall are written as they are, since only two at one x are too many.

    Attributes:
        left_out: metric -> how many points the tracker did not get, since it was beyond their x, or there.
    """

    def __init__(self, state=None, fraction=FRACTION, falls=False):
        self._fraction, self.falls = fraction, falls
        self._at = {metric: (x, moved) for x, moved, metrics in state or () for metric in metrics}
        self.left_out = {}

    def state(self):
        """What `__init__` goes on from, as JSON."""
        found = {}
        for metric, at in self._at.items():
            found.setdefault(at, []).append(metric)
        return [[x, moved, metrics] for (x, moved), metrics in found.items()]

    def seed(self, tops):
        """The tracker has points up to there: metric -> x."""
        for metric, x in tops.items():
            self._at.setdefault(metric, (x, x))

    def rows(self, placed, is_new=False):
        """A placed row -> the rows to be written in its place: mostly the very same.

        ``is_new``: what it supersedes, as the run went on from a checkpoint with it, the tracker has got before.
        """
        found = {}
        for metric, value in placed.values.items():
            x, moved = self._at.get(metric, (None, None))
            if x is None or placed.x > moved or self.falls and placed.x < x:
                moved = placed.x
            elif placed.x < x or is_new and placed.cut or self._fraction is None:
                self.left_out[metric] = self.left_out.get(metric, 0) + 1
                continue
            else:
                moved += max(self._fraction, abs(moved) * _RELATIVE)
            self._at[metric] = placed.x, moved
            found.setdefault(moved, {})[metric] = value
        if len(found) == 1 and placed.x in found and len(found[placed.x]) == len(placed.values):
            return [placed]
        return [placed._replace(x=x, values=values, key=placed.key + "/%d" % part if part else placed.key)
                for part, (x, values) in enumerate(sorted(found.items()))]
