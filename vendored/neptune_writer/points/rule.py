"""The rule: row after row, where the points of each stand."""
import collections

from .clocks import PART, Clock
from .places import FILE, Places
from .rows import CHECKPOINT, GIVEN, RESTART, ROWS, Placed, Row, finite

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
        state: see `state`.

    Attributes:
        marks: [(number of the row, clock, x, `RESTART` or `CHECKPOINT`)]: where a clock started over or went on from a
            checkpoint, whoever said so; of the rows that this object was told of.
    """

    def __init__(self, choice, every_fall_is_a_checkpoint=False, restarts=None, state=None):
        state = state or {}
        self._choice, self._once = choice, choice.name
        self._every_fall_is_a_checkpoint = every_fall_is_a_checkpoint
        self._restarts = restarts
        self.marks = []
        self._number = state.get("number", 0)  # of the next row
        self._clocks = {name: Clock(one) for name, one in state.get("clocks", {}).items()}
        self._last = state.get("last")  # the clock that the row before stands by; None where there was none
        self._places = Places(state.get("places"), restarts == SUPERSEDE)
        self._waiting = [tuple(one) for one in state.get("waiting", ())]  # (clock, time, key, values) for the next x
        self._held = collections.deque(  # (number, row): the first fell, the next value of its clock says what that was
            (number, Row(*said)) for number, said in state.get("held", ()))

    def state(self):
        """What `__init__` goes on from, as JSON. It grows with the metrics and with what waits, not with the rows."""
        state = {"number": self._number, "last": self._last, "places": self._places.state(self._once),
                 "clocks": {name: clock.state() for name, clock in self._clocks.items()}}
        if self._waiting:
            state["waiting"] = [list(one) for one in self._waiting]
        if self._held:
            state["held"] = [[number, list(row)] for number, row in self._held]
        return state

    def open(self):
        """[(key, metrics)] of the rows that were fed and are not placed, or not with these metrics."""
        return [(key, values.keys()) for _, _, key, values in self._waiting] + [
            (row.key, row.values.keys()) for _, row in self._held if row.values]

    def feed(self, row):
        """The next row; returns what is placed by it, a list of `rows.Placed`: it, or it and others that waited."""
        number = self._number
        if row.values:
            self._number += 1
        if self._held:
            self._held.append((number, row))
            following = self._counted(row)
            return self._release(following) if following is not None or len(self._held) > AHEAD else []
        said = self._said(row) if row.values else None
        if said is not None and row.mark is None and not self._waiting and self._restarts != CONTINUE:
            clock = self._clocks.get(said[1])
            if clock is not None and clock.goes_on(said[0]):  # most rows: they rise
                self._last = said[1]
                return self._add(row.values, clock.x, said[1], number, row.time, row.key)
        if row.values and self._falls(row, said):
            self._held.append((number, row))
            return []
        return self._place(number, row, None)

    def finish(self):
        """No row comes any more, for now: what waits is placed."""
        placed = self._release_all()
        waiting, self._waiting = self._waiting, []
        for index, one in enumerate(waiting, 1):  # behind the last row, before the next
            placed += self._place_waiting(one, self._number - 1 + index / (len(waiting) + 1))
        return placed

    def begin_file(self):
        """What comes next is of another file of the run: equal points are one. Returns what is placed by that."""
        placed = self._release_all()
        self._places.begin(FILE)
        return placed

    def begin_part(self):
        """What comes next is of another process, that went on with the run: from its first steps on it supersedes what
        there was, by each clock; where nobody says what steps count, by each metric. Returns what is placed by that."""
        placed = self.finish()
        for name, clock in self._clocks.items():
            if name not in (GIVEN, ROWS):
                clock.pending = PART
        self._places.begin(PART)
        return placed

    def _release_all(self):
        placed = []
        while self._held:
            placed += self._release(None)
        return placed

    def _release(self, following):
        """Place the row that fell, and those behind it up to one that fell, too."""
        placed = self._place(*self._held.popleft() + (following,))
        while self._held and not self._falls(self._held[0][1], self._said(self._held[0][1])):
            placed += self._place(*self._held.popleft() + (None,))
        return placed

    def _falls(self, row, said):
        """Whether what comes next must be known, to tell what a row is."""
        if not row.values or said is None or said[1] != self._once:
            return False
        if row.mark is not None or self._every_fall_is_a_checkpoint:
            return False
        clock = self._clocks.get(self._once)
        return clock is not None and clock.last is not None and said[0] < clock.last and clock.pending is None

    def _counted(self, row):
        """The row's value of the step metric; None where it has none."""
        if self._once is None or not row.values:
            return None
        found = finite(row.values.get(self._once))
        return finite(row.step) if found is None and row.clock == self._once else found

    def _said(self, row):
        """(step, clock) of a row; None where it has no step."""
        once, choice = self._once, self._choice
        counted = None if once is None else finite(row.values.get(once))
        if row.step is not None and not choice.wins:
            step = finite(row.step)
            if step is not None:
                return step, (once if step == counted else GIVEN) if row.clock is None else row.clock
        if counted is not None:
            return counted, once
        if once is None and (row.clock not in choice.given if row.clock is not None else not choice.given):
            name = row.clock or ROWS
            clock = self._clocks.get(name)
            return (0 if clock is None else clock.counted), name
        return None

    def _place(self, number, row, following):
        if not row.values:
            return self._mark(number, row)
        said = self._said(row)
        if said is None:
            return self._place_without_step(number, row)
        step, name = said
        clock = self._clocks.get(name)
        if clock is None:
            clock = self._clocks[name] = Clock()
        clock.counted += 1
        mark, clock.pending = row.mark or clock.pending, None
        if mark is None and name == self._once and clock.last is not None and step < clock.last:
            mark = CHECKPOINT if self._every_fall_is_a_checkpoint else clock.judge(step, following)
        if mark in (RESTART, CHECKPOINT):
            mark = _MARKS.get(self._restarts, mark)
        is_first = clock.first is None
        x, is_cut = clock.move(step, mark)
        self._last = name
        if mark is not None and not is_first:
            self.marks.append((number, name, x, CHECKPOINT if is_cut else RESTART))
        if is_cut:
            self._places.cut(name, x, number)
        placed = []
        if self._waiting:
            mine = [one for one in self._waiting if one[0] is None or one[0] == name]
            self._waiting = [one for one in self._waiting if not (one[0] is None or one[0] == name)]
            for one in mine:
                placed += self._add(one[3], x, name, number, one[1], one[2])
        if self._restarts == CONTINUE and name != self._once:
            if is_cut:
                placed.append(Placed(x, row.time, {}, name, row.key, number, None, True, None))
            for part, (at, values) in enumerate(self._places.shifted(row.values, x)):
                key = row.key + "/%d" % part if part else row.key
                placed += self._add(values, at, name, number, row.time, key)
            return placed
        return placed + self._add(row.values, x, name, number, row.time, row.key, is_cut)

    def _place_without_step(self, number, row):
        """Where the row before stands; what is there already, or all of it where none was, where the next will."""
        name = row.clock if row.clock in self._clocks else self._last
        placed, later = [], row.values
        if name is not None:
            x = self._clocks[name].x
            found, later = self._places.stand(row.values, x, name, number, self._once)
            placed = _placed(found, x, row.time, name, row.key, number)
        if later:
            self._waiting.append((row.clock, row.time, row.key + "+" if placed else row.key, later))
            if len(self._waiting) > AHEAD:
                placed = self._place_waiting(self._waiting.pop(0), number - 0.5) + placed
        return placed

    def _place_waiting(self, waiting, number):
        """The next row is too far away, or there is none."""
        word, time, key, values = waiting
        name = word if word in self._clocks else self._last
        x = 0 if name is None else self._clocks[name].x
        return self._add(values, x, GIVEN if name is None else name, number, time, key)

    def _add(self, values, x, clock, number, time, key, is_cut=False):
        found = self._places.add(values, x, clock, number, self._once)
        return _placed(found, x, time, clock, key, number, is_cut)

    def _mark(self, number, row):
        """A mark that stands by itself: of the next row, or of the step that it says."""
        step = finite(row.step) if row.mark == CHECKPOINT and self._restarts != CONTINUE else None
        placed = []
        for name in list(self._clocks) if row.clock is None else [row.clock]:
            if name not in self._clocks:
                continue
            if step is None:
                self._clocks[name].pending = row.mark
                continue
            x, _ = self._clocks[name].move(step, CHECKPOINT)
            self.marks.append((number, name, x, CHECKPOINT))
            self._places.cut(name, x, number)
            placed.append(Placed(x, row.time, {}, name, row.key, number, None, True, None))
        return placed


def _placed(found, x, time, clock, key, number, is_cut=False):
    """What `Places` found -> [Placed]; nothing where all points were known and nothing is cut."""
    values, since, cut_metrics = found
    return [Placed(x, time, values, clock, key, number, since, is_cut, cut_metrics)] if values or is_cut else []
