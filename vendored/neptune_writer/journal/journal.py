"""The writing end of a journal, the file of JSON lines that each run writes first.

Its records are those of `records`. A file has one writer and is never changed but at its end; a line that does not
parse is skipped by readers.
"""
import collections
import contextlib
import errno
import json
import os
import threading
import time

from .. import messages
from ..system import files
from . import journal_files, open_files
from .encoding import encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Deque, List, Optional

    from .records import Record

SUFFIX = ".jsonl"
_WAITING_AT_MOST = 100000  # records kept in memory while the disk takes none
_RETRY_SECONDS = 1.0
_LOOK_SECONDS = 1.0  # how often to look whether the file was deleted: at every row would cost a twentieth of it
_LONGEST_HEADER = 1 << 16  # bytes of it that are compared
_DEAD = (getattr(errno, "ESTALE", None), getattr(errno, "ENOTCONN", None))  # an open file that its server lost


class JournalLost(Exception):
    """The file was closed, to make room for others or by its server, and cannot be opened again: it was deleted or
    replaced.

    Attributes:
        path: where it was.
        rows: how many it held.
        records: those that were to be written to it.
    """

    def __init__(self, path: str, rows: int, records: "List[Record]") -> None:
        super().__init__("the journal was deleted or replaced")
        self.path, self.rows, self.records = path, rows, records


