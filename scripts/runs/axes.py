"""What x is in each chart, for a person; and of a run that counts its steps by several clocks, whose a metric's are."""
from __future__ import annotations

from collections import Counter
from typing import Any, Dict, List, NamedTuple, Sequence, Tuple

from neptune_writer.points import step_metrics
from neptune_writer.points.rows import COUNTED, GIVEN

from scripts.runs.table import Run

_MARKS_AT_MOST = 100  # of one clock of a run
_WORDS = ("steps", "episodes", "iterations", "epochs")


class Axis(NamedTuple):
    """An x.

    Attributes:
        unit: what is counted, in the plural; charts of one share their zoom and cursor, runs of one share a chart.
        source: the metric that it is taken from, empty where there is none.
    """

    unit: str
    source: str = ""

    def text(self) -> str:
        """What is written below a chart."""
        return {"rows": "rows, counted", "": "steps, as logged"}.get(self.unit) or (
            f"{self.unit}, from {self.source}" if self.source and self.source != self.unit else self.unit)


def of_clock(clock: str, run: Run) -> Axis:
    """The x of the metrics that a clock counts."""
    if clock in (GIVEN, COUNTED):
        return Axis(clock)
    unit = step_metrics.unit(clock)
    if clock in run.series:
        return Axis(unit or clock, clock)
    return Axis(unit or (clock if clock.endswith(_WORDS) else f"{clock} steps"))


def of_metric(name: str, runs: Sequence[Run]) -> Tuple[Axis, List[str]]:
    """The x of a metric's chart, which is that of most runs; and, of each run that has the metric, what it counts in
    place of that, empty where it counts the same.

    Steps of which nobody says what they count are taken for those that the other runs count.
    """
    axes = [of_clock(run.clocks.get(name, GIVEN), run) for run in runs]
    found = Counter(axis.unit for axis in axes if axis.unit != GIVEN)
    unit = found.most_common(1)[0][0] if found else GIVEN
    sources = {axis.source for axis in axes if axis.unit == unit}
    return Axis(unit, sources.pop() if len(sources) == 1 else ""), [
        "" if axis.unit in (unit, GIVEN) else axis.unit for axis in axes]


def marks(run: Run) -> Dict[str, List[Any]]:
    """clock -> [[x, whether it went on from a checkpoint]], the last ones."""
    found: Dict[str, List[Any]] = {}
    for mark in run.marks:
        found.setdefault(mark.clock, []).append([mark.x, mark.kind == "checkpoint"])
    return {clock: of_clock[-_MARKS_AT_MOST:] for clock, of_clock in found.items()}
