"""The rule: row after row, where the points of each stand."""
import collections

from .clocks import Clock
from .places import Places
from .rows import CHECKPOINT, COUNTED, GIVEN, RESTART, RESUMED, Placed, finite

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Collection, Deque, Dict, List, Optional, Tuple

    from .places import Found
    from .rows import Row
    from .survey import Choice

AHEAD = 1000
"""Rows. The next value of the step metric, which says what a fall was, is looked for among so many; and so many rows
may wait for the x of the next one."""
CONTINUE, SUPERSEDE = "continue", "supersede"
_MARKS = {CONTINUE: RESTART, SUPERSEDE: CHECKPOINT}


class Rule:
    """Where rows stand, in the order in which they were written.

    Args:
        choice: see `survey`.
        every_fall_is_a_checkpoint: as in Ray's results, where a trial never starts over.
        restarts: None; or `CONTINUE` or `SUPERSEDE`, what the user says that all falls are, but for rows out of order.

    Attributes:
        marks: [(number of the row, clock, x, `RESTART` or `CHECKPOINT`)]: where a clock started over or went on from a
            checkpoint, by a mark or by a fall; of the rows that were fed.
    """

    def __init__(self, choice: "Choice", every_fall_is_a_checkpoint: bool = False,
                 restarts: "Optional[str]" = None) -> None:
        self._choice, self._step_metric = choice, choice.name
        self._every_fall_is_a_checkpoint = every_fall_is_a_checkpoint
        self._restarts = restarts
        self.marks: List[Tuple[float, str, float, str]] = []
        self._number = 0  # of the next row
        self._between: Tuple[float, int] = (0, 0)  # (number of a row, how much was placed just before it)
        self._clocks: Dict[str, Clock] = {}
        self._last: Optional[str] = None  # the clock that the row before stands by; None where there was none
        self._places = Places(restarts == SUPERSEDE, restarts == CONTINUE)
        # (clock, time, key, values) for the next x
        self._waiting: List[Tuple[Optional[str], float, str, Dict[str, Any]]] = []
        # (number, row): the first fell, the next value of its clock says what that was
        self._held: Deque[Tuple[int, Row]] = collections.deque()

    def waiting(self) -> "List[Tuple[str, Collection[str]]]":
        """[(key, metrics)] of the rows that were fed and are not placed, or not with these metrics."""
        return [(key, values.keys()) for _, _, key, values in self._waiting] + [
            (row.key, row.values.keys()) for _, row in self._held if row.values]

    def feed(self, row: "Row") -> "List[Placed]":
        """The next row; returns what is placed by it, a list of `rows.Placed`: it, or it and others that waited."""
        number = self._number
        if row.values:
            self._number += 1
        if self._held:
            self._held.append((number, row))
            following = self._value_of_step_metric(row)
            return self._release(following) if following is not None or len(self._held) > AHEAD else []
        said = self._step_of(row) if row.values else None
        if said is not None and row.mark is None and not self._waiting and self._restarts != CONTINUE:
            clock = self._clocks.get(said[1])
            if clock is not None and clock.goes_on(said[0]):  # most rows: they rise
                self._last = said[1]
                return self._add(row.values, clock.x, said[1], number, row.time, row.key)
        if row.values and self._falls(row, said):
            self._held.append((number, row))
            return []
        return self._place(number, row, None)

    def finish(self) -> "List[Placed]":
        """No row comes any more, for now: what waits is placed."""
        placed = self._release_all()
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            placed += self._place_waiting(one, self._number)
        return placed

    def resume(self) -> "List[Placed]":
        """What comes next is of another process, which went on with the run; returns what is placed by that.

        From its first steps on it supersedes what there was, or goes on behind it, where the user says `CONTINUE`: by
        each clock, or, where nobody says what steps count, by each metric.
        """
        placed = self.finish()
        for name, clock in self._clocks.items():
            if name not in (GIVEN, COUNTED):
                clock.pending = RESUMED
        self._places.resume()
        return placed

    def _release_all(self) -> "List[Placed]":
        placed: List[Placed] = []
        while self._held:
            placed += self._release(None)
        return placed

    def _release(self, following: "Optional[float]") -> "List[Placed]":
        """Place the row that fell, and those behind it up to one that fell, too."""
        placed = self._place(*self._held.popleft() + (following,))
        while self._held and not self._falls(self._held[0][1], self._step_of(self._held[0][1])):
            placed += self._place(*self._held.popleft() + (None,))
        return placed

    def _falls(self, row: "Row", said: "Optional[Tuple[float, str]]") -> bool:
        """Whether what comes next must be known, to tell what a row is."""
        if not row.values or said is None or said[1] != self._step_metric:
            return False
        if row.mark is not None or self._every_fall_is_a_checkpoint:
            return False
        clock = self._clocks.get(said[1])
        return clock is not None and clock.last is not None and said[0] < clock.last and clock.pending is None

    def _value_of_step_metric(self, row: "Row") -> "Optional[float]":
        """The row's value of the step metric; None where it has none."""
        if self._step_metric is None or not row.values:
            return None
        found = finite(row.values.get(self._step_metric))
        return finite(row.step) if found is None and row.clock == self._step_metric else found

    def _step_of(self, row: "Row") -> "Optional[Tuple[float, str]]":
        """(step, clock) of a row; None where it has no step."""
        step_metric, choice = self._step_metric, self._choice
        counted = None if step_metric is None else finite(row.values.get(step_metric))
        if row.step is not None and not choice.wins:
            step = finite(row.step)
            if step is not None:
                if row.clock is not None:
                    return step, row.clock
                return step, step_metric if step_metric is not None and step == counted else GIVEN
        if counted is not None:
            return counted, step_metric or ""
        if step_metric is None and (row.clock not in choice.given if row.clock is not None else not choice.given):
            name = row.clock or COUNTED
            clock = self._clocks.get(name)
            return (0 if clock is None else clock.counted), name
        return None

    def _place(self, number: float, row: "Row", following: "Optional[float]") -> "List[Placed]":
        if not row.values:
            return self._mark(number, row)
        said = self._step_of(row)
        if said is None:
            return self._place_without_step(number, row)
        step, name = said
        clock = self._clocks.get(name)
        if clock is None:
            clock = self._clocks[name] = Clock()
        clock.counted += 1
        mark, clock.pending = row.mark or clock.pending, None
        if mark is None and name == self._step_metric and clock.last is not None and step < clock.last:
            mark = CHECKPOINT if self._every_fall_is_a_checkpoint else clock.judge(step, following)
        if mark == RESUMED and self._restarts == CONTINUE:  # behind all there is, where it would supersede any of it
            mark = RESTART if clock.highest is not None and step <= clock.highest else None
        if mark in (RESTART, CHECKPOINT):
            mark = _MARKS.get(self._restarts or "", mark)
        is_first = clock.first is None
        x, is_cut = clock.move(step, mark)
        self._last = name
        if mark is not None and not is_first:
            self.marks.append((number, name, x, CHECKPOINT if is_cut else RESTART))
        if is_cut:
            self._places.cut(name, x, number)
        placed: List[Placed] = []
        if self._waiting:
            mine = [one for one in self._waiting if one[0] is None or one[0] == name]
            self._waiting = [one for one in self._waiting if not (one[0] is None or one[0] == name)]
            for one in mine:
                placed += self._add(one[3], x, name, number, one[1], one[2])
        if self._restarts == CONTINUE and name != self._step_metric:
            if is_cut:
                placed.append(Placed(x, row.time, {}, name, row.key, number, None, True, None))
            for part, (at, values) in enumerate(self._places.shifted(row.values, x)):
                key = row.key + "/%d" % part if part else row.key
                placed += self._add(values, at, name, number, row.time, key)
            return placed
        return placed + self._add(row.values, x, name, number, row.time, row.key, is_cut)

    def _place_without_step(self, number: float, row: "Row") -> "List[Placed]":
        """Where the row before stands; what is there already, or all of it where none was, where the next will."""
        name = row.clock if row.clock in self._clocks else self._last
        placed, later = [], row.values
        if name is not None:
            x = self._clocks[name].x
            found, later = self._places.stand(row.values, x, name, number, self._step_metric)
            placed = _placed(found, x, row.time, name, row.key, number)
        if later:
            self._waiting.append((row.clock, row.time, row.key + "+" if placed else row.key, later))
            if len(self._waiting) > AHEAD:
                placed = self._place_waiting(self._waiting.pop(0), number) + placed
        return placed

    def _place_waiting(self, waiting: "Tuple[Optional[str], float, str, Dict[str, Any]]",
                       before: float) -> "List[Placed]":
        """The next row is too far away, or there is none: it is placed before the row of that number."""
        word, time, key, values = waiting
        name = word if word in self._clocks else self._last
        x = 0 if name is None else self._clocks[name].x
        return self._add(values, x, GIVEN if name is None else name, self._number_before(before), time, key)

    def _number_before(self, row: float) -> float:
        """The number of what is placed without being a row: higher than all there was, lower than that row's."""
        placed = self._between[1] + 1 if self._between[0] == row else 1
        self._between = (row, placed)
        return row - 1 + placed / (placed + 1)

    def _add(self, values: "Dict[str, Any]", x: float, clock: str, number: float, time: float, key: str,
             is_cut: bool = False) -> "List[Placed]":
        found = self._places.add(values, x, clock, number, self._step_metric)
        return _placed(found, x, time, clock, key, number, is_cut)

    def _mark(self, number: float, row: "Row") -> "List[Placed]":
        """A mark that stands by itself: of the next row, or of the step that it says."""
        step = finite(row.step) if row.mark == CHECKPOINT and self._restarts != CONTINUE else None
        before = self._number_before(number)
        placed = []
        for name in list(self._clocks) if row.clock is None else [row.clock]:
            if name not in self._clocks:
                continue
            if step is None:
                self._clocks[name].pending = row.mark
                continue
            x, _ = self._clocks[name].move(step, CHECKPOINT)
            self.marks.append((number, name, x, CHECKPOINT))
            self._places.cut(name, x, before)
            placed.append(Placed(x, row.time, {}, name, row.key, before, None, True, None))
        return placed


def _placed(found: "Found", x: float, time: float, clock: str, key: str, number: float,
            is_cut: bool = False) -> "List[Placed]":
    """What `Places` found -> [Placed]; nothing where all points were known and nothing is cut."""
    values, since, cut_metrics = found
    return [Placed(x, time, values, clock, key, number, since, is_cut, cut_metrics)] if values or is_cut else []
