"""The file that W&B's process writes a run to: LevelDB's log format, behind a header of seven bytes.

https://github.com/google/leveldb/blob/main/doc/log_format.md, but the checksum is zlib's and not masked. Blocks of
32 KiB; in each, chunks: checksum, length, kind (whole, first, middle, last of a record), and the bytes.
"""
import struct
import zlib

from ..system import files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, List

HISTORY, ITEM, KEY, NESTED_KEY, VALUE_JSON = 2, 1, 1, 2, 16
"""Numbers of the fields in W&B's records, wandb_internal.proto: of a row, its items, and what is in them."""

_HEADER = 7
_BLOCK = 32768
_CHUNK = struct.Struct("<IHB")
_WHOLE, _FIRST, _MIDDLE, _LAST = 1, 2, 3, 4


class TransactionLog:
    """Reads its records, also while it grows, up to the last whole one.

    Attributes:
        is_broken: whether it holds something else from some byte on; nothing behind that is read, by W&B either.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._at = _HEADER  # of the next chunk
        self._parts: List[bytes] = []
        self.is_broken = False

    def has_rest(self) -> bool:
        """Whether bytes stand behind the last whole record that was read: it is torn, or being written."""
        with files.open_to_read(self._path) as file:
            file.seek(self._at)
            return bool(self._parts) or bool(file.read().strip(b"\0"))

    def records(self) -> "Iterator[bytes]":
        """The records that came since the last call, as bytes; raises OSError where there is no file."""
        with files.open_to_read(self._path) as file:
            file.seek(self._at)
            while not self.is_broken:
                left = _BLOCK - self._at % _BLOCK
                if left < _CHUNK.size:  # nothing but zeros fits in there
                    if len(file.read(left)) < left:
                        return
                    self._at += left
                    continue
                head = file.read(_CHUNK.size)
                if len(head) < _CHUNK.size or not any(bytearray(head)):  # torn, or still zeros
                    return
                checksum, length, kind = _CHUNK.unpack(head)
                content = file.read(length)
                if len(content) < length:
                    self.is_broken = _CHUNK.size + length > left
                    return
                if not self._is_sound(checksum, content, kind) or _CHUNK.size + length > left:
                    self.is_broken = True
                    return
                self._at += _CHUNK.size + length
                self._parts.append(content)
                if kind in (_WHOLE, _LAST):
                    record, self._parts = b"".join(self._parts), []
                    yield record

    def _is_sound(self, checksum: int, content: bytes, kind: int) -> bool:
        return (zlib.crc32(content, zlib.crc32(bytes(bytearray([kind])))) == checksum
                and kind in ((_MIDDLE, _LAST) if self._parts else (_WHOLE, _FIRST)))
