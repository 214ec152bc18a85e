"""What was read of each run's files, in the user's cache folder: a second look reads only what has changed.

A file has not changed where its path, size, time and inode have not; the files that a reader opened or looked for
beside the run's own count as well. To delete the cache costs nothing but time; so does whatever is wrong with it.
"""
from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import sqlite3
import sys
import time
import zlib
from pathlib import Path
from typing import (Any, Callable, Dict, Iterable, List, NamedTuple, Optional,
                    Tuple, TypeVar)

from neptune_writer import masking
from neptune_writer.system import folders

from scripts.runs import real_paths
from scripts.runs.cache.traces import Stamp, is_as_it_was, stamp
from scripts.runs.table import Problem

_VERSION = 1  # of the table
_LARGEST, _AT_MOST = 200_000_000, 1_000_000_000  # bytes: of one job, and of all
_SETTLED = 2.0  # seconds: what changed later than so long before it was read may change again in the same moment
_DAY = 86_400
_FILE = "runs.sqlite"
_PASSING = ("cannot be read (", "pip install", "locked", "shown without", *map(os.strerror, (
    errno.EACCES, errno.EPERM, errno.EIO, errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.ESTALE, errno.ETIMEDOUT)))
Wanted = Tuple[str, Tuple[Stamp, ...]]
"""A reader, and its files."""
Result = TypeVar("Result")


class Made(NamedTuple):
    """What came of a job.

    Attributes:
        beside: what else its reader has looked at.
        content: what `packed.pack` made of it.
    """

    beside: List[Stamp]
    content: bytes


class Cache:
    """The cache. Whatever fails there, it has nothing and takes nothing.

    Args:
        how: everything else that what is read depends on.
    """

    def __init__(self, how: Any) -> None:
        self._database: Optional[sqlite3.Connection] = None
        self._path = ""
        with contextlib.suppress(Exception):
            key = [how, masking.known_tokens(), _code(), sys.version, sys.prefix, os.getcwd(), time.tzname,
                   time.timezone]
            self._how = hashlib.sha256(repr(key).encode(errors="backslashreplace"))
            self._path = os.path.join(folders.cache("runs"), _FILE)
            self._database = _database(self._path)

    def found(self, jobs: Iterable[Wanted]) -> Dict[Tuple[Stamp, ...], Made]:
        """What was made of those of the jobs that have not changed."""
        return self._done(lambda database: self._found(database, jobs)) or {}

    def _found(self, database: sqlite3.Connection, jobs: Iterable[Wanted]) -> Dict[Tuple[Stamp, ...], Made]:
        found, used = {}, []
        for reader, stamps in jobs:
            key = self._key(reader, stamps)
            for known, check, day, content in database.execute(
                    "SELECT stamps, checksum, used, content FROM kept WHERE job = ?", (key,)):
                if zlib.crc32(content, zlib.crc32(known.encode())) != check:
                    raise sqlite3.DatabaseError("it is damaged")
                own, beside = json.loads(known)
                if own == list(map(list, stamps)) and all(map(is_as_it_was, beside)):
                    found[stamps] = Made([tuple(one) for one in beside], content)
                    if day != _today():
                        used.append((_today(), key))
        if used:
            with database:
                database.executemany("UPDATE kept SET used = ? WHERE job = ?", used)
        return found

    def keep(self, made: Iterable[Tuple[Wanted, Made, List[Problem]]], began: float) -> None:
        """Keep what was made of jobs, and what was said of them.

        Args:
            began: when the reading began, Unix seconds.
        """
        self._done(lambda database: self._keep(database, made, began))

    def _keep(self, database: sqlite3.Connection, made: Iterable[Tuple[Wanted, Made, List[Problem]]],
              began: float) -> None:
        rows = []
        for (reader, stamps), (beside, content), problems in made:
            own = {os.path.abspath(one[0]) for one in stamps}
            beside = [one for one in beside if one[0] not in own]
            newest = max(max(one[2], one[4]) for one in (*stamps, *beside))
            is_settled = newest < (began - _SETTLED) * 1e9 and all(map(is_as_it_was, (*stamps, *beside)))
            if is_settled and len(content) <= _LARGEST and not any(map(is_passing, problems)):
                known = json.dumps([stamps, beside])
                check = zlib.crc32(content, zlib.crc32(known.encode()))
                rows.append((self._key(reader, stamps), known, check, _today(), content))
        if rows:
            with database:
                database.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?, ?)", rows)
                _make_room(database)

    def _done(self, what: Callable[[sqlite3.Connection], Result]) -> Optional[Result]:
        """None where it fails: what is in use is left alone, what is damaged is thrown away."""
        if self._database is None:
            return None
        try:
            return what(self._database)
        except Exception as error:
            with contextlib.suppress(Exception):
                self._database.close()
            self._database = None
            if not _is_in_use(error):
                _throw_away(self._path)
            return None

    def _key(self, reader: str, stamps: Tuple[Stamp, ...]) -> bytes:
        """The files are known by their names and by where these lead: runs are called by their folders."""
        key = self._how.copy()
        key.update(json.dumps([reader, [one[0] for one in stamps],
                               sorted({real_paths.real_folder(os.path.dirname(one[0])) for one in stamps})]).encode())
        return key.digest()


def is_passing(problem: Problem) -> bool:
    """Whether what is said of a file may be otherwise soon, though the file has not changed."""
    return any(words in problem.what for words in _PASSING)


def _make_room(database: sqlite3.Connection) -> None:
    """Leave out what was not used for longest, where there is too much."""
    taken, = database.execute("SELECT total(length(content)) FROM kept").fetchone()
    for row, size in database.execute("SELECT rowid, length(content) FROM kept ORDER BY used, rowid").fetchall():
        if taken <= _AT_MOST:
            break
        database.execute("DELETE FROM kept WHERE rowid = ?", (row,))
        taken -= size


def _database(path: str) -> sqlite3.Connection:
    for again in (True, False):
        database = sqlite3.connect(path, timeout=1)
        try:
            database.execute("PRAGMA synchronous = OFF")  # what a power cut breaks is thrown away
            version, = database.execute("PRAGMA user_version").fetchone()
            if version != _VERSION:
                with database:
                    database.execute("DROP TABLE IF EXISTS kept")
                    database.execute("CREATE TABLE kept (job BLOB PRIMARY KEY, stamps TEXT, checksum INTEGER, "
                                     "used INTEGER, content BLOB)")
                    database.execute("PRAGMA user_version = %d" % _VERSION)
            return database
        except Exception as error:
            database.close()
            if _is_in_use(error) or not again:
                raise
            _throw_away(path)
    raise AssertionError


def _is_in_use(error: Exception) -> bool:
    """Whether the database is sound, as far as is known, but cannot be had."""
    return isinstance(error, sqlite3.OperationalError) and any(words in str(error) for words in (
        "locked", "unable to open", "readonly", "full", "I/O"))


def _throw_away(path: str) -> None:
    for suffix in ("", "-journal", "-wal", "-shm"):
        with contextlib.suppress(OSError):
            os.remove(path + suffix)


def _code() -> List[Stamp]:
    """What reads: other code may read otherwise."""
    here = Path(__file__).resolve().parents[2]
    writer = Path(masking.__file__).resolve().parents[1]
    return sorted(stamp(str(path)) for folder in (here / "runs", writer) for path in folder.rglob("*.py"))


def _today() -> int:
    return int(time.time()) // _DAY
