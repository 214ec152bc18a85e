"""One way from a journal to a tracker, for the child process, the thread and the send-again command alike."""
import math
import os
import time

from . import config as configs
from . import messages, reading
from .series import Series
from .trackers.base import Gone

BATCH = 1000  # records; large enough that a client's cost a call disappears, small enough to be handed over at once
FLUSH_SECONDS = 1.0
_POLL_SECONDS = 0.1
_CONFIRM_SECONDS = 0.02  # between two looks at whether the tracker has a batch
_CLOSING_SECONDS = 0.5  # of the time there is, this much is for closing
_PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)  # between attempts to reach a tracker
REACHED_WITHIN_SECONDS = 60.0  # where other runs wait for this one: six attempts
CONFIRMED_WITHIN_SECONDS = 300.0


class Unreached(Exception):
    """A tracker did not take what it was handed, in the time that there is for one run; the message says why."""


class Forwarder:
    """Follows one journal and hands it to one tracker: a batch, once the tracker has confirmed the one before.

    Args:
        path: the journal.
        cursor: where to begin (see `cursor`), moved as the tracker has what came before.
        stopping: see `stopping`.
        below: stream -> x; rows at it or beyond are left out, because a journal that goes on with this run holds them.
        progress: called with the number of bytes that the tracker has of the journal.
        patient: whether a tracker that is not reached is tried again for ever; otherwise it gives way to other runs.

    Attributes:
        path: of the journal, which may be moved meanwhile.
        rows: how many were handed over and confirmed.
        superseded: how many were left out, because there are others for their steps: in a later journal of the run, or
            in this one, where it goes on from a checkpoint.
    """

    def __init__(self, path, cursor, stopping, below=lambda stream: math.inf, progress=lambda offset: None,
                 patient=True):
        self.path = path
        self._cursor = cursor
        self._stopping = stopping
        self._below = below
        self._progress = progress
        self._patient = patient
        self._run = reading.read_header(path)["run"]
        self._not_confirmed = None  # (byte of the journal, state of the series, rows): of what was handed over
        self._reader = None
        self._said = False
        self._rewinds = []  # of the rows that were there at the beginning; what comes later finds the tracker ahead
        self.rows = 0
        self.superseded = 0

    def run(self, tracker):
        """Forward until the run has ended, or there is an end and it is reached.

        Returns whether the tracker has confirmed all that was read. A tracker that is not reached is tried again.

        Raises:
            Gone: it never will be through this object.
            Unreached: it was not in time, and we are not `patient`.
        """
        self._not_confirmed = None  # what an earlier tracker was handed is handed over again
        reader = self._reader = reading.Reader(self.path, self._cursor.offset)
        try:
            if self._cursor.offset:  # a run that could not be continued is told what it is the rest of
                config = reading.last_config(self.path, self._cursor.offset)
                self._hand_over(config, tracker, None)
            self._rewinds = reading.rewinds(self.path, self._cursor.offset)
            return self._follow(reader, tracker, Series(self._cursor.series))
        finally:
            if reader.skipped:
                messages.warn("%s: %s passed over" % (self.path, messages.count(reader.skipped, "broken line")))
            self._reader = None
            reader.close()

    def settle(self, tracker):
        """Move the cursor to what was handed over, if the tracker has confirmed it; returns whether nothing is open."""
        if self._not_confirmed is None:
            return True
        try:
            if not tracker.confirmed():
                return False
        except Gone:
            raise
        except Exception as error:
            messages.warn("%s: %s; looking again" % (self.path, messages.short(error)), once=(self.path, type(error)))
            return False
        self._cursor.offset, self._cursor.series, rows = self._not_confirmed
        self._not_confirmed = None
        self.rows += rows
        self._find_moved()
        with messages.one_line_on_failure("%s: could not save the upload position" % self.path):
            self._cursor.save()  # a full disk ends no forwarding
        self._progress(self._cursor.offset)
        return True

    def _find_moved(self):
        """Where the journal's folder was renamed, go on in the new one: the position belongs beside the journal."""
        if self._reader is not None and self._reader.is_gone() and self._reader.find():
            self.path = self._reader.path
            self._cursor.move_to(self.path)

    def _follow(self, reader, tracker, series):
        settled_at, read, rows = time.monotonic(), 0, 0
        while True:
            began = time.monotonic()
            last_look = self._stopping.is_set()  # asked first: what was written before it was set is then read
            records = [] if self._stopping.at_once else reader.read(BATCH - read)
            read += len(records)
            handed = self._hand_over(records, tracker, series)
            if handed is None:
                return False
            rows += handed
            ended = any("end" in record for record in records[-1:])
            over = ended or not records and (last_look or not self._patient and self._is_removed(reader))
            if reader.offset != self._cursor.offset and (
                    over or read >= BATCH or time.monotonic() - settled_at >= FLUSH_SECONDS):
                if not self._confirm(tracker, (reader.offset, series.state(), rows)):
                    return False
                settled_at, read, rows = time.monotonic(), 0, 0
            if over:
                return True
            if records:
                self._stopping.rest(time.monotonic() - began)
            else:
                self._stopping.wait(_POLL_SECONDS)

    @staticmethod
    def _is_removed(reader):
        """Whether the journal is gone for good, as far as can be told; a training makes a deleted one anew."""
        return reader.is_gone() and not os.path.exists(reader.path) and not reader.find()

    def _confirm(self, tracker, handed_over):
        """Wait until the tracker has what was handed over; False where the time is up before."""
        if not self._reaching(tracker.flush):
            return False
        self._not_confirmed = handed_over
        began = time.monotonic()
        while not self.settle(tracker):
            if self._is_time_up():
                return False
            self._give_way(began, CONFIRMED_WITHIN_SECONDS, "it has not confirmed what it was handed")
            time.sleep(_CONFIRM_SECONDS)
        return True

    def _hand_over(self, records, tracker, series):
        """How many rows were handed over; None where the time is up before."""
        rows = [record for record in records if "values" in record]
        for record in records:
            if "config" in record and not self._reaching(
                    tracker.write_config, configs.fitted(record["config"])):
                return None
        batch = series.rows(rows, self._run, tracker.takes_non_finite, self._below, self._rewinds) if rows else []
        self.superseded += len(rows) - len(batch)
        with_values = [row for row in batch if row.values]
        if with_values and not self._reaching(tracker.write_rows, with_values):
            return None
        return len(batch)

    def _reaching(self, call, *arguments):
        """``call``, again and again while the tracker is not reached; False where the time is up before."""
        attempt, began = 0, time.monotonic()
        while True:
            try:
                call(*arguments)
                return True
            except Gone:
                raise
            except Exception as error:
                self._give_way(began, REACHED_WITHIN_SECONDS, messages.short(error))
                if not self._said:
                    self._said = True
                    messages.warn("%s: %s; trying again" % (self.path, messages.short(error)))
            if self._stopping.is_set():
                self._stopping.sleep(_PAUSES[0])
            else:
                self._stopping.wait(_PAUSES[min(attempt, len(_PAUSES) - 1)])
            attempt += 1
            if self._is_time_up():
                return False

    def _give_way(self, began, seconds, why):
        if not self._patient and time.monotonic() - began >= seconds:
            raise Unreached("tried for %d s: %s" % (time.monotonic() - began, why))

    def _is_time_up(self):
        left = self._stopping.seconds_left()
        return left is not None and left <= _CLOSING_SECONDS
