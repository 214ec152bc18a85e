"""The records of an event file, also behind one that is broken.

TFRecord's format, https://www.tensorflow.org/tutorials/load_data/tfrecord: the length in eight bytes, its checksum, the
bytes, their checksum; checksums are CRC-32C, masked. A length with a sound checksum begins a record, so the next one is
found behind whatever is broken.
"""
from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import Iterator, Optional

_LENGTH, _HEAD, _TAIL = 8, 12, 4  # bytes
_LONGEST = 1 << 31
_ZEROS = b"\0\0\0\0"  # the upper half of a length: no record has four gigabytes
_NO_ZERO = re.compile(b"[^\\0]")


class EventRecords:
    """Iterates over the records of one file.

    Attributes:
        broken: how many stretches of the file are no records.
        is_torn: whether it ends in the middle of a record, as while it is written.
    """

    def __init__(self, path: Path) -> None:
        self._content = path.read_bytes()
        self.broken = 0
        self.is_torn = False

    def __iter__(self) -> Iterator[bytes]:
        place, end = 0, len(self._content)
        while place < end:
            length = self._length_at(place)
            if length is None:
                after = self._next(place + 1)
                self.is_torn = after is None and end - place < _HEAD
                self.broken += not self.is_torn
                if after is None:
                    return
                place = after
                continue
            start, stop = place + _HEAD, place + _HEAD + length
            if stop + _TAIL > end:
                after = self._next(place + _HEAD)
                if after is None:
                    self.is_torn = True
                    return
                self.broken += 1
                place = after
                continue
            record = self._content[start:stop]
            if _masked_checksum(record) == struct.unpack_from("<I", self._content, stop)[0]:
                yield record
            else:
                self.broken += 1
            place = stop + _TAIL

    def _length_at(self, place: int) -> Optional[int]:
        """The length of the record that begins here; None where none does."""
        head = self._content[place:place + _HEAD]
        if len(head) < _HEAD:
            return None
        length, checksum = struct.unpack("<QI", head)
        return length if length < _LONGEST and _masked_checksum(head[:_LENGTH]) == checksum else None

    def _next(self, place: int) -> Optional[int]:
        """Where the next record begins; None where none does."""
        upper = self._content.find(_ZEROS, place + 4)
        while upper >= 0:
            candidate = upper - 4
            if self._length_at(candidate) is not None:
                return candidate
            upper += 1
            if not any(self._content[candidate:candidate + _HEAD]):  # nor does one begin further on in these zeros
                other = _NO_ZERO.search(self._content, candidate + _HEAD)
                if other is None:
                    return None
                upper = other.start() - _HEAD + 1 + 4
            upper = self._content.find(_ZEROS, upper)
        return None


def _masked_checksum(content: bytes) -> int:
    from tensorboard.compat.tensorflow_stub import pywrap_tensorflow
    return int(pywrap_tensorflow.masked_crc32c(content))
