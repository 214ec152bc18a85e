"""The reading end of a journal: its records, also while it grows, and what a forwarder asks of it at once."""
import bisect
import contextlib
import json
import math
import os

from . import files, moved
from .journal import FORMAT

_LONGEST_SHOWN = 60
_PIECE = 1 << 16  # bytes
_NUMBERS, _VALUES = frozenset((int, float)), frozenset((int, float, str))
_TEXT, _TEXT_OR_NULL = ((str,), "a text"), ((str, type(None)), "a text or null")
_HEADER = {"t": ((int, float), "a number"), "run": _TEXT, "name": _TEXT, "group": _TEXT_OR_NULL,
           "resumes": _TEXT_OR_NULL, "tags": ((list,), "a list of texts"), "argv": ((list,), "a list of texts")}
_BEYOND = 2.0 ** 1023  # an int that is no float is no x, time or value; nor is NaN, which is not below it


class Reader:
    """Records from a byte offset on, also while the file grows.

    Attributes:
        offset: where the next record starts, in bytes.
        skipped: lines passed over because they do not parse, or are not what `journal` tells.
    """

    def __init__(self, path, offset=0):
        self.path = path
        self.offset = offset
        self.skipped = 0
        self._file = files.open_to_read(path)

    def read(self, at_most=1000):
        """The next whole records, a list; empty where there is none yet. A line without its end is left alone.

        Each says at which byte it begins, under ``offset``.
        """
        records = self._read(at_most)
        if not records and os.fstat(self._file.fileno()).st_nlink == 0 and os.path.exists(self.path):
            with contextlib.suppress(files.NotOurs):  # something else has its name: what is open is all there is
                again = files.open_to_read(self.path)  # deleted and made anew: it begins with all that the old one held
                self._file.close()
                self._file = again
            records = self._read(at_most)
        return records

    def _read(self, at_most):
        records = []
        self._file.seek(self.offset)
        while len(records) < at_most:
            line = self._file.readline()
            if not line.endswith(b"\n"):
                break
            self.offset += len(line)
            record = _decode(line)
            if record is not None:
                record["offset"] = self.offset - len(line)
                records.append(record)
            elif line.strip():
                self.skipped += 1
        return records

    def is_gone(self):
        """Whether the file is at its path no more: moved or deleted."""
        try:
            return not os.path.samestat(os.stat(self.path), os.fstat(self._file.fileno()))
        except OSError:
            return True

    def find(self):
        """Where it is now, if it is still open and was moved; `path` is that from then on. None where nobody knows."""
        found = moved.path_of(self._file.fileno())
        self.path = found or self.path
        return found

    def close(self):
        """Close the file."""
        self._file.close()


def _decode(line):
    try:
        record = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) and _is_sound(record) else None


def _is_sound(record):
    """Whether rows and configs are of the shape that whoever takes them relies on: one bad line costs no other."""
    if type(record.get("config", {})) is not dict:
        return False
    if "values" in record:
        values = record["values"]
        return (_is_number(record.get("step")) and _is_number(record.get("t")) and type(values) is dict
                and type(record.get("stream", "")) is str and _are_values(values.values()))
    return True


def _are_values(values):
    if not _VALUES.issuperset(map(type, values)):
        return False
    try:
        float(sum(values))  # asked in C, of each row of a run
        return True
    except (OverflowError, TypeError):  # large ints, texts
        return all(type(value) is not int or -_BEYOND < value < _BEYOND for value in values)


def _is_number(value):
    return type(value) in _NUMBERS and -_BEYOND < value < _BEYOND


def read_header(path):
    """The first record; ValueError where the file has none that this version reads."""
    with files.open_to_read(path) as file:
        record = _decode(file.readline())
    if record is None or "format" not in record:
        raise ValueError("%s: expected a journal of format %d, found something else" % (path, FORMAT))
    if record["format"] != FORMAT:
        raise ValueError("%s: a journal of format %s; this package reads format %d, use the one that wrote it"
                         % (path, record["format"], FORMAT))
    for field, (kinds, expected) in _HEADER.items():
        value = record.get(field)
        if field not in record and field != "run":
            continue
        if type(value) not in kinds or kinds == (list,) and any(type(entry) is not str for entry in value) or (
                type(value) in _NUMBERS and not _is_number(value)):
            raise ValueError("%s: expected %s as %s in its header, found %s" % (
                path, expected, field, json.dumps(value)[:_LONGEST_SHOWN]))
    return record


