"""The reading end of a journal: its records, also while it grows, and what a forwarder asks of it at once."""
import contextlib
import json
import os

from ..system import files, moved

FORMATS = (1, 2)
"""Those of journals that this version reads."""
_LONGEST_SHOWN = 60
_PIECE = 1 << 16  # bytes
_NUMBERS, _VALUES = frozenset((int, float)), frozenset((int, float, str))
_TEXT, _TEXT_OR_NULL = ((str,), "a text"), ((str, type(None)), "a text or null")
_TEXTS = ((list,), "a list of texts")
_HEADER = {"t": ((int, float), "a number"), "run": _TEXT, "name": _TEXT, "group": _TEXT_OR_NULL,
           "resumes": _TEXT_OR_NULL, "framework": _TEXT_OR_NULL, "steps": _TEXTS,
           "x": _TEXTS, "tags": _TEXTS, "argv": _TEXTS}
_MARKS = (None, "restart", "checkpoint")
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
    """Whether rows, marks and configs have the shape that whoever takes them relies on: one bad line costs no other."""
    if type(record.get("config", {})) is not dict:
        return False
    if "values" in record or "mark" in record:
        values = record.get("values", {})
        return (_is_number(record.get("t")) and type(values) is dict and _are_values(values.values())
                and ("step" not in record or _is_number(record["step"]))
                and type(record.get("clock", "")) is str and type(record.get("stream", "")) is str
                and record.get("mark") in _MARKS)
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
        raise ValueError("%s: this is no journal" % path)
    if record["format"] not in FORMATS:
        raise ValueError("%s: a journal of format %s; this version reads formats 1 to %d, read it with the one that "
                         "wrote it" % (path, record["format"], FORMATS[-1]))
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


def has_ended(path):
    """Whether the last line of a journal says that the run ended in good order."""
    try:
        with files.open_to_read(path) as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _PIECE))
            return "end" in (_decode(file.read().rpartition(b"\n")[0].rpartition(b"\n")[2]) or {})
    except OSError:
        return False


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


def rows_after(path, offset):
    """How many rows the journal holds from this byte on."""
    try:
        count = 0
        with files.open_to_read(path) as file:
            file.seek(offset)
            for line in file:
                if not line.endswith(b"\n"):
                    break  # torn, as a reader leaves it alone
                count += b'"values":' in line and "values" in (_decode(line) or {})
        return count
    except OSError:
        return 0
