"""What a batch of rows is to a tracker: one series a metric, whose steps rise."""
import collections

Points = collections.namedtuple("Points", "values steps times")
"""One metric's points in a batch: three lists of one length; floats, steps, Unix seconds."""


class Series:
    """Turns rows into points, carrying x on where the step starts again.

    A tracker wants rising steps. Where the step falls, x goes on from the last one: 512, 1024, 512, 1024 becomes
    512, 1024, 1536, 2048. A metric that comes again at the same step, which begins a segment too, is put one further.
    """

    def __init__(self, state=None):
        state = state or {}
        self._segment = state.get("segment", 0)
        self._step = state.get("step")
        self._base = state.get("base", 0)
        self._last = state.get("last")

    def state(self):
        """What `__init__` goes on from, as JSON."""
        return {"segment": self._segment, "step": self._step, "base": self._base, "last": self._last}

    def points(self, rows):
        """Records of rows -> {metric: Points}, in order of appearance; non-finite values stay in the journal."""
        series = collections.OrderedDict()
        for row in rows:
            x = self._x(row["step"], row.get("segment", 0))
            for name, value in row["values"].items():
                if isinstance(value, str):
                    continue
                if name not in series:
                    series[name] = Points([], [], [])
                points = series[name]
                points.values.append(value)
                points.steps.append(x)
                points.times.append(row["t"])
        return series

    def _x(self, step, segment):
        if self._last is None:
            x = step
        elif (step, segment) == (self._step, self._segment):
            x = self._last
        else:
            if step < self._step:
                self._base = max(self._last, self._last + 1 - step)
            x = self._base + step
            if x <= self._last:
                x = self._last + 1
        self._step, self._segment, self._last = step, segment, x
        return x
