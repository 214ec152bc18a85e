"""A tracker's SQLite database, read as it lies there, also while the tracker writes to it."""
from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import Any, Iterator, List, Optional, Sequence, Tuple
from urllib.parse import quote

from scripts.runs.table import Say

_HEAD = b"SQLite format 3\0"
_VERSIONS, _WAL = slice(18, 20), b"\2\2"  # of the head: how it is written, and read
_BUSY_SECONDS = 2.0


def is_database(path: Path) -> bool:
    """Whether the file is a database of SQLite at all."""
    if not os.path.isfile(path):  # to open a pipe would take for ever
        return False
    try:
        with open(path, "rb") as file:
            return file.read(len(_HEAD)) == _HEAD
    except OSError:
        return False


def with_log(path: Path) -> List[Path]:
    """The database, and what was written to it last, where that stands beside it."""
    return [path, *(log for log in [path.with_name(f"{path.name}-wal")] if log.exists())]


def has_columns(path: Path, table: str, names: Sequence[str]) -> bool:
    """Whether the file is a database with such a table; also where it cannot be opened, which its reader then says."""
    if not is_database(path):
        return False
    with opened(path, lambda path, what: None) as database:
        return database is None or set(names) <= set(columns(database, table))
    return False


@contextlib.contextmanager
def opened(path: Path, say: Say) -> Iterator[Optional[sqlite3.Connection]]:
    """The database, for reading alone: no file is made or changed. What goes wrong with it is said, in one line."""
    try:
        connection = sqlite3.connect(_address(path.resolve()), uri=True, timeout=_BUSY_SECONDS)
    except (sqlite3.Error, OSError, RuntimeError) as error:  # the path is too long for SQLite, or its links are a ring
        say(str(path), f"not read: {error}")
        yield None
        return
    try:
        yield connection
    except sqlite3.Error as error:
        say(str(path), f"read up to where the database is broken: {error}")
    finally:
        connection.close()


def _address(path: Path) -> str:
    """What SQLite opens without making a file: a database with a write-ahead log that is at rest has none beside it,
    and is said to stay as it is, else SQLite would make the log."""
    with open(path, "rb") as file:
        has_log = file.read(len(_HEAD) + 4)[_VERSIONS] == _WAL
    log = f"{path}-wal"
    is_at_rest = has_log and not (os.path.exists(log) and os.path.getsize(log))
    return f"file:{quote(os.fsencode(path))}?mode=ro{'&immutable=1' if is_at_rest else ''}"


def columns(connection: sqlite3.Connection, table: str) -> List[str]:
    """The names of a table's columns; none where there is no such table."""
    return [str(row[1]) for row in connection.execute(f'PRAGMA table_info("{table}")')]


def rows(connection: sqlite3.Connection, table: str, wanted: Sequence[str],
         order: str = "rowid") -> Iterator[Tuple[Any, ...]]:
    """The rows of a table, in order; of columns that it lacks, as an older version's may, None."""
    there = set(columns(connection, table))
    if not there:
        return
    named = ", ".join(f'"{name}"' if name in there else "NULL" for name in wanted)
    yield from connection.execute(f'SELECT {named} FROM "{table}" ORDER BY {order}')
