"""What rows are to a tracker: series, a metric each, whose steps rise."""
import collections
import math

from . import values

Row = collections.namedtuple("Row", "step time values key stream")
"""One row for a tracker: x (carried on where steps start again), Unix seconds, name -> number, a text that no
other row has, the same whenever this one is sent again, and which x axis of the run is its own, mostly the only one:
an empty text."""

Points = collections.namedtuple("Points", "values steps times")
"""One metric's points in a batch: three lists of one length; floats, steps, Unix seconds."""


def columns(rows):
    """Rows -> {metric: Points}, in order of appearance."""
    series = collections.OrderedDict()
    for row in rows:
        for name, value in row.values.items():
            if name not in series:
                series[name] = Points([], [], [])
            points = series[name]
            points.values.append(float(value))
            points.steps.append(row.step)
            points.times.append(row.time)
    return series


class Series:
    """Turns records of rows into rows for a tracker, carrying x on where the step starts again.

    A tracker wants rising steps. Where the step falls, or the row says that it begins anew, x goes on from the last
    one: 512, 1024, 512, 1024 becomes 512, 1024, 1536, 2048. A metric that comes again at the same step, which begins a
    segment too, is put one further. Each stream of the run has its own x.
    """

    def __init__(self, state=None):
        state = dict(state or {})
        streams = state.pop("streams", {})
        self._streams = dict({name: _Stream(one) for name, one in streams.items()}, **{"": _Stream(state)})

    def state(self):
        """What `__init__` goes on from, as JSON."""
        streams = {name: stream.state() for name, stream in self._streams.items() if name}
        return dict(self._streams[""].state(), **{"streams": streams} if streams else {})

    def rows(self, records, run, takes_non_finite=False, below=lambda stream: math.inf):
        """Records of rows -> [Row], with no value in them where all were left out.

        Args:
            records: as `reading.Reader` gives them.
            run: the id of the journal, which makes keys unique.
            takes_non_finite: otherwise such values stay in the journal.
            below: stream -> x; rows at it or beyond are left out: another journal holds those of the resumed run.
        """
        rows = []
        for record in records:
            name = record.get("stream", "")
            stream = self._streams.get(name)
            if stream is None:
                stream = self._streams[name] = _Stream({})
            x = stream.x(record["step"], record.get("segment", 0), record.get("restart", False))
            if x >= below(name):
                continue
            plain = {name: values.NOT_FINITE[value] if isinstance(value, str) else value
                     for name, value in record["values"].items()
                     if not isinstance(value, str) or takes_non_finite and value in values.NOT_FINITE}
            rows.append(Row(x, record["t"], plain, "%s-%d" % (run, record["offset"]), name))
        return rows


class _Stream:
    """The x of one stream."""

    def __init__(self, state):
        self._segment = state.get("segment", 0)
        self._step = state.get("step")
        self._base = state.get("base", 0)
        self._last = state.get("last")

    def state(self):
        return {"segment": self._segment, "step": self._step, "base": self._base, "last": self._last}

    def x(self, step, segment, restarts):
        if self._last is None:
            x = step
        elif (step, segment) == (self._step, self._segment):
            x = self._last
        else:
            if restarts or step < self._step:
                self._base = max(self._last, self._last + 1 - step)
            x = self._base + step
            if x <= self._last:
                x = self._last + 1
        self._step, self._segment, self._last = step, segment, x
        return x