def read_whole_header(path):
    """The first record, with all that whoever opens a run asks of it; see `read_header`."""
    record = dict({"t": 0, "tags": [], "argv": []}, **read_header(path))
    record.setdefault("name", record["run"])
    if record.get("group") is None:
        record["group"] = record["name"]
    return record


def has_whole_line(path, offset=0):
    """Whether a journal holds a whole line from this byte on: one that is torn may never become one."""
    try:
        with files.open_to_read(path) as file:
            file.seek(offset)
            for piece in iter(lambda: file.read(_PIECE), b""):
                if b"\n" in piece:
                    return True
    except OSError:
        pass  # gone
    return False


def is_torn(path):
    """Whether the last line of a journal has no end: its training was killed in the middle of it, or writes it now."""
    try:
        with files.open_to_read(path) as file:
            file.seek(-1, os.SEEK_END)
            return file.read() != b"\n"
    except OSError:
        return False  # empty, gone


def last_config(path, offset):
    """The newest config record before this byte, in a list; empty where there is none."""
    last = []
    with files.open_to_read(path) as file:  # line by line: a journal may be larger than the memory
        for line in file:
            offset -= len(line)
            if offset < 0:
                break
            record = _decode(line) if b'"config":' in line else None
            if record and "config" in record:
                last = [record]
    return last


def rewinds(path, offset):
    """(byte, stream, step) of the rows from this byte on that go on from a checkpoint, see `journal`."""
    found = []
    with files.open_to_read(path) as file:
        file.seek(offset)
        for line in file:
            record = (_decode(line) if b'"rewind":' in line else None) or {}
            if record.get("rewind") and "values" in record:
                found.append((offset, record.get("stream", ""), record["step"]))
            offset += len(line)
    return found


def lowest_behind(marks):
    """A function of a byte and a stream: the lowest step of the `rewinds` behind that byte, infinity where there is
    none."""
    streams = {}
    for offset, stream, step in sorted(marks, key=lambda mark: mark[0], reverse=True):
        offsets, steps = streams.setdefault(stream, ([], []))
        offsets.append(-offset)
        steps.append(min(step, steps[-1]) if steps else step)

    def of(offset, stream):
        offsets, steps = streams.get(stream, ((), ()))
        behind = bisect.bisect_left(offsets, -offset)
        return steps[behind - 1] if behind else math.inf
    return of


class FirstSteps:
    """From which step on a journal supersedes earlier ones of its run, in each stream, also while it grows: that of the
    first row, or of a checkpoint that lies before it."""

    def __init__(self, path):
        self._path = path
        self._offset = 0
        self._size = None  # when it was looked at
        self._steps = {}

    def of(self, stream=""):
        """That step; infinity where there is no row yet."""
        self._look()
        return self._steps.get(stream, math.inf)

    def _look(self):
        try:
            size = os.path.getsize(self._path)
            if size != self._size:
                self._read_on()
                self._size = size
        except OSError:
            pass  # gone meanwhile: what is known of it is true

    def _read_on(self):
        with files.open_to_read(self._path) as file:
            file.seek(self._offset)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self._offset += len(line)
                if b'"values":' in line and ("" not in self._steps or b'"stream":' in line or b'"rewind":' in line):
                    self._supersede(_decode(line) or {})

    def _supersede(self, record):
        stream = record.get("stream", "")
        if "values" in record and (stream not in self._steps or record.get("rewind")):
            self._steps[stream] = min(self._steps.get(stream, math.inf), record["step"])


def rows_after(path, offset):
    """How many rows the journal holds from this byte on, without those that it supersedes itself (see `rewinds`)."""
    try:
        below, count = lowest_behind(rewinds(path, offset)), 0
        with files.open_to_read(path) as file:
            file.seek(offset)
            for line in file:
                if not line.endswith(b"\n"):
                    break  # torn, as a reader leaves it alone
                row = (_decode(line) if b'"values":' in line else None) or {}
                if "values" in row:
                    count += row["step"] < below(offset, row.get("stream", ""))
                offset += len(line)
        return count
    except OSError:
        return 0
