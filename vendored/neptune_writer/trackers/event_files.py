"""What TensorBoard's event files hold already: TFRecords of events.

https://www.tensorflow.org/tutorials/load_data/tfrecord, and event.proto and summary.proto of TensorFlow.
"""
import os
import struct

from ..system import files
from .protobuf import fields, signed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO, Dict, Iterable, Iterator, List, Set

_WALL_TIME, _STEP, _SUMMARY, _SESSION_LOG = 1, 2, 5, 7  # of an Event
_VALUE, _TAG, _STATUS, _START = 1, 1, 1, 1
_LENGTH = struct.Struct("<Q4x")  # and its checksum
_LONGEST = 1 << 30  # bytes


def paths(folder: str) -> "List[str]":
    """The event files in a folder, in the order in which readers take them."""
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else ()
    return [os.path.join(folder, name) for name in names if ".tfevents." in name]


def rows_there(folder: str) -> "Set[int]":
    """The keys (`key`) of all rows that readers find in the folder: a start of a session hides those from its step on,
    and what is torn ends its file."""
    found: Dict[int, int] = {}
    for path in paths(folder):
        try:
            with files.open_to_read(path) as file:
                for event in _records(file):
                    _take(event, found)
        except (OSError, ValueError):
            pass
    return set(found)


def key(step: int, at: float, tags: "Iterable[str]") -> int:
    """What no other row has."""
    return hash((step, at, frozenset(tags)))


def _records(file: "BinaryIO") -> "Iterator[bytes]":
    while True:
        head = file.read(_LENGTH.size)
        length = _LENGTH.unpack(head)[0] if len(head) == _LENGTH.size else _LONGEST
        record = file.read(length + 4) if length < _LONGEST else b""
        if len(record) < length + 4:
            return
        yield record[:-4]


def _take(event: bytes, found: "Dict[int, int]") -> None:
    step, at, tags = 0, 0.0, []
    for number, content in fields(event):
        if number == _WALL_TIME:
            at, = struct.unpack("<d", content)
        elif number == _STEP:
            step = signed(content)
        elif number == _SUMMARY:
            tags += [_tag(value) for number, value in fields(content) if number == _VALUE]
        elif number == _SESSION_LOG and (_STATUS, _START) in fields(content):
            for hidden in [one for one, its_step in found.items() if its_step >= step]:
                del found[hidden]
    if tags:
        found[key(step, at, tags)] = step


def _tag(value: bytes) -> str:
    return next((content.decode("utf-8", "replace") for number, content in fields(value) if number == _TAG), "")
