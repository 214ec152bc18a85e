"""From a journal to a tracker: the one way, for the child process, the thread and the send-again command."""
import os
import time

from .. import messages
from ..journal import reading
from ..trackers import config_entries, series
from ..trackers.base import RISING, UNIQUE, WHOLE, ClientClosed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Optional, Tuple

    from ..points.rising import Rising
    from ..points.rows import Placed
    from ..trackers.base import Tracker
    from .run_journals import RunJournal
    from .unsent_points import Position, UnsentPoints

BATCH = 1000  # records; large enough that a client's cost a call disappears, small enough to be handed over at once
FLUSH_SECONDS = 1.0
_POLL_SECONDS = 0.1
_CONFIRM_SECONDS = 0.02  # between two looks at whether the tracker has a batch
_CLOSING_SECONDS = 0.5  # of the time there is, this much is for closing
_PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)  # between attempts to reach a tracker
REACHED_WITHIN_SECONDS = 60.0  # where other runs wait for this one: six attempts
CONFIRMED_WITHIN_SECONDS = 300.0


class Unreached(Exception):
    """A tracker did not take what it was sent, in the time that there is for one run; the message says why."""


class Forwarder:
    """Follows one journal of a run and sends it to one tracker: a batch, once the tracker has confirmed the one before.

    Args:
        journal: the journal; its upload position is saved as the tracker confirms what comes before.
        unsent: the points of its run.
        rising: for a tracker whose series must rise, the run's.
        progress: called with a journal's path and the bytes of it that the tracker has.
        patient: whether a tracker that is not reached is tried again for ever; otherwise it gives way to other runs.
    """

    def __init__(self, journal: "RunJournal", unsent: "UnsentPoints", rising: "Rising",
                 progress: "Callable[[str, int], object]" = lambda path, offset: None, patient: bool = True) -> None:
        self._journal, self._unsent, self._rising = journal, unsent, rising
        self._stopping = journal.stopping
        self._progress = progress
        self._patient = patient
        # (positions, state of `rising`) of what was sent
        self._not_confirmed: Optional[Tuple[List[Position], List[Any]]] = None
        self._reader: Optional[reading.Reader] = None
        self._said = False

    def run(self, tracker: "Tracker") -> bool:
        """Forward until the run has ended, or there is an end and it is reached.

        Returns whether the tracker has confirmed all that was read. A tracker that is not reached is tried again.

        Raises:
            ClientClosed: it never will be through this object.
            Unreached: it was not in time, and we are not `patient`.
        """
        self._rising.falls = tracker.steps == UNIQUE
        journal, self._not_confirmed = self._journal, None  # what an earlier tracker did not confirm is sent again
        reader = self._reader = reading.Reader(journal.path, journal.cursor.offset)
        try:
            if reader.offset:  # a new run of the tracker's gets the config that the earlier one had
                for record in reading.last_config(journal.path, reader.offset):
                    self._reaching(tracker.write_config, config_entries.fitted(record["config"]))
            return self._follow(reader, tracker)
        finally:
            if reader.skipped:
                messages.warn("%s: %s %s skipped" % (
                    journal.path, messages.count(reader.skipped, "unreadable line"),
                    "was" if reader.skipped == 1 else "were"))
            self._reader = None
            reader.close()

    def save_confirmed(self, tracker: "Tracker") -> bool:
        """Save the position of what was sent, if the tracker has confirmed it; returns whether it has all."""
        if self._not_confirmed is None:
            return True
        try:
            if not tracker.confirmed():
                return False
        except ClientClosed:
            raise
        except Exception as error:
            messages.warn("%s: %s; looking again" % (self._journal.path, messages.short(error)),
                          once=(self._journal.path, type(error)))
            return False
        positions, rising = self._not_confirmed
        self._not_confirmed = None
        self._follow_renamed_folder()
        for position in positions:
            cursor = position.journal.cursor
            position.journal.rows = position.rows
            if position.journal is self._journal or (cursor.offset, cursor.waiting) != (
                    position.offset, position.waiting):
                self._save(position, rising)
        return True

    def _save(self, position: "Position", rising: "List[Any]") -> None:
        path, cursor = position.journal.path, position.journal.cursor
        cursor.offset, cursor.waiting, cursor.rising = position.offset, position.waiting, rising
        cursor.step_metric = self._unsent.step_metric()
        with messages.one_line_on_failure("%s: could not save the upload position" % path):
            cursor.save()  # a full disk ends no forwarding
        self._progress(path, position.offset)

    def _follow_renamed_folder(self) -> None:
        """Where the journal's folder was renamed, save the position in the new one, next to the journal."""
        if self._reader is not None and self._reader.is_gone() and self._reader.find():
            self._journal.path = self._reader.path
            self._journal.cursor.move_to(self._reader.path)

    def _follow(self, reader: "reading.Reader", tracker: "Tracker") -> bool:
        saved_at, read, is_behind = time.monotonic(), 0, False
        due = self._unsent.begin(self._journal)
        self._rising.seed(self._unsent.tops)
        while True:
            began = time.monotonic()
            last_look = self._stopping.is_set()  # asked first: what was written before it was set is then read
            if self._unsent.is_stale():
                due += self._unsent.start_over()
            records = [] if self._stopping.at_once else reader.read(BATCH - read)
            read += len(records)
            ended = any("end" in record for record in records[-1:])
            over = ended or not records and (last_look or not self._patient and self._is_removed(reader))
            for record in records:
                due += self._unsent.take(self._journal, record)
            due += self._unsent.read(self._journal, reader.offset)
            if over and not self._journal.resumed_by and not self._stopping.at_once:
                due += self._unsent.end()
            if not self._send(records, due, tracker):
                return False
            is_behind = is_behind or bool(due) or reader.offset != self._journal.cursor.offset
            if is_behind and (over or read >= BATCH or time.monotonic() - saved_at >= FLUSH_SECONDS):
                if not self._confirm(tracker):
                    return False
                saved_at, read, is_behind = time.monotonic(), 0, False
            due = []
            if over:
                return True
            if records:
                self._stopping.rest(time.monotonic() - began)
            else:
                self._stopping.wait(_POLL_SECONDS)

    @staticmethod
    def _is_removed(reader: "reading.Reader") -> bool:
        """Whether the journal is gone for good, as far as anybody knows; a training restores a deleted one."""
        return reader.is_gone() and not os.path.exists(reader.path) and not reader.find()

    def _confirm(self, tracker: "Tracker") -> bool:
        """Wait until the tracker has what was sent; False where the time is up before."""
        if not self._reaching(tracker.flush):
            return False
        self._not_confirmed = self._unsent.positions(), self._rising.state()
        began = time.monotonic()
        while not self.save_confirmed(tracker):
            if self._is_time_up():
                return False
            self._give_up_after(CONFIRMED_WITHIN_SECONDS, began, "the tracker did not confirm what it was sent")
            time.sleep(_CONFIRM_SECONDS)
        return True

    def _send(self, records: "List[Dict[str, Any]]", due: "List[Placed]", tracker: "Tracker") -> bool:
        """Send configs and points; False where the time is up before."""
        for record in records:
            if "config" in record and not self._reaching(
                    tracker.write_config, config_entries.fitted(record["config"])):
                return False
        if tracker.steps in (RISING, UNIQUE):
            due = [row for placed in due for row in self._rising.rows(placed, True)]
        if tracker.steps == WHOLE and any(type(placed.x) is float for placed in due):
            messages.warn("%s: the tracker takes whole steps only, so step 1.5 becomes 1" % self._journal.path,
                          once=(self._journal.path, "whole"))
        rows = [row for row in (series.row(placed, tracker.takes_non_finite) for placed in due) if row.values]
        tracker.clocks = self._unsent.clocks
        return not rows or self._reaching(tracker.write_rows, rows)

    def _reaching(self, call: "Callable[..., object]", *arguments: "Any") -> bool:
        """``call``, again and again while the tracker is not reached; False where the time is up before."""
        attempt, began = 0, time.monotonic()
        while True:
            try:
                call(*arguments)
                return True
            except ClientClosed:
                raise
            except Exception as error:
                self._give_up_after(REACHED_WITHIN_SECONDS, began, messages.short(error))
                if not self._said:
                    self._said = True
                    messages.warn("%s: %s; trying again" % (self._journal.path, messages.short(error)))
            if self._stopping.is_set():
                self._stopping.sleep(_PAUSES[0])
            else:
                self._stopping.wait(_PAUSES[min(attempt, len(_PAUSES) - 1)])
            attempt += 1
            if self._is_time_up():
                return False

    def _give_up_after(self, seconds: float, began: float, why: str) -> None:
        if not self._patient and time.monotonic() - began >= seconds:
            raise Unreached("gave up after %d s: %s" % (time.monotonic() - began, why))

    def _is_time_up(self) -> bool:
        left = self._stopping.seconds_left()
        return left is not None and left <= _CLOSING_SECONDS
