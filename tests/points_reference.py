"""The rule of x done the slow way: all rows at hand, lists of points, nothing clever. `neptune_writer.points` is held
against it.

A point that is superseded stays in its list, dead. Rows are `neptune_writer.points.rows.Row`; between them may stand
"resumed".
"""
import math

GIVEN, COUNTED = "", "rows"


def number(value):
    """A step, or None."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return value


class Point:
    def __init__(self, x, value, clock, row):
        self.x, self.value, self.clock, self.row, self.lives = x, value, clock, row, True


class Metric:
    def __init__(self):
        self.points = []
        self.at = None  # x, where it stands
        self.last = None  # its point there; None where that is superseded
        self.fell = -1  # the row at which it fell by itself
        self.is_resumed = False
        self.aside = None
        self.tops = {}  # clock -> x that it had by that, as far as nothing was cut off it
        self.shift = 0

    def kill(self, which):
        for point in self.points:
            if which(point):
                point.lives = False


class Clock:
    def __init__(self, step):
        self.first, self.steps, self.highest, self.base, self.top, self.x = step, [], step, 0, None, None
        self.mark, self.rows = None, 0


class Reference:
    def __init__(self, rows, names, user=(), every_fall_is_a_checkpoint=False, restarts=None):
        self.rows = [row for row in rows if not isinstance(row, str)]
        self.ray, self.restarts = every_fall_is_a_checkpoint, restarts
        self.name, self.wins = self.step_metric(names, user)
        self.given = {GIVEN if row.clock is None else row.clock for row in self.rows
                      if row.values and number(row.step) is not None}
        self.metrics, self.clocks, self.before, self.waiting = {}, {}, None, []
        count = 0
        for row in rows:
            if isinstance(row, str):
                self.no_row_comes(count)
                self.resume()
                continue
            self.place(row, count, self.rest_of_file(rows, row))
            count += bool(row.values)
        self.no_row_comes(count)

    @staticmethod
    def rest_of_file(rows, row):
        later = rows[next(index for index, one in enumerate(rows) if one is row) + 1:]
        return later[:next((index for index, one in enumerate(later) if isinstance(one, str)), None)]

    def no_row_comes(self, count):
        for index, (clock, values) in enumerate(self.waiting, 1):
            where = self.clocks.get(clock) or self.clocks.get(self.before)
            name = GIVEN if where is None else clock if clock in self.clocks else self.before
            self.add(values, 0 if where is None else where.x, name, count - 1 + index / (len(self.waiting) + 1))
        self.waiting = []

    def step_metric(self, names, user):
        def rows_with(name):
            return sum(number(row.values.get(name)) is not None for row in self.rows)
        for known, wins in ((user, True), (names, False)):
            most = max([rows_with(name) for name in known] or [0])
            for name in known:
                if rows_with(name) and rows_with(name) * 2 >= most:
                    return name, wins
        return None, False

    def said(self, row):
        counted = number(row.values.get(self.name)) if self.name else None
        step = None if self.wins else number(row.step)
        if step is not None:
            if row.clock is not None:
                return step, row.clock
            return step, self.name if counted is not None and step == counted else GIVEN
        if counted is not None:
            return counted, self.name
        lacks_any = not self.given if row.clock is None else row.clock not in self.given
        if self.name is None and lacks_any:
            clock = row.clock or COUNTED
            return self.clocks[clock].rows if clock in self.clocks else 0, clock
        return None

    def next_step(self, rows):
        for row in rows:
            if self.name and number(row.values.get(self.name)) is not None:
                return number(row.values[self.name])
            if self.name and row.clock == self.name and row.values and number(row.step) is not None:
                return number(row.step)
        return None

    def place(self, row, count, later):
        if not row.values:
            for name in self.clocks if row.clock is None else [row.clock]:
                if name in self.clocks:
                    self.mark(name, row, count)
            return
        said = self.said(row)
        if said is None:
            return self.place_without_step(row, count)
        step, name = said
        is_first = name not in self.clocks
        clock = self.clocks.setdefault(name, Clock(step))
        clock.rows += 1
        mark, clock.mark = row.mark or clock.mark, None
        if is_first:
            mark = None
        elif mark is None and name == self.name and step < clock.steps[-1]:
            following = self.next_step(later)
            if self.ray:
                mark = "checkpoint"
            elif following is None or following <= clock.highest:
                mark = "restart" if step <= clock.first else "checkpoint"
        if mark == "resumed" and self.restarts == "continue":
            mark = "restart" if step <= clock.highest else None
        if mark in ("restart", "checkpoint") and self.restarts:
            mark = {"continue": "restart", "supersede": "checkpoint"}[self.restarts]
        if mark == "resumed":
            mark = "checkpoint"
            clock.base = 0 if step <= clock.first else clock.base
        if mark == "restart":
            clock.base, clock.highest = max(clock.top, clock.top + 1 - step), step
        x = clock.base + step
        if mark == "checkpoint":
            clock.top, clock.highest = x, step
            self.cut(name, x, count)
        clock.steps.append(step)
        clock.highest = max(clock.highest, step)
        clock.top = x if clock.top is None else max(clock.top, x)
        clock.x, self.before = x, name
        for word, values in [one for one in self.waiting if one[0] in (None, name)]:
            self.add(values, x, name, count)
        self.waiting = [one for one in self.waiting if one[0] not in (None, name)]
        self.add(row.values, x, name, count, shifts=self.restarts == "continue" and name != self.name)

    def mark(self, name, row, count):
        clock, step = self.clocks[name], number(row.step)
        if row.mark != "checkpoint" or step is None or self.restarts == "continue":
            clock.mark = row.mark
            return
        clock.x = clock.top = clock.base + step
        clock.highest = step
        clock.steps.append(step)
        self.cut(name, clock.x, count)

    def place_without_step(self, row, count):
        name = row.clock if row.clock in self.clocks else self.before
        later = {}
        for metric, value in row.values.items():
            known = self.metrics.get(metric)
            x = None if name is None else self.clocks[name].x
            if x is None:
                later[metric] = value
            elif known is None or known.at < x or known.at == x and known.last is None:
                self.add({metric: value}, x, name, count)
            elif known.at > x and known.aside != x:
                known.aside = x
                known.points.append(Point(x, value, name, count))
                known.tops[name] = max(x, known.tops.get(name, x))
            else:
                later[metric] = value
        if later:
            self.waiting.append((row.clock, later))

    def cut(self, clock, x, count):
        for metric in self.metrics.values():
            metric.kill(lambda point: point.clock == clock and point.x >= x)
            if metric.clock == clock and metric.at >= x:
                metric.at, metric.last = x, None
                metric.tops.pop(clock, None)
                if any(top >= x for top in metric.tops.values()):
                    metric.fell = count

    def add(self, values, x, clock, count, shifts=False):
        for name, value in values.items():
            self.add_point(self.metrics.setdefault(name, Metric()), name, x, value, clock, count, shifts)

    def add_point(self, metric, name, x, value, clock, count, shifts):
        at = metric.at
        if at is not None:
            if shifts and (x + metric.shift < at or metric.is_resumed and x + metric.shift == at):
                metric.shift = max(at, at + 1 - x)
            x += metric.shift if shifts else 0
            old = metric.last
            is_same = old is not None and (old.value == value or old.value != old.value and value != value)
            if metric.is_resumed and clock == GIVEN and self.restarts != "continue" or (
                    self.restarts == "supersede" and x < at and name != self.name):
                metric.kill(lambda point: point.x >= x)
                metric.tops = {one: min(top, x) for one, top in metric.tops.items()}
            elif x < at:
                metric.fell = count
            elif x == at and is_same and name == self.name:
                return
            metric.kill(lambda point: point.x == x and point.row < metric.fell)
        metric.at, metric.last, metric.clock = x, Point(x, value, clock, count), clock
        metric.is_resumed, metric.aside = False, None
        metric.points.append(metric.last)
        metric.tops[clock] = max(x, metric.tops.get(clock, x))

    def resume(self):
        for name, clock in self.clocks.items():
            if name not in (GIVEN, COUNTED):
                clock.mark = "resumed"
        for metric in self.metrics.values():
            metric.is_resumed = True

    def points(self):
        """{metric: [(x, value)]}, in the order of x, of those that live."""
        found = {name: [(point.x, point.value) for point in metric.points if point.lives]
                 for name, metric in self.metrics.items()}
        return {name: sorted(points, key=lambda point: point[0]) for name, points in found.items() if points}

    def superseded(self):
        """How many do not."""
        return sum(not point.lives for metric in self.metrics.values() for point in metric.points)
