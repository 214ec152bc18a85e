"""What a target has not got yet of a run: the points of its journals, in their order, by the rules of `points`."""
import re
import time

from .. import messages
from ..journal import reading
from ..points.before import Before
from ..points.later import Later
from ..points.lines import Lines, is_of_ray, steps_of
from ..points.live import ROWS, SECONDS, Live
from ..points.past import Past
from ..points.places import PART
from .handed import Handed


class Feed:
    """One run.

    What was sent before is read again, from the first byte on, since where a row stands may depend on it; nothing of it
    is handed out twice. What is there at the beginning is read once more before: it says which points others supersede,
    and which is the step metric.

    Args:
        parts: the run's `parts.Part`, in the order in which the training went on; more may come.
        has_end: () -> whether what is there now is all there is.
        user, restarts: see `points.rule`; ``user`` goes before what the journals say.

    Attributes:
        clocks: how many things the run's steps are counted by, as far as is known.
        superseded, lowest, highest: see `points.later.Later`.
        went_back: x at which the run went on from a checkpoint while the target had points beyond; None where that was
            never.
        tops: metric -> the highest x at which version 1 of the rules has sent it.
        x_before: the step metric by which rows were sent when it was another; None where that was never.
        moved: how many rows were sent where version 1 of the rules put them, and stand elsewhere by now.
    """

    def __init__(self, parts, has_end, user=(), restarts=None):
        self._parts, self._has_end, self._user, self._restarts = parts, has_end, tuple(user), restarts
        self._sent = {}  # run id of a part -> (byte, what was open before it) that were sent when this began
        self._lines, self._read, self._counts = {}, {}, {}
        self._later, self._live, self._known = Later(), None, 0
        self._begun = []  # parts of which something was fed
        self._key, self._keys = None, []  # (run id, pattern of keys) of the last row; of all parts
        self.clocks, self.went_back, self.moved, self.tops = 1, None, 0, {}
        self._ids = {}  # part -> the id that its rows' keys begin with; two journals may have one run id
        self._handed = {}  # clock -> Handed
        self.x_before = None
        self._goes_on = False  # with a run that somebody else may have sent
        self._before = {}  # byte -> where version 1 of the rules put the row

    superseded = property(lambda self: self._later.superseded)
    lowest = property(lambda self: self._later.lowest)
    highest = property(lambda self: self._later.highest)

    def begin(self, part):
        """Begin with a part, from where it was sent to; returns what is due of what lies before."""
        if self._live is None:
            self._look_ahead()
            sent = [one.cursor.x for one in self._parts if one.cursor.offset and one.cursor.x is not None]
            first = self._parts[0]
            self._goes_on = first.header.get("resumes") not in (None, first.header["run"]) and not first.cursor.offset
            self.x_before = next((x for x in sent if self.x() not in (x, None)), None)
        run = self._id(part)
        self._sent[run] = part.cursor.offset, dict(part.cursor.open)
        self._counts.setdefault(run, 0)
        return self._feed_again(part)

    def take(self, part, record):
        """The next record of that part; returns the `points.rows.Placed` that are due."""
        run, due = self._id(part), []
        for row in self._lines[run].rows(record):
            self._counts[run] += bool(row.values)
            due += self._due(self._live.feed(row))
        return due

    def read(self, part, offset):
        """All of a part before that byte was taken; returns what is due by the clock."""
        self._read[self._id(part)] = offset
        if self._live.choice is None and (self._has_end() or self._live.is_due(time.time())):
            return self._due(self._live.choose())
        return []

    def end(self):
        """Nothing more is read for now; returns what is due: all, where no row comes any more."""
        if not all(part.is_over() for part in self._parts[-1:]):
            return self._due(self._live.choose())
        due = self._due(self._live.finish())
        if self.is_stale():
            due += self.start_over() + self._due(self._live.finish())
        return due + self._later.rest()

    def is_stale(self):
        """Whether what was found out at the beginning is true no more: `start_over` then."""
        return self._live is not None and (self._live.changed is not None or len(self._parts) != self._known)

    def start_over(self):
        """Find it out once more, go to where we were; returns what is due of what lies before."""
        changed = self._live.changed
        if changed is not None:
            if self._handed:
                self.x_before = self.x()
                messages.say("%s: x is %s from now on; it was %s before, as long as nothing else was there" % (
                    self._parts[0].path, changed.name or "the step that comes with each row",
                    self.x() or "the number of the row"))
        self._sent = {self._id(part): (self._read[self._id(part)], self.open(part)) for part in self._begun}
        begun, self._begun, due = self._begun, [], []
        self._look_ahead()
        for part in begun:
            due += self._feed_again(part)
        return due

    def x(self):
        """The name of the step metric, empty where there is none; None where it is not chosen yet."""
        return None if self._live is None or self._live.choice is None else self._live.choice.name or ""

    def x_now(self):
        """The same, as all rows have it: another where the last ones changed that."""
        changed = self._live and self._live.changed
        return changed.name or "" if changed else self.x()

    def survey(self):
        """The `points.survey.Survey` of what was taken; None before anything was."""
        return self._live and self._live.survey

    def open(self, part):
        """What of a part's rows was taken and waits: byte, a text -> sorted metrics."""
        found, run = {}, self._id(part)
        for key, metrics in self._live.open() + self._later.open():
            of, byte = self._row_of(key)
            offset, waits = self._sent[of]
            due = metrics if byte >= offset else set(metrics) & set(waits.get(str(byte), ()))
            if of == run and due:  # what was sent may wait again, for another x
                found.setdefault(str(byte), set()).update(due)
        return {byte: sorted(metrics) for byte, metrics in found.items()}

    def positions(self):
        """[(part, byte, what is open before it, rows that were handed out)] of all parts that were begun."""
        found = []
        for part in self._begun:
            waiting, run = self.open(part), self._id(part)
            found.append((part, self._read[run], waiting, self._counts[run] - len(waiting)))
        return found

    def _id(self, part):
        """What the keys of its rows begin with: the run's id, or with a number behind it."""
        if part not in self._ids:
            run, number = part.header["run"], 1
            while run in self._ids.values():
                number += 1
                run = "%s~%d" % (part.header["run"], number)
            self._ids[part] = run
        return self._ids[part]

    def _lines_of(self, part):
        return Lines(dict(part.header, run=self._id(part)))

    def _rows(self, parts, sizes):
        """What is there of each part, up to its size."""
        for number, (part, size) in enumerate(zip(parts, sizes)):
            if number:
                yield PART
            lines, reader = self._lines_of(part), reading.Reader(part.path)
            try:
                for records in iter(reader.read, []):
                    for record in records:
                        if record["offset"] < size:
                            yield from lines.rows(record)
                    if reader.offset >= size:
                        break
            finally:
                reader.close()

    def _look_ahead(self):
        """A first pass over what is there."""
        parts = self._parts[:]
        self._known = len(parts)
        names, user = _names(parts, self._user)
        how = {"every_fall_is_a_checkpoint": is_of_ray(parts[0].header), "restarts": self._restarts}
        sizes = [part.size() for part in parts]
        is_over = self._has_end() and parts[-1].is_over()
        past = Past(lambda: self._rows(parts, sizes), names, user, is_over=is_over, **how)
        began = next((row.time for row in self._rows(parts[:1], sizes)), None)
        is_known = past.survey.rows >= ROWS or self._has_end() or (
            began is not None and not 0 <= time.time() - began < SECONDS)
        self._later = past.later if is_known else Later()
        self._live = Live(names, user, choice=past.choice if is_known else None, rows=past.survey.rows, **how)
        self.clocks = len(past.choice.given | {past.choice.name} - {None}) or 1
        self._lines = {self._id(part): self._lines_of(part) for part in parts}

    def _feed_again(self, part):
        """Feed what of a part was read before; returns what of it is due only now."""
        run, due = self._id(part), []
        if run not in self._lines:
            self._lines[run] = self._lines_of(part)
        if self._begun:
            due += self._due(self._live.begin_part())
        self._begun.append(part)
        if all(run != known for known, _ in self._keys):
            self._keys.append((run, re.compile(re.escape(run) + r"-(\d+)(?:[+/]|$)")))
        offset, waits = self._sent[run]
        self._counts[run] += len(waits) if not self._read.get(run) else 0
        self._read[run] = max(offset, self._read.get(run, 0))
        before = Before() if part.cursor.is_of_format_1 and part.header["format"] == 1 else None
        reader = reading.Reader(part.path) if offset else None
        while reader is not None and reader.offset < offset:
            records = [record for record in reader.read() if record["offset"] < offset]
            if not records:
                break
            for record in records:
                if before is not None and "values" in record and "step" in record:
                    x = self._before[run, record["offset"]] = before.x(record)
                    self.tops.update({name: max(x, self.tops.get(name, x)) for name in record["values"]
                                      if x is not None})
                for row in self._lines[run].rows(record):
                    due += self._due(self._live.feed(row))
        if reader is not None:
            reader.close()
        return due

    def _due(self, placed):
        """Of what was placed, what is to be handed out now. It is cut where the target has points beyond."""
        due = []
        for one in placed:
            new, handed = self._not_sent(one), self._handed.setdefault(one.clock, Handed())
            if new is not None and handed.is_new and self._goes_on:
                new = new._replace(cut=True)
            elif one.cut and new is not None:
                if handed.goes_beyond(one):
                    self.went_back = one.x
                else:
                    new = new._replace(cut=False)
            kept = new and self._later.kept(new)
            if new is not None and kept is None:
                self._count_out(one)
            if one.values and (new is None or kept is not None):
                handed.add(one)
            if kept is not None and kept.values:
                due += self._later.in_order(kept)
        return due

    def _not_sent(self, placed):
        """A placed row without what was sent; None where nothing is left."""
        run, byte = self._row_of(placed.key)
        offset, waits = self._sent[run]
        if byte >= offset:
            return placed
        if self._before.pop((run, byte), placed.x) not in (placed.x, None):
            self.moved += 1
        values = {name: placed.values[name] for name in waits.get(str(byte), ()) if name in placed.values}
        return placed._replace(values=values) if values else None

    def _count_out(self, placed):
        """A row of which nothing is handed out, as others supersede it, is no row that was sent."""
        run, byte = self._row_of(placed.key)
        if placed.key == "%s-%d" % (run, byte):
            self._counts[run] -= 1

    def _row_of(self, key):
        """(run id of its journal, byte) of the row that a key of `Lines`, and of what comes behind it, tells of."""
        if self._key is None or not self._key[1].match(key):
            self._key = next(one for one in self._keys if one[1].match(key))
        return self._key[0], int(self._key[1].match(key).group(1))


def _names(parts, user):
    """The names of the step metric, by rank, as all journals of the run have them."""
    names, named = [], list(user)
    for part in parts:
        of_caller, of_user = steps_of(part.header)
        names += [name for name in of_caller if name not in names]
        named += [name for name in of_user if name not in named and not user]
    return names, named