class Journal:
    """The writing end. A record whose `append` returned is with the operating system, so it outlives a kill -9,
    unless a failure was printed: then records wait in memory until there is room again. A file that someone deletes
    is written again within a second, whole, if it is open: of many journals a few are, see `open_files`. One whose
    file server lost it is opened again.

    Args:
        directory: where it goes, made if missing; None for ``./neptune_journals``.
        run: the run's id, which is unique and part of the file's name.

    Raises:
        OSError: no folder takes a new file.
    """

    def __init__(self, directory: object, run: str) -> None:
        name = "neptune-%s%s" % (run, SUFFIX)
        self._file: "Optional[int]"
        self.path, self._file = open_files.with_room(lambda: journal_files.create(directory, name))
        self._first = b""  # its first line, which no other has
        self._resting: "Optional[int]" = None  # the size of the file while it is closed; 0 where its server lost it
        self._written = 0  # lines
        self._no_rows = 0  # of them, and of those that wait
        self._torn: "Optional[bytes]" = None  # the line of which the file has only a part
        # whether the file system counts names of a file: asked at the first look
        self._is_counted: "Optional[bool]" = None
        self._waiting: "Deque[bytes]" = collections.deque()
        self._dropped = 0
        self._retry_at = 0.0
        self._look_at = 0.0
        self._lock = threading.RLock()  # again, in a signal handler
        open_files.used(self)

    def append(self, record: "Record") -> None:
        """Write one record, with one write.

        Raises:
            JournalLost: this journal has ended.
        """
        line = encode(record)
        with self._lock:
            if not self._first or "values" not in record:
                self._first = self._first or line[:_LONGEST_HEADER]
                self._no_rows += 1
            self._waiting.append(line)
            if len(self._waiting) > _WAITING_AT_MOST:
                del self._waiting[1]  # not the first, which may be half written
                self._dropped += 1
            now = time.monotonic()
            if now >= self._look_at:
                self._look_at = now + _LOOK_SECONDS
                self._look()
            if now >= self._retry_at:
                self._write()

    def append_row(self, line: bytes) -> None:
        """`append` of a row that is a line already, bytes as of `encode`; where nothing is in its way, in a third of
        the time.

        Raises:
            JournalLost: this journal has ended.
        """
        with self._lock:
            if self._first and not self._waiting and self._file is not None and time.monotonic() < self._look_at:
                try:
                    written = os.write(self._file, line)
                except (OSError, TypeError):
                    written = 0
                if written == len(line):
                    self._written += 1
                    return
                if written:
                    self._torn = line
                    self._waiting.append(line[written:])
                    self._write()
                    return
            self.append(json.loads(line.decode("ascii")))

    def is_written(self) -> bool:
        """Whether the disk has taken all that was appended."""
        return not self._waiting

    def close(self) -> None:
        """Write what still waits, as far as the disk takes it, and close the file. May be called twice."""
        with self._lock:
            if self._file is None and self._resting is None:
                return
            self._restore_if_deleted()
            self._write()
            if self._waiting or self._dropped:
                messages.warn("%s: %d records could not be written and are lost"
                              % (self.path, len(self._waiting) + self._dropped))
            self._close()

    def discard(self) -> None:
        """Close the file and remove it: what was written to it goes into another one."""
        with self._lock:
            self._close()
            with contextlib.suppress(OSError):
                os.remove(self.path)

    def rest(self) -> bool:
        """Close the file until the next record; whether that was done: not while one is being written, or waits."""
        is_held = self._lock._is_owned()  # type: ignore[attr-defined]
        if is_held or not self._lock.acquire(False):
            return False
        try:
            if self._file is None or self._waiting:
                return False
            self._restore_if_deleted()
            size = os.fstat(self._file).st_size
            self._close()
            self._resting = size
            return True
        except OSError:
            return False
        finally:
            self._lock.release()

    def _close(self) -> None:
        open_files.closed(self)
        file, self._file, self._resting = self._file, None, None
        if file is not None:
            os.close(file)

    def _look(self) -> None:
        self._restore_if_deleted()
        if self._file is not None:
            open_files.used(self)

    def _is_open_again(self) -> bool:
        """Open the file again that is closed; False where that does not work now.

        Raises:
            JournalLost: it never will.
        """
        try:
            file = open_files.with_room(lambda: files.open_to_append(self.path))
        except (FileNotFoundError, NotADirectoryError, files.NotOurs):
            file = None
        except OSError as error:
            self._wait(error)
            return False
        if file is not None and not self._is_ours(file):
            os.close(file)
            file = None
        if file is None:
            records = [json.loads(line.decode("ascii")) for line in self._waiting]
            self._waiting.clear()
            self._close()
            waiting = sum("values" not in record for record in records)
            raise JournalLost(self.path, self._written - self._no_rows + waiting, records)
        if not self._resting:
            self._say_what_is_lost(file)
        self._file, self._resting = file, None
        open_files.used(self)
        return True

    def _is_ours(self, file: int) -> bool:
        if os.fstat(file).st_size < (self._resting or 0):
            return False
        first = journal_files.first_line(file, _LONGEST_HEADER)
        return first == self._first or not self._written and self._first.startswith(first)

    def _say_what_is_lost(self, file: int) -> None:
        """Of a file that its server lost. A line that is torn at its end is ended: readers skip it."""
        lines, is_whole = journal_files.lines(file)
        if not lines:
            os.ftruncate(file, 0)
        elif not is_whole:
            os.write(file, b"\n")
        lost, self._written = self._written - lines, lines
        messages.warn("%s: its file server lost the open file; it was opened again%s" % (
            self.path, ", but %s in it cannot be restored" % messages.count(lost, "line") if lost > 0 else ""))

    def _write(self) -> None:
        """Write what waits. A line that a full disk cut short is continued where it was cut."""
        is_lost = False
        while self._waiting:
            if self._resting is not None and not self._is_open_again():
                return
            line = self._waiting.popleft()  # first, so that a Ctrl-C in between cannot write it twice
            try:
                written = os.write(self._file, line)  # type: ignore[arg-type]
                if not written:
                    raise OSError("no byte was taken")
            except (OSError, TypeError) as error:  # TypeError: closed
                self._waiting.appendleft(line)
                if getattr(error, "errno", None) in _DEAD and not is_lost:
                    is_lost = True
                    self._lose()
                    continue
                self._wait(error)
                return
            if written < len(line):
                self._torn = self._torn or line
                self._waiting.appendleft(line[written:])
            else:
                self._written += 1
                if self._torn is not None:
                    self._torn = None

    def _lose(self) -> None:
        """The server lost the open file, for good: it is opened again by its name, and a torn line written whole."""
        with contextlib.suppress(OSError):
            self._close()
        self._resting = 0
        if self._torn:
            self._waiting[0], self._torn = self._torn, None

    def _wait(self, error: Exception) -> None:
        self._retry_at = time.monotonic() + _RETRY_SECONDS
        messages.warn("%s: cannot be written (%s); rows wait in memory" % (self.path, error),
                      once=("journal", self.path))

    def _restore_if_deleted(self) -> None:
        """A deleted file is there as long as it is open: put a copy in its place, or where there is one."""
        with messages.one_line_on_failure("%s was deleted and cannot be written again" % self.path):
            if self._file is None or self._is_there(self._file):
                return
            path, file = journal_files.create(os.path.dirname(self.path), os.path.basename(self.path))
            try:
                journal_files.copy(self._file, file)
            except OSError:
                os.close(file)
                os.remove(path)
                raise
            os.close(self._file)
            deleted, self.path, self._file = self.path, path, file
            messages.warn("%s was deleted; it is written again, with all its rows" % deleted)

    def _is_there(self, file: int) -> bool:
        """Whether the file has a name, if only in a folder that was moved: what else has its name now is none of it."""
        try:
            status = os.fstat(file)
        except OSError:
            return True  # what cannot be asked is for `_write` to find out
        if self._is_counted is None:
            self._is_counted = bool(status.st_nlink)
        if not self._is_counted:
            return os.path.exists(self.path)
        with contextlib.suppress(OSError):
            return bool(status.st_nlink) or os.path.samestat(os.stat(self.path), status)
        return False
