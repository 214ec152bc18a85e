"""The reading end of a journal: its records, also while it grows, and what a forwarder asks of it at once."""
import json
import math
import os

from .journal import FORMAT

_NUMBERS, _VALUES = frozenset((int, float)), frozenset((int, float, str))
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
        self._file = open(path, "rb")

    def read(self, at_most=1000):
        """The next whole records, a list; empty where there is none yet. A line without its end is left alone.

        Each says at which byte it begins, under ``offset``.
        """
        records = self._read(at_most)
        if not records and os.fstat(self._file.fileno()).st_nlink == 0 and os.path.exists(self.path):
            self._file.close()
            self._file = open(self.path, "rb")  # deleted and made anew: it begins with all that the old one held
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
    with open(path, "rb") as file:
        record = _decode(file.readline())
    if record is None or "format" not in record:
        raise ValueError("%s: expected a journal of format %d, found something else" % (path, FORMAT))
    if record["format"] != FORMAT:
        raise ValueError("%s: a journal of format %s; this package reads format %d, use the one that wrote it"
                         % (path, record["format"], FORMAT))
    return record


def last_config(path, offset):
    """The newest config record before this byte, in a list; empty where there is none."""
    last = []
    with open(path, "rb") as file:  # line by line: a journal may be larger than the memory
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
    with open(path, "rb") as file:
        file.seek(offset)
        for line in file:
            record = (_decode(line) if b'"rewind":' in line else None) or {}
            if record.get("rewind") and "values" in record:
                found.append((offset, record.get("stream", ""), record["step"]))
            offset += len(line)
    return found


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
        size = os.path.getsize(self._path)
        if size == self._size:
            return
        self._size = size
        with open(self._path, "rb") as file:
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
        marks, count = rewinds(path, offset), 0
        with open(path, "rb") as file:
            file.seek(offset)
            for line in file:
                row = (_decode(line) if b'"values":' in line else None) or {}
                if "values" in row:
                    later = [x for at, rewound, x in marks if at > offset and rewound == row.get("stream", "")]
                    count += row["step"] < min(later + [math.inf])
                offset += len(line)
        return count
    except OSError:
        return 0
