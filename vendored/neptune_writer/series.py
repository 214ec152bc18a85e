"""What rows are to a tracker: series, a metric each, whose steps rise."""
import collections
import math
import zlib

from . import reading, values

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
    segment too, is put one further. Where the row says that it goes on from a checkpoint, x is what the step says, and
    rows are left out up to the last x that the tracker has already. Each stream of the run has its own x.
    """

    def __init__(self, state=None):
        state = dict(state or {})
        streams = state.pop("streams", {})
        self._streams = dict({name: _Stream(one) for name, one in streams.items()}, **{"": _Stream(state)})

    def state(self):
        """What `__init__` goes on from, as JSON."""
        streams = {name: stream.state() for name, stream in self._streams.items() if name}
        return dict(self._streams[""].state(), **{"streams": streams} if streams else {})

    def rows(self, records, run, takes_non_finite=False, below=lambda stream: math.inf, rewinds=()):
        """Records of rows -> [Row], with no value in them where all were left out.

        Args:
            records: as `reading.Reader` gives them.
            run: the id of the journal, which makes keys unique.
            takes_non_finite: otherwise such values stay in the journal.
            below: stream -> x; rows at it or beyond are left out: another journal holds those of the resumed run.
            rewinds: (offset, stream, x) of rows further on that go on from a checkpoint: rows of that stream before
                them, at that x or beyond, are left out, too.
        """
        rows, behind = [], reading.lowest_behind(rewinds)
        for record in records:
            name = record.get("stream", "")
            stream = self._streams.get(name)
            if stream is None:
                stream = self._streams[name] = _Stream({})
            x = stream.x(record, behind(record["offset"], name) if rewinds else math.inf)
            if x is None or x >= below(name):
                continue
            plain = {name: values.NOT_FINITE[value] if isinstance(value, str) else value
                     for name, value in record["values"].items()
                     if not isinstance(value, str) or takes_non_finite and value in values.NOT_FINITE}
            rows.append(Row(x, record["t"], plain, _key(run, record), name))
        return rows


def _key(run, record):
    """Where the row stands, and what it is: a file server that lost the end of a journal has other rows there then."""
    content = repr((record["step"], record["t"], sorted(record["values"]))).encode("ascii", "backslashreplace")
    return "%s-%d-%08x" % (run, record["offset"], zlib.crc32(content) & 0xffffffff)


class _Stream:
    """The x of one stream."""

    def __init__(self, state):
        self._segment = state.get("segment", 0)
        self._step = state.get("step")
        self._base = state.get("base", 0)
        self._last = state.get("last")
        self._at = state.get("at", self._last)  # x of the step at hand; None where its rows are left out
        self._is_behind = state.get("behind", False)

    def state(self):
        """What `__init__` goes on from."""
        return {"segment": self._segment, "step": self._step, "base": self._base, "last": self._last,
                "at": self._at, "behind": self._is_behind}

    def x(self, record, below):
        """The x of one row; None where others stand there: later ones, from ``below`` on, or what the tracker has."""
        step, segment, rewinds = record["step"], record.get("segment", 0), record.get("rewind", False)
        if self._last is None:
            x = step
        elif (step, segment) == (self._step, self._segment):
            return self._at
        else:
            if record.get("restart") or step < self._step and not rewinds:
                self._base = max(self._last, self._last + 1 - step)
            x = self._base + step
            self._is_behind = (rewinds or self._is_behind) and x <= self._last
            if x <= self._last:
                x = None if self._is_behind else self._last + 1
        self._step, self._segment = step, segment
        self._at = None if x is None or x >= below else x
        if self._at is not None:
            self._last = x
        return self._at
