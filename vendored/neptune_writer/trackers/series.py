"""What rows are to a tracker: series, a metric each."""
import collections
import zlib

from .. import values as numbers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterable, List, NamedTuple

    from ..points.rows import Placed

    Row = NamedTuple("Row", [("step", float), ("time", float), ("values", Dict[str, float]), ("key", str),
                             ("supersedes", bool)])
    Points = NamedTuple("Points", [("values", List[float]), ("steps", List[float]), ("times", List[float])])
else:
    Row = collections.namedtuple("Row", "step time values key supersedes")
    Points = collections.namedtuple("Points", "values steps times")

# Row: one row for a tracker. step: its x. time: Unix seconds. values: name -> number. key: a text that no other row
# has, the same whenever this one is sent again (where a file server lost the end of a journal, other rows are there
# then). supersedes: whether what the tracker has at its step or beyond counts no more, since the run went on from a
# checkpoint.
#
# Points: one metric's points in a batch, three lists of one length; times in Unix seconds.

_TEXTS = frozenset((str,))


def row(placed: "Placed", takes_non_finite: bool = False) -> "Row":
    """A `points.rows.Placed` as a row for a tracker, with no value in it where all were left out.

    ``takes_non_finite``: otherwise NaN and infinities stay in the journal.
    """
    values = placed.values
    key = "%s-%08x" % (placed.key, zlib.crc32(repr((placed.time, sorted(values))).encode("ascii", "backslashreplace")))
    if not _TEXTS.isdisjoint(map(type, values.values())):
        values = {name: numbers.NOT_FINITE[value] if type(value) is str else value for name, value in values.items()
                  if type(value) is not str or takes_non_finite and value in numbers.NOT_FINITE}
    return Row(placed.x, placed.time, values, key, placed.cut)


def columns(rows: "Iterable[Row]") -> "Dict[str, Points]":
    """Rows -> {metric: Points}, in order of appearance."""
    series: Dict[str, Points] = collections.OrderedDict()
    for one in rows:
        for name, value in one.values.items():
            if name not in series:
                series[name] = Points([], [], [])
            points = series[name]
            points.values.append(float(value))
            points.steps.append(one.step)
            points.times.append(one.time)
    return series
