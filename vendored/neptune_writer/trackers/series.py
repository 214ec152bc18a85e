"""What rows are to a tracker: series, a metric each."""
import collections
import zlib

from .. import values as numbers

Row = collections.namedtuple("Row", "step time values key supersedes")
"""One row for a tracker: x, Unix seconds, name -> number, a text that no other row has, the same whenever this one is
sent again (a file server that lost the end of a journal has other rows there then), and whether what the tracker has at
its step or beyond counts no more, since the run went on from a checkpoint."""

Points = collections.namedtuple("Points", "values steps times")
"""One metric's points in a batch: three lists of one length; floats, steps, Unix seconds."""

_TEXTS = frozenset((str,))


def row(placed, takes_non_finite=False):
    """A `points.rows.Placed` as a row for a tracker, with no value in it where all were left out.

    ``takes_non_finite``: otherwise NaN and infinities stay in the journal.
    """
    values = placed.values
    key = "%s-%08x" % (placed.key, zlib.crc32(repr((placed.time, sorted(values))).encode("ascii", "backslashreplace")))
    if not _TEXTS.isdisjoint(map(type, values.values())):
        values = {name: numbers.NOT_FINITE[value] if type(value) is str else value for name, value in values.items()
                  if type(value) is not str or takes_non_finite and value in numbers.NOT_FINITE}
    return Row(placed.x, placed.time, values, key, placed.cut)


def columns(rows):
    """Rows -> {metric: Points}, in order of appearance."""
    series = collections.OrderedDict()
    for one in rows:
        for name, value in one.values.items():
            if name not in series:
                series[name] = Points([], [], [])
            points = series[name]
            points.values.append(float(value))
            points.steps.append(one.step)
            points.times.append(one.time)
    return series
