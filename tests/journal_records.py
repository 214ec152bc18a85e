"""Records of a small journal, how tests read one, and a disk that takes only so many bytes of it."""
import errno
import os

from neptune_writer.journal import journal, records
from neptune_writer.journal.reading import Reader

HEADER = {"format": records.FORMAT, "run": "r"}
FIRST = {"format": records.FORMAT, "t": 1.0, "run": "first", "name": "toy", "group": "toy", "tags": [], "argv": []}


def row(number):
    return {"t": 1.0, "step": number, "values": {"loss": float(number)}}


def read(path, offset=0):
    reader = Reader(str(path), offset)
    found = []
    while True:
        more = reader.read(7)
        if not more:
            reader.close()
            return found, reader.skipped
        found += [without_offset(record) for record in more]


def without_offset(record):
    return {name: value for name, value in record.items() if name != "offset"}


class Disk:
    """Stands for `os.write`: takes `room` bytes and is full then, until `room` is given again."""

    def __init__(self, monkeypatch, room):
        self.room, self._write = room, os.write
        monkeypatch.setattr(journal.os, "write", self)

    def __call__(self, file, data):
        if not self.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        taken = self._write(file, data[:self.room])
        self.room -= taken
        return taken
