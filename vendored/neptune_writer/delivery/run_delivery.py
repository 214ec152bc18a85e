"""One run sent to one tracker: opened, forwarded, closed; and opened again where its client gave up."""
import threading
from contextlib import ExitStack, contextmanager, suppress

from .. import messages, trackers
from ..journal import reading
from ..points.rising import Rising
from ..system import locks
from ..trackers.base import ClientClosed
from . import differences, run_names
from .forwarder import Forwarder, Unreached
from .run_journals import RunJournal
from .step_options import AS_LOGGED, StepOptions
from .unsent_points import UnsentPoints

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Iterator, List, Optional, Sequence

    from .stopping import Stopping
    from ..trackers.base import Tracker

_PAUSES = (5.0, 10.0, 20.0, 40.0, 60.0)  # between attempts to open
_PAUSE_AT_THE_END = 1.0
_LOST_AT_MOST = 5  # times that a client gives up on us, where a person waits
_NOTICED_SECONDS = 3.0  # a wait that a person wonders about
_LEAST_SECONDS = 0.2  # to close, however late it is


class Delivery:
    """One run, held by a ``with``: one journal, or several where a training went on with it.

    Args:
        spec: where it goes, see `specs`.
        stopping: see `stopping`.
        patient: whether opening is tried again later where it fails.
        progress: called with a journal's path and the bytes of it that the tracker has.
        options: what the user says of the steps.
        opened: called once it is open, and `location` is known.

    Attributes:
        rows: how many were sent and confirmed.
        location: where a person finds the run; None where the client does not say.
        unsent: the points of the run, once it was opened; None before.
        complete: whether all rows that were there are confirmed.
        why: why they are not; empty where the time was up.
    """

    def __init__(self, spec: str, stopping: "Stopping", patient: bool = True,
                 progress: "Callable[[str, int], object]" = lambda path, offset: None,
                 opened: "Callable[[Delivery], object]" = lambda delivery: None,
                 options: "StepOptions" = AS_LOGGED) -> None:
        self._opened = opened
        self._spec = spec
        self._stopping = stopping
        self._patient = patient
        self._options = options
        self.unsent: Optional[UnsentPoints] = None
        self._rising = Rising()
        self._progress = progress
        self._journals: List[RunJournal] = []
        self._forwarders: List[Forwarder] = []  # of the tracker that is open
        self._before = 0  # rows that trackers before it have
        self._mark = object()
        self._adding = threading.RLock()
        self._is_over = False
        self._locks = ExitStack()
        self.location: Optional[str] = None
        self.complete = False
        self.why = ""

    def __enter__(self) -> "Delivery":
        return self

    def __exit__(self, *exception: object) -> None:
        with self._adding:
            self._is_over = True  # however it ended
        self._locks.close()

    @property
    def rows(self) -> int:
        return self._before + sum(journal.rows for journal in self._journals)

    def add(self, path: str, others: "Sequence[str]" = ()) -> bool:
        """One more journal of this run: rows of it supersede those of the others at or beyond its first step.

        ``others``: see `Cursor`.

        Returns whether it came in time, which it did not where the run is over already.

        Raises:
            ValueError, OSError: it is no journal.
            locks.AlreadyLocked: another process sends it there.
        """
        with self._adding:
            if self._is_over:
                return False
            self._add(RunJournal.of_target(path, self._options.target(self._spec), self._stopping, others))
            return True

    def _add(self, journal: "RunJournal") -> None:
        self._locks.enter_context(locks.held(journal.cursor.path))
        journal.cursor.load()
        for earlier in self._journals:
            earlier.resumed_by.append(journal)
        self._journals.append(journal)

    def run(self) -> bool:
        """Deliver; returns `complete`.

        Raises:
            ImportError: no client is installed.
            Exception: what opening raises, where nobody is patient.
        """
        lost = 0
        while True:
            tracker = self._open()
            if tracker is None:
                return self.complete
            self.location = tracker.location
            self._say_doubts(tracker)
            self._opened(self)
            try:
                self._forward(tracker)
            except ClientClosed as error:
                messages.warn("%s: %s; opening it again" % (self._spec, messages.short(error)),
                              once=(self._mark, "gone"))
                self._close(tracker)
                lost += 1
                if lost >= _LOST_AT_MOST and not self._patient:
                    self.why = messages.short(error)
                    return self.complete
                if not self._pause(lost - 1):
                    return self.complete
                continue
            except Unreached as error:
                self.why = str(error)
            except BaseException:
                self._close(tracker)
                raise
            self._close(tracker)
            for forwarder in self._forwarders:
                with suppress(ClientClosed):
                    forwarder.save_confirmed(tracker)  # what was confirmed by closing
            if self.unsent is not None:
                differences.say(self._journals, self.unsent, self._rising, self._spec.rstrip(":"))
            self.complete = not any(journal.cursor.waiting or reading.rows_after(journal.path, journal.cursor.offset)
                                    for journal in self._journals)
            return self.complete

    def _forward(self, tracker: "Tracker") -> None:
        """Journal after journal, as long as there is one."""
        self._before, self._forwarders = self.rows, []
        for journal in self._journals:
            journal.rows = 0
        states = [journal.cursor.rising for journal in self._journals if journal.cursor.rising]
        self._rising = Rising(states[-1] if states else None)
        self.unsent = UnsentPoints(self._journals, self._stopping.is_set, *self._options)
        while not self._is_last(len(self._forwarders)):
            journal = self._journals[len(self._forwarders)]
            self._forwarders.append(Forwarder(journal, self.unsent, self._rising, self._progress, self._patient))
            if not self._forwarders[-1].run(tracker):
                break

    def _say_doubts(self, tracker: "Tracker") -> None:
        """Say of each position that cannot be used what follows from that, as far as anybody knows."""
        unknown = "; %s may get points twice" % self._spec.rstrip(":")
        for journal in self._journals:
            if journal.cursor.doubt:
                where = "where a copy of it was" if journal.cursor.offset else "the start"
                messages.warn("%s: %s; sending from %s%s" % (
                    journal.path, journal.cursor.doubt, where, unknown if tracker.repeats else ""),
                    once=(journal.path, self._spec, "doubt"))

    def _open(self) -> "Optional[Tracker]":
        attempt = 0
        while True:
            last = self._stopping.is_set()
            try:
                with self._announced():
                    first = self._journals[0]
                    return trackers.open_spec(self._spec, run_names.with_seed(first.header, first.path))
            except ImportError:
                raise
            except Exception as error:
                if not self._patient:
                    raise
                messages.warn("%s: %s; rows stay in %s" % (self._spec, messages.short(error), self._journals[0].path),
                              once=(self._mark, type(error)))
                messages.log_traceback()
            if last or not self._pause(attempt):
                return None
            attempt += 1

    @contextmanager
    def _announced(self) -> "Iterator[None]":
        """Say what a person waits for, where it takes long."""
        what = "%s: still opening %s; this may take minutes if its server does not answer" % (
            self._journals[0].path, self._spec)
        slow = threading.Timer(_NOTICED_SECONDS, messages.say, [what])
        slow.daemon = True
        if not self._patient:
            slow.start()
        try:
            yield
        finally:
            slow.cancel()

    def _is_last(self, index: int) -> bool:
        """Whether there is no journal any more; from then on none may be added."""
        with self._adding:
            self._is_over = index >= len(self._journals)
            return self._is_over

    def _pause(self, attempt: int) -> bool:
        """Wait before the next attempt; False where there is no time for one."""
        pause = _PAUSES[min(attempt, len(_PAUSES) - 1)]
        if self._stopping.is_set():
            self._stopping.sleep(min(pause, _PAUSE_AT_THE_END))
        else:
            self._stopping.wait(pause)
        return self._stopping.seconds_left() != 0.0 and not self._stopping.at_once

    def _close(self, tracker: "Tracker") -> None:
        left = self._stopping.seconds_left()
        if left is None and self.why:
            left = _LEAST_SECONDS  # other runs wait
        with messages.one_line_on_failure("%s: the run was not closed" % self._spec):
            tracker.close(left if left is None else max(left, _LEAST_SECONDS))
