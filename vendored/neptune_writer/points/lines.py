"""A journal's records as rows: what was logged, in format 2; what can be had of it, in format 1.

Format 2 has the step as it was logged, and the framework's word for what it counts, where there is either:

    {"t": seconds, "step": x, "clock": word, "mark": "restart", "values": {name: number}}    all but t, values optional
    {"t": seconds, "mark": "checkpoint", "clock": word}     of the next row of that clock; of each clock's without one;
                                                            with a "step", of that, wherever the next row is

and in its header ``steps``, the names of the step metric that the caller gave, by rank, and ``x``, those that the user
named. Nothing in it depends on a rule: who reads it finds out which of the names is
the step metric, and where a row stands.

Format 1 has a step in each row, where the rules of its time put it: as it was logged, else taken from a metric in the
row, else that of the row before, else counted; ``segment``, which is of no use any more; ``stream``, which is a clock;
``restart`` and ``rewind``. A row that has no step metric, at the step of the row before, may have been without a step:
it is counted by what that was. A mark is one of the step metric's, though it stands in whatever row came next.
"""
from . import step_metrics
from .rows import CHECKPOINT, RESTART, Row, finite

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Mapping, Optional, Tuple

_OF_RAY = ("rllib", "ray")


def steps_of(header: "Mapping[str, Any]") -> "Tuple[Tuple[str, ...], Tuple[str, ...]]":
    """(names of the step metric by rank, those that the user named), see `survey.Survey`, of a journal's header."""
    given = tuple(name for name in header.get("steps") or () if isinstance(name, str))
    known = step_metrics.of_framework(header.get("framework"))
    user = tuple(name for name in header.get("x") or () if isinstance(name, str))
    return given + tuple(name for name in known if name not in given), user


def is_of_ray(header: "Mapping[str, Any]") -> bool:
    """Whether every fall of the step is one to a checkpoint, see `rule.Rule`."""
    return header.get("framework") in _OF_RAY


class Lines:
    """Records of one journal -> rows.

    Args:
        header: its first record.
    """

    def __init__(self, header: "Dict[str, Any]") -> None:
        self._run = header["run"]
        self._is_old = header["format"] == 1
        self._known = frozenset(steps_of(header)[0])
        # stream -> (step, step metric) of its last row; of format 1
        self._last: Dict[str, Tuple[Optional[float], Optional[str]]] = {}

    def rows(self, record: "Dict[str, Any]") -> "List[Row]":
        """The `Row` of a record, in a list; before it the mark that goes to another clock; nothing for other records.

        Args:
            record: as `reading.Reader` gives it.
        """
        if "values" not in record and ("mark" not in record or self._is_old):
            return []
        key = "%s-%d" % (self._run, record["offset"])
        if self._is_old:
            return self._of_format_1(record, key)
        return [Row(record.get("step"), record.get("clock"), record.get("mark"), record.get("values", {}), record["t"],
                    key)]

    def _of_format_1(self, record: "Dict[str, Any]", key: str) -> "List[Row]":
        values, step, stream = record["values"], finite(record.get("step")), record.get("stream", "")
        mark = RESTART if record.get("restart") else CHECKPOINT if record.get("rewind") else None
        last, metric = self._last.get(stream, (None, None))  # the metric: that of the last row that had one
        found = None if step is None else next(
            (name for name in self._known.intersection(values) if finite(values[name]) == step), None)
        rows, clock = [], stream or None
        if not stream and found is None and metric is not None:
            if mark is not None:
                rows, mark = [Row(None, metric, mark, {}, record["t"], key + "/mark")], None
            elif step == last:
                clock = metric
        self._last[stream] = step, found or metric
        return rows + [Row(step, clock, mark, values, record["t"], key)]
