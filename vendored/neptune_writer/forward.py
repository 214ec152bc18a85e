"""One way from a journal to a tracker, for the child process, the thread and the send-again command alike."""
import time

from . import journal, messages
from .series import Series

BATCH = 1000  # records; large enough that a client's cost a call disappears, small enough to be handed over at once
FLUSH_SECONDS = 1.0
_POLL_SECONDS = 0.1


class Forwarder:
    """Follows one journal and hands it to one tracker.

    Args:
        path: the journal.
        cursor: where to begin, moved as the tracker has taken what came before.
        stopping: an event; once set, the journal's present end is the end.
    """

    def __init__(self, path, cursor, stopping):
        self._path = path
        self._cursor = cursor
        self._stopping = stopping
        self._rows = 0

    def run(self, open_tracker, closing_seconds):
        """Forward until the run has ended or `stopping` is set, and all of it is handed over.

        Returns:
            How many rows were handed over, and where a person finds them (see `trackers.Tracker.place`).

        Args:
            open_tracker: header -> tracker (see `trackers`); called once.
            closing_seconds: () -> how long the tracker may take to close.

        Raises:
            Exception: what opening or flushing the tracker raises. The cursor then stands before what was not taken.
        """
        header = journal.read_header(self._path)
        tracker = open_tracker(header)
        reader = journal.Reader(self._path, self._cursor.offset)
        try:
            if self._cursor.offset:  # a run that could not be continued is told what it is the rest of
                self._hand_over(journal.last_config(self._path, self._cursor.offset), tracker, None)
            self._follow(reader, tracker, Series(self._cursor.series))
            tracker.close(closing_seconds())
        finally:
            if reader.skipped:
                messages.warn("%s: %s passed over" % (self._path, messages.count(reader.skipped, "broken line")))
            reader.close()
        return self._rows, tracker.place

    def _follow(self, reader, tracker, series):
        flushed_at = time.monotonic()
        while True:
            last_look = self._stopping.is_set()  # asked first: what was written before it was set is then read
            records = reader.read(BATCH)
            self._hand_over(records, tracker, series)
            ended = any("end" in record for record in records[-1:])
            idle = not records
            if reader.offset != self._cursor.offset and (ended or last_look
                                                         or time.monotonic() - flushed_at >= FLUSH_SECONDS):
                tracker.flush()
                self._cursor.offset, self._cursor.series = reader.offset, series.state()
                with messages.one_line_on_failure("%s: it is not recorded how far it was sent" % self._path):
                    self._cursor.save()  # a full disk ends no forwarding
                flushed_at = time.monotonic()
            if ended or last_look and idle:
                return
            if idle:
                self._stopping.wait(_POLL_SECONDS)

    def _hand_over(self, records, tracker, series):
        rows = []
        for record in records:
            if "values" in record:
                rows.append(record)
            elif "config" in record:
                tracker.write_config(record["config"])
        if rows:
            tracker.write_points(series.points(rows))
            self._rows += len(rows)
