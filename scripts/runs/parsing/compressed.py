"""Tables and JSON that somebody has compressed to save room: ``progress.csv.gz``, ``metrics.jsonl.zst``."""
from __future__ import annotations

import io
import os
import zlib
from pathlib import Path
from typing import Iterable, Iterator, List

from neptune_writer.system import files

from scripts.runs.table import Say

_SUFFIXES = (".gz", ".zst")
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_OF_GZIP = 31  # what zlib calls the format
_LINE = 1 << 16  # bytes that a first line has at most
_FIRST, _AT_ONCE = 1 << 12, 1 << 20  # bytes: of a stream, which may be one of many short ones, and then


def plain(name: str) -> str:
    """The name that the file had before."""
    return name[:name.rindex(".")] if name.endswith(_SUFFIXES) else name


def stem(path: Path) -> str:
    """`Path.stem` of it."""
    return Path(plain(path.name)).stem


def named(names: Iterable[str], wanted: str) -> List[str]:
    """Of these names the one that is wanted, compressed or not; of a file that lies there both ways, as it is."""
    there = set(names)
    return [name for name in (wanted, *(wanted + suffix for suffix in _SUFFIXES)) if name in there][:1]


def ending(names: Iterable[str], wanted: str) -> List[str]:
    """Of these names those that end so, compressed or not; of a file that lies there both ways, as it is."""
    there = set(names)
    return [name for name in names if plain(name).endswith(wanted)
            and (plain(name) == name or plain(name) not in there)]


def content(path: Path, say: Say) -> bytes:
    """What is in the file, decompressed; of one that is torn, what comes before that, which is said. One that is broken
    is not read at all: what comes out of it, before anybody notices, may be anything."""
    with files.open_to_read(str(path)) as file:
        found = bytes(file.read())
    if not found.startswith((_GZIP, _ZSTD)):
        return found
    parts: List[bytes] = []
    try:
        for part in _gunzipped(found) if found.startswith(_GZIP) else _of_zstd(found):
            parts.append(part)
    except ImportError:
        say(str(path), "not read: files compressed by zstd need pyarrow: pip install pyarrow")
    except (zlib.error, OSError, EOFError) as error:
        if not isinstance(error, EOFError) and "Truncated" not in str(error):
            say(str(path), "not read: it was damaged after it was compressed")
            return b""
        say(str(path), "read up to where it is torn; the rest is missing")
    return b"".join(parts)


def head(path: Path, size: int) -> bytes:
    """The first bytes of what is in it; none where that cannot be read."""
    if not os.path.isfile(path):  # to open a pipe would take for ever
        return b""
    try:
        with open(path, "rb") as file:
            found = file.read(size)
        if found.startswith((_GZIP, _ZSTD)):
            return content(path, lambda path, what: None)[:size]
        return found
    except OSError:
        return b""


def first_line(path: Path) -> str:
    """Of a table, without the mark of its encoding; empty where it cannot be read."""
    return head(path, _LINE).decode("utf-8", "replace").lstrip("\ufeff").partition("\n")[0]


def _gunzipped(compressed: bytes) -> Iterator[bytes]:
    """The parts of one stream, or of several one behind the other, as from a log that was opened again."""
    view, place = memoryview(compressed), 0
    while view[place:place + len(_GZIP)] == _GZIP:
        stream, at_once = zlib.decompressobj(_OF_GZIP), _FIRST
        while not stream.eof:
            part = view[place:place + at_once]
            if not part:
                yield stream.flush()
                raise EOFError
            yield stream.decompress(part)
            place += len(part) - len(stream.unused_data)
            at_once = _AT_ONCE
    if bytes(view[place:]).strip(b"\0"):
        raise EOFError


def _of_zstd(compressed: bytes) -> Iterator[bytes]:
    import pyarrow
    with pyarrow.input_stream(io.BytesIO(compressed), compression="zstd") as stream:
        while True:
            part = stream.read(_AT_ONCE)
            if not part:
                return
            yield part
