"""A run on its way to one tracker: opened, forwarded, closed; and opened again where its client gave up."""
import threading
from contextlib import ExitStack, contextmanager, suppress

from .. import messages, trackers
from ..journal import reading
from ..points.rising import Rising
from ..system import locks
from ..trackers.base import ClientClosed
from . import differences, parts
from .feed import Feed
from .forwarder import Forwarder, Unreached
from .step_options import AS_SAID

_PAUSES = (5.0, 10.0, 20.0, 40.0, 60.0)  # between attempts to open
_PAUSE_AT_THE_END = 1.0
_LOST_AT_MOST = 5  # times that a client gives up on us, where a person waits
_NOTICED_SECONDS = 3.0  # a wait that a person wonders about
_LEAST_SECONDS = 0.2  # to close in, however late it is


class Delivery:
    """One run, held by a ``with``: one journal, or several where a training went on with it.

    Args:
        spec: where it goes, see `specs`.
        stopping: see `stopping`.
        patient: whether opening is tried again later where it fails.
        progress: called with each part's path and the bytes of it that the tracker has.
        how: what the user says of the steps, see `how`.
        opened: called once it is open, and `location` is known.

    Attributes:
        rows: how many were handed over and confirmed.
        location: where a person finds the run; None where the client does not say.
        complete: whether all rows that were there are confirmed.
        why: why they are not, a text; empty where the time was up.
    """

    def __init__(self, spec, stopping, patient=True, progress=lambda path, offset: None,
                 opened=lambda delivery: None, how=AS_SAID):
        self._opened = opened
        self._spec = spec
        self._stopping = stopping
        self._patient = patient
        self._how = how
        self._feed = None  # of the tracker that is open, or was last
        self._rising = None
        self._progress = progress
        self._parts = []
        self._forwarders = []  # of the tracker that is open
        self._before = 0  # rows that trackers before it have
        self._mark = object()
        self._adding = threading.RLock()
        self._is_over = False
        self._locks = ExitStack()
        self.location = None
        self.complete = False
        self.why = ""

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        with self._adding:
            self._is_over = True  # however it ended
        self._locks.close()

    @property
    def feed(self):
        """The `feed.Feed` of the run, once it was opened; None before."""
        return self._feed

    @property
    def rows(self):
        """Summed over all parts."""
        return self._before + sum(part.rows for part in self._parts)

    def add(self, path, others=()):
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
            self._add(parts.of(path, self._how.target(self._spec), self._stopping, others))
            return True

    def _add(self, part):
        self._locks.enter_context(locks.held(part.cursor.path))
        part.cursor.load()
        for earlier in self._parts:
            earlier.later.append(part)
        self._parts.append(part)

    def run(self):
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
                if not self._may_go_on(lost - 1):
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
            differences.say(self._parts, self._feed, self._rising, self._spec.rstrip(":"))
            self.complete = not any(part.cursor.open or reading.rows_after(part.path, part.cursor.offset)
                                    for part in self._parts)
            return self.complete

    def _forward(self, tracker):
        """Part after part, as long as there is one."""
        self._before, self._forwarders = self.rows, []
        for part in self._parts:
            part.rows = 0
        self._rising = Rising(next((part.cursor.rising for part in reversed(self._parts) if part.cursor.rising), None))
        self._feed = Feed(self._parts, self._stopping.is_set, self._how.x, self._how.restarts)
        while not self._is_last(len(self._forwarders)):
            part = self._parts[len(self._forwarders)]
            self._forwarders.append(Forwarder(part, self._feed, self._rising, self._progress, self._patient))
            if not self._forwarders[-1].run(tracker):
                break

    def _say_doubts(self, tracker):
        """Of each position that could not be taken: what follows from it, as far as we can know."""
        unknown = ", and nobody can tell which of its points %s has already" % self._spec.rstrip(":")
        for part in self._parts:
            if part.cursor.doubt:
                where = "where a copy of it was" if part.cursor.offset else "its start"
                messages.warn("%s: %s; it is sent from %s%s" % (
                    part.path, part.cursor.doubt, where, unknown if tracker.repeats else ""),
                    once=(part.path, self._spec, "doubt"))

    def _open(self):
        attempt = 0
        while True:
            last = self._stopping.is_set()
            try:
                with self._announced():
                    return trackers.open_spec(self._spec, self._parts[0].header)
            except ImportError:
                raise
            except Exception as error:
                if not self._patient:
                    raise
                messages.warn("%s: %s; rows stay in %s" % (self._spec, messages.short(error), self._parts[0].path),
                              once=(self._mark, type(error)))
                messages.log_traceback()
            if last or not self._may_go_on(attempt):
                return None
            attempt += 1

    @contextmanager
    def _announced(self):
        """Where a person waits for it, say what for."""
        what = "%s: opening %s, which may take minutes where a server is away" % (self._parts[0].path, self._spec)
        slow = threading.Timer(_NOTICED_SECONDS, messages.say, [what])
        slow.daemon = True
        if not self._patient:
            slow.start()
        try:
            yield
        finally:
            slow.cancel()

    def _is_last(self, index):
        """Whether there is no part any more, from when on none may be added."""
        with self._adding:
            self._is_over = index >= len(self._parts)
            return self._is_over

    def _may_go_on(self, attempt):
        pause = _PAUSES[min(attempt, len(_PAUSES) - 1)]
        if self._stopping.is_set():
            self._stopping.sleep(min(pause, _PAUSE_AT_THE_END))
        else:
            self._stopping.wait(pause)
        return self._stopping.seconds_left() != 0.0 and not self._stopping.at_once

    def _close(self, tracker):
        left = self._stopping.seconds_left()
        if left is None and self.why:
            left = _LEAST_SECONDS  # other runs wait
        with messages.one_line_on_failure("%s: it did not close" % self._spec):
            tracker.close(left if left is None else max(left, _LEAST_SECONDS))
