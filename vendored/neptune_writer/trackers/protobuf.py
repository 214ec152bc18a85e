"""Messages of Protocol Buffers, as far as it takes to find our own points in what clients wrote.

https://protobuf.dev/programming-guides/encoding
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator, Tuple


def fields(message: bytes) -> "Iterator[Tuple[int, Any]]":
    """(number, content) of each field: bytes, or an int where it is a varint; ValueError where it is no message."""
    at = 0
    content: Any
    while at < len(message):
        tag, at = _varint(message, at)
        kind = tag & 7
        if kind == 0:
            content, at = _varint(message, at)
        elif kind in (1, 2, 5):
            length = 8 if kind == 1 else 4
            if kind == 2:
                length, at = _varint(message, at)
            content = message[at:at + length]
            at += length
            if at > len(message):
                raise ValueError("torn")
        else:
            raise ValueError("no message")
        yield tag >> 3, content


def signed(number: int) -> int:
    """A varint that stands for an int64."""
    return number - (1 << 64) if number >= 1 << 63 else number


def _varint(message: bytes, at: int) -> "Tuple[int, int]":
    number = shift = 0
    while True:
        if at >= len(message) or shift > 63:
            raise ValueError("torn")
        byte = message[at]
        at += 1
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return number, at
