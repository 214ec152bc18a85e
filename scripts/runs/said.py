"""What a file says of a run, row by row; and the run, where the rule of `neptune_writer.points` has its points."""
from __future__ import annotations

import functools
import itertools
import math
from collections import Counter
from typing import (Any, Callable, Dict, Iterator, List, Mapping, NamedTuple,
                    Optional, Sequence, Tuple, Union)

import numpy as np
from neptune_writer import messages
from neptune_writer.points import step_metrics as step_names
from neptune_writer.points.rows import CHECKPOINT, COUNTED, GIVEN, Row
from neptune_writer.points.survey import Choice, Survey
from neptune_writer.points.whole import WholeRun
from neptune_writer.points.x_rule import CONTINUE

from scripts.runs.rows import Block, Counts, Rows, commonest
from scripts.runs.table import Bools, Floats, Mark, Run, Say, Series

NOBODYS = step_names.of_framework(None)
_FEWEST = 8  # rows, for which a block is worth its while
_SHOWN, _FEW = 10, 3  # names of metrics, in a message


class How(NamedTuple):
    """What the user decides.

    Attributes:
        user: names of the step metric that go before all others.
        restarts: what a fall of the step is, see `neptune_writer.points.x_rule.Rule`.
        is_for_replay: whether the rows are to be sent: they are kept as they were said, whatever the user decides of
            them, and what others supersede is named by who sends them.
    """

    user: Tuple[str, ...] = ()
    restarts: Optional[str] = None
    is_for_replay: bool = False


class Said:
    """Collects the rows of one run, in the order in which they were written.

    Args:
        names: of the step metric, by rank.
        is_of_ray: whether each fall of it is one to a checkpoint.

    Attributes:
        rows: what there is, its steps as they were given.
        choice: what x was taken from, once `run` was called.
        marks, found: row -> mark: those that were said; and those that the rule has found, once `run` was called.
    """

    def __init__(self, names: Sequence[str] = NOBODYS, is_of_ray: bool = False) -> None:
        self.rows = Rows()
        self.marks: Dict[int, str] = {}
        self.found: Dict[int, str] = {}
        self.choice: Choice = Choice(None, frozenset(), False)
        self._names, self._is_of_ray = tuple(names), is_of_ray
        self._between: Dict[int, List[Union[Row, str]]] = {}  # row before which it stands -> marks alone, `RESUMED`

    def __len__(self) -> int:
        return len(self.rows)

    def add(self, values: Mapping[str, float], time: float, step: float = math.nan, clock: Optional[str] = None,
            mark: Optional[str] = None) -> None:
        """One row; see `neptune_writer.points.rows.Row`. NaN is no step, and no time."""
        if mark is not None:
            self.marks[len(self.rows)] = mark
        self.rows.add(step, time, values, clock)

    def of_the_same_kind(self) -> Said:
        """Without rows."""
        return Said(self._names, self._is_of_ray)

    def add_all(self, other: Said) -> None:
        """The rows of another, behind those that are there."""
        for index, (step, time, values, clock) in enumerate(other.rows):
            for what in other._between.get(index, ()):
                self.add_between(what)
            self.add(values, time, step, clock, other.marks.get(index))
        for what in other._between.get(len(other), ()):
            self.add_between(what)

    def add_between(self, what: Union[Row, str]) -> None:
        """A mark that stands by itself, or `RESUMED`: what comes next is of another process."""
        self._between.setdefault(len(self.rows), []).append(what)

    def __iter__(self) -> Iterator[Union[Row, str]]:
        """As `neptune_writer.points.whole.WholeRun` takes them."""
        for index, (step, time, values, clock) in enumerate(self.rows):
            yield from self._between.get(index, ())
            yield Row(None if step != step else step, clock, self.marks.get(index), values, time, str(index))
        yield from self._between.get(len(self.rows), ())

    def blocks(self) -> Iterator[Union[Row, str, Block]]:
        """The same, but for rows without marks, which come as blocks of neighbours alike where these are long."""
        if self.rows.changes() * _FEWEST > len(self.rows):
            yield from self
            return
        cuts = {place for row in self.marks for place in (row, row + 1)}.union(self._between)
        for begin, block in self.rows.blocks(cuts):
            yield from self._between.get(begin, ())
            if begin in self.marks:
                yield block.row(0)._replace(mark=self.marks[begin])
            else:
                yield block
        yield from self._between.get(len(self.rows), ())

    def run(self, how: How, say: Say, **described: Any) -> Run:
        """The run that they are; ``described``: the other fields of `Run`. What it leaves out is said."""
        described.setdefault("began", self.rows.began)
        if how.is_for_replay:
            described["said"] = self
        series, steps = self.rows.series(), self.rows.steps
        survey = self._survey(series, steps, how.user)
        self._tell(survey, series, how, functools.partial(say, described["source"]))
        if how.is_for_replay and how.user:
            how = How(is_for_replay=True)
            survey = self._survey(series, steps, ())
        self.choice = choice = survey.choice()
        column = np.full(len(steps), math.nan)
        if choice.name is not None:
            column[series[choice.name].rows] = series[choice.name].values
        elif not choice.given and all(alike.clock is None for alike in self.rows.alike.values()):
            column = np.arange(len(steps), dtype=np.float64)
        has_step = np.isfinite(steps)
        x = column if choice.wins else np.where(has_step, steps, column)
        described["x_clock"] = _clock_of(choice)
        if self._between or self.marks or not np.isfinite(x).all() or (np.diff(x) < 0).any():
            return self._by_the_rule(survey, how, say, described)
        if choice.name is not None:  # all rows have a step, none falls, and nothing starts over: x is the step
            series = _once(series, choice.name, x)
        return Run(steps=x, times=self.rows.times, series=series,
                   clocks=self._clocks_of(choice, has_step, column, x), **described)

    def _by_the_rule(self, survey: Any, how: How, say: Say, described: Dict[str, Any]) -> Run:
        """The run, row after row."""
        run: Any = WholeRun(lambda: iter(self), self._names, how.user, survey=survey,
                            every_fall_is_a_checkpoint=self._is_of_ray, restarts=how.restarts)
        rows = Rows()
        for placed in run.points():
            rows.add(float(placed.x), placed.time, placed.values, placed.clock)
        if run.superseded.count and not how.is_for_replay:
            metrics = {*itertools.chain(*(names for names, _ in self.rows.alike))}
            say(described["source"], _superseded(run.superseded, len(metrics), how))
        self.found = {number: mark for number, _, _, mark in run.rule.marks}
        marks: Dict[str, List[Mark]] = {}  # of each clock, rising
        for _, clock, x, mark in run.rule.marks:
            of_clock = marks.setdefault(clock, [])
            while mark == CHECKPOINT and of_clock and of_clock[-1].x >= x:
                of_clock.pop()  # what it was is superseded, too
            of_clock.append(Mark(clock, float(x), mark))
        return Run(steps=rows.steps, times=rows.times,
                   series=rows.series(), clocks=rows.clocks(), marks=sum(marks.values(), []), **described)

    def _survey(self, series: Mapping[str, Series], steps: Floats, user: Tuple[str, ...]) -> Survey:
        """What `Survey` finds out of the rows, a column at a time."""
        has_step, given = np.isfinite(steps), set()
        for alike in self.rows.alike.values():
            if has_step[alike.rows].any():
                given.add(GIVEN if alike.clock is None else alike.clock)
        counts, falls = {}, bool(self._between or self.marks or given)  # these may fall
        for name in dict.fromkeys(self._names + user):
            if name in series:
                found = series[name].values[np.isfinite(series[name].values)]
                counts[name] = len(found)
                falls = falls or bool((np.diff(found) < 0).any())
        return Survey.counted(self._names, user, counts, given, len(steps), falls)

    def _clocks_of(self, choice: Choice, has_step: Bools, column: Floats, x: Floats) -> Dict[str, str]:
        """metric -> the clock of most of its points, of rows whose x rises; ``column``: what was counted."""
        counts: Counts = {}
        for (metrics, word), alike in self.rows.alike.items():
            many = len(alike.rows)
            counted = int((column[alike.rows] == x[alike.rows]).sum())
            if word is not None and not choice.wins:
                given = int(has_step[alike.rows].sum())
                found = {word: given, _clock_of(choice): many - given}
            elif choice.name is None:
                found = {_clock_of(choice): many}
            else:
                found = {choice.name: counted, GIVEN: many - counted}
            if len(self.rows.alike) == 1:  # as in most tables
                return dict.fromkeys(metrics, max(found, key=lambda clock: found[clock]))
            for metric in metrics:
                counts.setdefault(metric, Counter()).update(found)
        return commonest(counts)

    def _tell(self, survey: Any, series: Mapping[str, Series], how: How, say: Callable[[str], None]) -> None:
        """Say where x is not what the user may expect."""
        choice = survey.choice()
        if how.user and not choice.wins:
            otherwise = choice.name or ("as it was logged" if choice.given else "the number of the row")
            say(f"no row has {' or '.join(how.user)}, which --x or NEPTUNE_STEP names; x is {otherwise}")
        if choice.name is None and not choice.given and len(self.rows) > 1:
            rising = sorted(_rising(series, len(self.rows)))
            say("no step metric was found, so x counts rows; " + (
                f"rising in every row: {_listed(rising)}; name one with --x" if rising else
                f"there are {_listed(sorted(series))}, of which none rises in every row"))


