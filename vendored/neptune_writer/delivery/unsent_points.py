"""What a target does not have yet of a run: the points of its journals, in their order, by the rules of `points`."""
import collections
import time

from .. import messages
from ..journal import reading
from ..points.format_1 import Format1X
from ..points.superseded import Superseded
from . import first_look
from .row_keys import RowKeys
from .sent_clock import SentClock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Set, Tuple

    from ..points.growing import GrowingRun
    from ..points.lines import Lines
    from ..points.rows import Placed
    from ..points.survey import Survey
    from .run_journals import RunJournal

    Position = NamedTuple("Position", [("journal", RunJournal), ("offset", int), ("waiting", Dict[str, List[str]]),
                                       ("rows", int)])
else:
    Position = collections.namedtuple("Position", "journal offset waiting rows")

# Position: how far a journal was handed out. offset: in bytes. waiting: byte, a text -> sorted metrics of the row
# there, one before the offset, that are held back. rows: how many were handed out.


class UnsentPoints:
    """Those of one run.

    What was sent before is read again, from the first byte on, since where a row stands may depend on it; nothing of it
    is handed out twice. What is there at the beginning is read once more before: it says which points others supersede,
    and which is the step metric.

    Args:
        journals: the run's, in the order in which the training went on; more may come.
        has_end: () -> whether what is there now is all there is.
        step_metrics, restarts: see `step_options`; they go before what the journals say.

    Attributes:
        clocks: how many things the run's steps are counted by, as far as is known.
        superseded: the `Superseded`, which counts.
        went_back_to: x at which the run went on from a checkpoint while the target had points beyond; None where that
            was never.
        tops: metric -> the highest x at which version 1 of the rules has sent it.
        step_metric_before: that by which rows were sent when it was another; None where that was never.
        moved: how many rows were sent where version 1 of the rules put them, and stand elsewhere by now.
    """

    _growing: "GrowingRun"

    def __init__(self, journals: "List[RunJournal]", has_end: "Callable[[], bool]", step_metrics: "Sequence[str]" = (),
                 restarts: "Optional[str]" = None) -> None:
        self._journals, self._has_end = journals, has_end
        self._step_metrics, self._restarts = tuple(step_metrics), restarts
        self._sent: Dict[str, Tuple[int, Dict[str, List[str]]]] = {}  # id -> (byte, what waited) when this began
        self._lines: Dict[str, Lines] = {}
        self._read: Dict[str, int] = {}
        self._counts: Dict[str, int] = {}
        self._known = 0  # journals, when this looked ahead; 0 before
        self._begun: List[RunJournal] = []  # of which something was fed
        self._keys = RowKeys()
        self._sent_clocks: Dict[str, SentClock] = {}
        self._goes_on = False  # with a run that somebody else may have sent
        self._before: Dict[Tuple[str, int], Optional[float]] = {}  # row -> where version 1 of the rules put it
        self.clocks, self.moved, self.superseded = 1, 0, Superseded()
        self.went_back_to: Optional[float] = None
        self.tops: Dict[str, float] = {}
        self.step_metric_before: Optional[str] = None

    def begin(self, journal: "RunJournal") -> "List[Placed]":
        """Begin with a journal, from where it was sent to; returns what is due of what lies before."""
        if not self._known:
            self._look_ahead()
            sent = [one.cursor.step_metric for one in self._journals if one.cursor.offset]
            first = self._journals[0]
            self._goes_on = first.header.get("resumes") not in (None, first.header["run"]) and not first.cursor.offset
            self.step_metric_before = next((name for name in sent if name not in (self.step_metric(), None)
                                            and self.step_metric() is not None), None)
        run = self._keys.id_of(journal)
        self._sent[run] = journal.cursor.offset, dict(journal.cursor.waiting)
        self._counts.setdefault(run, 0)
        return self._feed_again(journal)

    def take(self, journal: "RunJournal", record: "Dict[str, Any]") -> "List[Placed]":
        """The next record of that journal; returns the points that are due."""
        run, due = self._keys.id_of(journal), []
        for row in self._lines[run].rows(record):
            self._counts[run] += bool(row.values)
            due += self._due(self._growing.feed(row))
        return due

    def read(self, journal: "RunJournal", offset: int) -> "List[Placed]":
        """All of a journal before that byte was taken; returns what is due by the clock."""
        self._read[self._keys.id_of(journal)] = offset
        if self._growing.choice is None and (self._has_end() or self._growing.is_due(time.time())):
            return self._due(self._growing.choose())
        return []

    def end(self) -> "List[Placed]":
        """Nothing more is read for now; returns what is due: all, where no row comes any more."""
        if not self._journals[-1].is_over():
            return self._due(self._growing.choose())
        due = self._due(self._growing.finish())
        if self.is_stale():
            due += self.start_over() + self._due(self._growing.finish())
        return due + self.superseded.rest()

    def is_stale(self) -> bool:
        """Whether the step metric changed, or another journal came: `start_over` then."""
        return bool(self._known) and (self._growing.changed is not None or len(self._journals) != self._known)

    def start_over(self) -> "List[Placed]":
        """Look ahead once more, go to where we were; returns what is due of what lies before."""
        changed = self._growing.changed
        if changed is not None and self._sent_clocks:
            self.step_metric_before = self.step_metric()
            messages.say("%s: x is now %s; it was %s while no row had another step" % (
                self._journals[0].path, changed.name or "the step that comes with each row",
                self.step_metric() or "the number of the row"))
        self._sent = {self._keys.id_of(journal): (self._read[self._keys.id_of(journal)], self.waiting(journal))
                      for journal in self._begun}
        begun, self._begun, due = self._begun, [], []
        self._look_ahead()
        for journal in begun:
            due += self._feed_again(journal)
        return due

    def step_metric(self) -> "Optional[str]":
        """The name of the step metric, empty where there is none; None where it is not chosen yet."""
        choice = self._growing.choice if self._known else None
        return None if choice is None else choice.name or ""

    def step_metric_now(self) -> "Optional[str]":
        """The same, as all rows have it: another where the last ones changed that."""
        changed = self._growing.changed if self._known else None
        return self.step_metric() if changed is None else changed.name or ""

    def survey(self) -> "Optional[Survey]":
        """The `Survey` of what was taken; None before anything was."""
        return self._growing.survey if self._known else None

    def waiting(self, journal: "RunJournal") -> "Dict[str, List[str]]":
        """What of a journal's rows was taken and is held back, see `Position`."""
        found: Dict[str, Set[str]] = {}
        run = self._keys.id_of(journal)
        for key, metrics in self._growing.waiting() + self.superseded.waiting():
            of, byte = self._keys.row_of(key)
            offset, waits = self._sent[of]
            due = set(metrics) if byte >= offset else set(metrics) & set(waits.get(str(byte), ()))
            if of == run and due:  # what was sent may wait again, for another x
                found.setdefault(str(byte), set()).update(due)
        return {byte: sorted(several) for byte, several in found.items()}

    def positions(self) -> "List[Position]":
        """Those of all journals that were begun."""
        found = []
        for journal in self._begun:
            waiting, run = self.waiting(journal), self._keys.id_of(journal)
            found.append(Position(journal, self._read[run], waiting, self._counts[run] - len(waiting)))
        return found

    def _look_ahead(self) -> None:
        journals = self._journals[:]
        self._known = len(journals)
        self._growing, self.superseded, self.clocks = first_look.look(
            journals, self._keys, self._has_end, self._step_metrics, self._restarts)
        self._lines = {self._keys.id_of(journal): first_look.lines_of(journal, self._keys) for journal in journals}

    def _feed_again(self, journal: "RunJournal") -> "List[Placed]":
        """Feed what of a journal was read before; returns what of it is due only now."""
        run = self._keys.id_of(journal)
        due: List[Placed] = []
        if run not in self._lines:
            self._lines[run] = first_look.lines_of(journal, self._keys)
        if self._begun:
            due += self._due(self._growing.resume())
        self._begun.append(journal)
        offset, waits = self._sent[run]
        self._counts[run] += len(waits) if not self._read.get(run) else 0
        self._read[run] = max(offset, self._read.get(run, 0))
        before = Format1X() if journal.cursor.is_of_format_1 and journal.header["format"] == 1 else None
        reader = reading.Reader(journal.path) if offset else None
        while reader is not None and reader.offset < offset:
            records = [record for record in reader.read() if record["offset"] < offset]
            if not records:
                break
            for record in records:
                if before is not None and "values" in record and "step" in record:
                    self._note_sent_by_version_1(run, record, before.x(record))
                for row in self._lines[run].rows(record):
                    due += self._due(self._growing.feed(row))
        if reader is not None:
            reader.close()
        return due

    def _note_sent_by_version_1(self, run: str, record: "Dict[str, Any]", x: "Optional[float]") -> None:
        self._before[run, record["offset"]] = x
        if x is not None:
            self.tops.update({name: max(x, self.tops.get(name, x)) for name in record["values"]})

    def _due(self, placed: "List[Placed]") -> "List[Placed]":
        """Of what was placed, what is to be handed out now; ``cut`` is kept where the target has points beyond."""
        due: List[Placed] = []
        for one in placed:
            new, sent_clock = self._not_sent(one), self._sent_clocks.setdefault(one.clock, SentClock())
            if new is not None and sent_clock.is_new and self._goes_on:
                new = new._replace(cut=True)
            elif one.cut and new is not None:
                if sent_clock.goes_back_to(one):
                    self.went_back_to = one.x
                else:
                    new = new._replace(cut=False)
            kept = new and self.superseded.kept(new)
            if new is not None and kept is None and self._keys.is_whole_row(one.key):
                self._counts[self._keys.row_of(one.key)[0]] -= 1  # all of it is superseded: no row that was sent
            if one.values and (new is None or kept is not None):
                sent_clock.add(one)
            if kept is not None and kept.values:
                due += self.superseded.in_order(kept)
        return due

    def _not_sent(self, placed: "Placed") -> "Optional[Placed]":
        """A placed row without what was sent; None where nothing is left."""
        run, byte = self._keys.row_of(placed.key)
        offset, waits = self._sent[run]
        if byte >= offset:
            return placed
        if self._before.pop((run, byte), placed.x) not in (placed.x, None):
            self.moved += 1
        values = {name: placed.values[name] for name in waits.get(str(byte), ()) if name in placed.values}
        return placed._replace(values=values) if values else None
