"""A journal that is looked at again and again while its run goes on: only what it has grown by is read.

Journals only grow: a file is known again by its inode, its header and the last bytes that were read, if it is longer.
"""
from __future__ import annotations

import itertools
import math
import os
import time
from collections import OrderedDict
from typing import Any, Dict, NamedTuple, Optional, Sequence

from neptune_writer.journal import reading
from neptune_writer.points import lines
from neptune_writer.points.rows import finite
from neptune_writer.system import files
from neptune_writer.values import NOT_FINITE

from scripts.runs.said import Said

_GOES_ON = 600.0  # seconds since it was written to; what is older is not looked at again soon
_AT_MOST = 64  # journals that are remembered
_LOOKED_AT = 256  # bytes before the end of what was read, by which the file is known again


class Read(NamedTuple):
    """What is known of one journal.

    Attributes:
        rows: all there are; who looks again goes on with these.
        config: the newest.
        skipped: how many lines are no records.
    """

    rows: Said
    config: Dict[str, Any]
    skipped: int


class _Known(NamedTuple):
    inode: int
    header: Dict[str, Any]
    offset: int
    end: bytes
    rows_of: lines.Lines
    read: Read


_known: "OrderedDict[str, _Known]" = OrderedDict()


def read(path: str, header: Dict[str, Any], names: Sequence[str]) -> Read:
    """The rows of a journal of one run.

    Args:
        header: its first record.
        names: of the step metric, by rank.
    """
    try:
        return _read(path, header, names, _remembered(path, header))
    except BufferError:  # somebody still holds the run that they were
        return _read(path, header, names, None)


def _read(path: str, header: Dict[str, Any], names: Sequence[str], known: Optional[_Known]) -> Read:
    rows_of = known.rows_of if known else lines.Lines(header)
    said = known.read.rows if known else Said(names, lines.is_of_ray(header))
    reader: Any = reading.Reader(path, known.offset if known else 0)
    config = known.read.config if known else {}
    try:
        config = _add(reader, rows_of, said) or config
        found = Read(said, config, reader.skipped + (known.read.skipped if known else 0))
        state = os.stat(path)
        if time.time() - state.st_mtime < _GOES_ON:
            _known[path] = _Known(state.st_ino, header, reader.offset, _before(path, reader.offset), rows_of, found)
            while len(_known) > _AT_MOST:
                _known.popitem(last=False)
    finally:
        reader.close()
    return found


def _remembered(path: str, header: Dict[str, Any]) -> Optional[_Known]:
    """What is known of the journal, if it is that one still; it is taken out until it is known how that ended."""
    known = _known.pop(path, None)
    if known is None or known.header != header or os.stat(path).st_ino != known.inode:
        return None
    return known if os.path.getsize(path) > known.offset and _before(path, known.offset) == known.end else None


def _before(path: str, offset: int) -> bytes:
    with files.open_to_read(path) as file:
        begin = max(0, offset - _LOOKED_AT)
        file.seek(begin)
        return bytes(file.read(offset - begin))


def read_into(said: Said, path: str, header: Dict[str, Any]) -> Read:
    """Add the rows of a journal to others; nothing is remembered."""
    reader: Any = reading.Reader(path)
    try:
        config = _add(reader, lines.Lines(header), said)
        return Read(said, config, reader.skipped)
    finally:
        reader.close()


def _add(reader: Any, rows_of: Any, said: Said) -> Dict[str, Any]:
    """Add the rows that a reader still has; returns the newest config among them."""
    config: Dict[str, Any] = {}
    for record in itertools.chain.from_iterable(iter(reader.read, [])):
        config = record.get("config", config)
        for row in rows_of.rows(record):
            if row.values:
                said.add(_numbers(row.values), row.time, _step(row.step), row.clock, row.mark)
            elif row.mark is not None:
                said.add_between(row)
    return config


def _numbers(found: Dict[str, Any]) -> Dict[str, float]:
    """The values of a row, those that are not finite as floats, too."""
    if str not in map(type, found.values()):
        return found
    return {name: NOT_FINITE[value] if isinstance(value, str) else value for name, value in found.items()
            if not isinstance(value, str) or value in NOT_FINITE}


def _step(step: Any) -> float:
    found = finite(step)
    return math.nan if found is None else float(found)