def _clock_of(choice: Choice) -> str:
    """What most rows are counted by."""
    return str(choice.name or (GIVEN if choice.given else COUNTED))


def _rising(series: Mapping[str, Series], many: int) -> Iterator[str]:
    """The metrics that rise in every row."""
    for name, (rows, values) in series.items():
        if len(rows) == many and np.isfinite(values).all() and (np.diff(values) > 0).all():
            yield name


def _once(series: Dict[str, Series], name: str, x: Floats) -> Dict[str, Series]:
    """The series; of the step metric no point twice, which has one a step, see `neptune_writer.points`."""
    rows, values = series[name]
    is_new = np.ones(len(rows), dtype=bool)
    is_new[1:] = (np.diff(x[rows]) > 0) | ~((values[1:] == values[:-1]) | np.isnan(values[1:]) & np.isnan(values[:-1]))
    return {**series, name: Series(rows[is_new], values[is_new])}


def _superseded(points: Any, metrics: int, how: How) -> str:
    """What is said of points that are not shown; of how many metrics there are."""
    of = f" of {_listed(sorted(points.metrics), _FEW)}" if len(points.metrics) < metrics / 2 else ""
    to = f" to {_short(points.highest)}" if points.lowest != points.highest else ""
    other = "" if how.restarts else f"; --restarts {CONTINUE} shows them, and later ones behind them"
    return f"{messages.count(points.count, 'point')}{of} at {_short(points.lowest)}{to} superseded by later ones{other}"


def _short(x: float) -> str:
    return f"{x:g}" if isinstance(x, float) else str(x)


def _listed(found: Sequence[str], most: int = _SHOWN) -> str:
    return ", ".join(found[:most]) + (f" and {len(found) - most} more" if len(found) > most else "")
