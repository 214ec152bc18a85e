"""What goes into the rule and what comes out of it, and what a step is."""
import collections

from .. import values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, NamedTuple, Optional, Tuple

GIVEN = ""
"""The clock of steps that came with rows, where nobody says what they count."""
COUNTED = "rows"
"""The clock of rows without any step, which are counted."""
RESTART, CHECKPOINT = "restart", "checkpoint"
RESUMED = "resumed"
"""Stands between rows where another process went on with the run; and the mark of the first row of each clock then."""

if TYPE_CHECKING:
    Row = NamedTuple("Row", [("step", Any), ("clock", Optional[str]), ("mark", Optional[str]),
                             ("values", Dict[str, Any]), ("time", float), ("key", str)])
    Placed = NamedTuple("Placed", [("x", float), ("time", float), ("values", Dict[str, Any]), ("clock", str),
                                   ("key", str), ("number", float), ("since", Optional[Dict[str, float]]),
                                   ("cut", bool), ("cut_metrics", Optional[Tuple[str, ...]])])
else:
    Row = collections.namedtuple("Row", "step clock mark values time key")
    Placed = collections.namedtuple("Placed", "x time values clock key number since cut cut_metrics")

# Row: one row as it was logged.
#
# step: what the framework gave with it; None or anything that is no finite number for nothing. clock: the framework's
# word for what it counts. mark: RESTART or CHECKPOINT: the clock starts over, or goes on from a checkpoint, with this
# row; without values, with the next row of `clock`, or with the next of each clock where that is None; a checkpoint
# with a step and no values is at that step, wherever the next row is. values: metric -> number, or the text of one
# that is not finite; not to be changed. time: Unix seconds. key: a text that no other row has.
#
# Placed: points of one row that stand at one x.
#
# number: counts the rows up to the one with which they got there, which orders everything below. since: metric ->
# number: the metric fell by itself at that row, so its points at this x that were placed before that row are
# superseded. cut: whether all points of `clock` at this x or beyond that were placed before are superseded;
# cut_metrics: the metrics of which all are.


def finite(value: "Any") -> "Optional[float]":
    """``value`` as a step, an int, or a float where it has a fraction; None where it is no finite number."""
    kind = type(value)
    if kind is int:
        return value  # type: ignore[no-any-return]
    if kind is float:
        if value - value != 0:
            return None
        return int(value) if value.is_integer() else value
    return None if value is None or kind is str or kind is bool else values.step(value)


def normalized(x: float) -> float:
    """The same x, an int where it has no fraction."""
    found = finite(x)
    return x if found is None else found
