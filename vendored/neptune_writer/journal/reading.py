"""The reading end of a journal: its records, also while it grows, and what else is asked of the file."""
import contextlib
import itertools
import json
import os

from ..system import files, moved
from . import records
from .encoding import decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, List, Optional, Tuple

    from .records import Record

_LONGEST_SHOWN = 60  # characters
_TAIL = 1 << 16  # bytes, more than any record at the end of a run


class Reader:
    """Records from a byte offset on, also while the file grows.

    Attributes:
        offset: where the next record starts, in bytes.
        skipped: how many lines were skipped because they do not parse or are no record, see `records`.
    """

    def __init__(self, path: str, offset: int = 0) -> None:
        self.path = path
        self.offset = offset
        self.skipped = 0
        self._file = files.open_to_read(path)

    def read(self, at_most: int = 1000) -> "List[Record]":
        """The next whole records; empty where there is none yet. A line without its end is not read.

        Each has the byte at which it begins under ``offset``.
        """
        found = self._read(at_most)
        if not found and os.fstat(self._file.fileno()).st_nlink == 0 and os.path.exists(self.path):
            with contextlib.suppress(files.NotOurs):  # something else has its name: what is open is all there is
                again = files.open_to_read(self.path)  # deleted and written again: it begins with all the old one held
                self._file.close()
                self._file = again
            found = self._read(at_most)
        return found

    def _read(self, at_most: int) -> "List[Record]":
        found: "List[Record]" = []
        self._file.seek(self.offset)
        while len(found) < at_most:
            line = self._file.readline()
            if not line.endswith(b"\n"):
                break
            self.offset += len(line)
            record = decode(line)
            if record is not None:
                record["offset"] = self.offset - len(line)
                found.append(record)
            elif line.strip():
                self.skipped += 1
        return found

    def is_gone(self) -> bool:
        """Whether the file is no longer at its path: moved or deleted."""
        try:
            return not os.path.samestat(os.stat(self.path), os.fstat(self._file.fileno()))
        except OSError:
            return True

    def find(self) -> "Optional[str]":
        """Where it is now, if it was moved: `path` is that from then on. None where that is not known."""
        found = moved.path_of(self._file.fileno())
        self.path = found or self.path
        return found

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def read_header(path: str) -> "Record":
    """The first record; ValueError where the file has none that this version reads."""
    with files.open_to_read(path) as file:
        record = decode(file.readline())
    if record is None or "format" not in record:
        raise ValueError("%s: not a journal" % path)
    if record["format"] not in records.FORMATS:
        raise ValueError("%s: a journal of format %s; this version reads formats 1 to %d, read it with the one that "
                         "wrote it" % (path, record["format"], records.FORMATS[-1]))
    field, expected = records.faulty_field(record)
    if field:
        raise ValueError("%s: %s in its header should be %s, but is %s" % (
            path, field, expected, json.dumps(record.get(field))[:_LONGEST_SHOWN]))
    return record


def read_whole_header(path: str) -> "Record":
    """The first record, with every field that opening a run needs; see `read_header`."""
    record = dict({"t": 0, "tags": [], "argv": []}, **read_header(path))
    record.setdefault("name", record["run"])
    if record.get("group") is None:
        record["group"] = record["name"]
    return record


def first_config(path: str) -> "Dict[str, Any]":
    """The config that stands right behind the header; empty where another record does."""
    with contextlib.suppress(OSError):
        for _, line in itertools.islice(_lines(path), 1, 2):
            record = decode(line) or {}
            if records.is_valid(record):
                return dict(record.get("config", {}))
    return {}


def last_config(path: str, offset: int) -> "List[Record]":
    """The newest config record before this byte, in a list; empty where there is none."""
    last: "List[Record]" = []
    for end, line in _lines(path):
        if end > offset:
            break
        record = decode(line) if b'"config":' in line else None
        if record and "config" in record:
            last = [record]
    return last


def rows_after(path: str, offset: int) -> int:
    """How many rows the journal holds from this byte on; 0 where it was deleted."""
    count = 0
    with contextlib.suppress(OSError):
        for _, line in _lines(path, offset):
            count += b'"values":' in line and "values" in (decode(line) or {})
    return count


def has_whole_line(path: str, offset: int = 0) -> bool:
    """Whether a journal holds a whole line from this byte on: one that is torn may never become one."""
    with contextlib.suppress(OSError):
        return next(_lines(path, offset), None) is not None
    return False


def is_torn(path: str) -> bool:
    """Whether the last line of a journal has no end: its training was killed in the middle of it, or writes it now."""
    return _tail(path)[-1:] not in (b"\n", b"")


def has_ended(path: str) -> bool:
    """Whether the last line of a journal says that the run ended in good order."""
    return "end" in (decode(_tail(path).rpartition(b"\n")[0].rpartition(b"\n")[2]) or {})


def _lines(path: str, offset: int = 0) -> "Iterator[Tuple[int, bytes]]":
    """(the byte behind it, line) of each whole line from this byte on. A journal may be larger than the memory."""
    with files.open_to_read(path) as file:
        file.seek(offset)
        for line in file:
            if line.endswith(b"\n"):
                offset += len(line)
                yield offset, line


def _tail(path: str) -> bytes:
    """The last bytes of a file; none where it was deleted."""
    with contextlib.suppress(OSError), files.open_to_read(path) as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
        return file.read()
    return b""
