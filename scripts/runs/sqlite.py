"""A tracker's SQLite database, read as it lies there, also while the tracker writes to it."""
from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Any, Iterator, List, Optional, Sequence, Tuple
from urllib.parse import quote

from scripts.runs.table import Say

_HEAD = b"SQLite format 3\0"
_BUSY_SECONDS = 2.0


def is_database(path: Path) -> bool:
    """Whether the file is a database of SQLite at all."""
    try:
        with open(path, "rb") as file:
            return file.read(len(_HEAD)) == _HEAD
    except OSError:
        return False


@contextlib.contextmanager
def opened(path: Path, say: Say) -> Iterator[Optional[sqlite3.Connection]]:
    """The database, for reading alone: no file is made or changed. What goes wrong with it is said, in one line."""
    connection: Optional[sqlite3.Connection] = None
    try:
        connection = sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True, timeout=_BUSY_SECONDS)
        yield connection
    except sqlite3.Error as error:
        say(str(path), f"read up to where the database is broken: {error}")
    finally:
        if connection is not None:
            connection.close()


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
