"""What was read of each run's files, in the user's cache folder: a second look reads only what has changed.

A file has not changed where its path, size, time and inode have not; the files that a reader opened or looked for
beside the run's own count as well. To delete the cache costs nothing but time; so does whatever is wrong with it.
"""
from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import sys
import time
import zlib
from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, List, Optional, Set, Tuple

from neptune_writer import masking
from neptune_writer.system import folders

Stamp = Tuple[str, int, int, int]
"""A path; its size, the time of its last change in nanoseconds, and its inode, -1 where there is nothing."""

Made = Tuple[str, Tuple[Stamp, ...], Iterable[str], bytes]
"""A reader, its files, what it opened, and what `packed.pack` made of these."""

_LARGEST, _AT_MOST = 200_000_000, 1_000_000_000  # bytes: of one job, and of all
_SETTLED = 2.0  # seconds: what changed later than so long before it was read may change again in the same moment
_DAY = 86_400
_FILE = "runs.sqlite"
_opened: Optional[Set[str]] = None  # what `traced` collects
_is_hooked = False


def stamp(path: str) -> Stamp:
    """What changes where the file, or the names in the folder, do."""
    try:
        state = os.stat(path)
    except (OSError, ValueError):
        return path, -1, -1, -1
    return path, state.st_size, state.st_mtime_ns, state.st_ino


def looked_for(path: str) -> None:
    """To be told of a file that a reader makes something of where it is there."""
    if _opened is not None:
        _opened.add(path)


@contextlib.contextmanager
def traced() -> Iterator[Set[str]]:
    """Collects the files that are opened and the folders that are listed meanwhile, by their absolute paths."""
    global _opened, _is_hooked
    if not _is_hooked:
        sys.addaudithook(_on_event)  # which cannot be taken out again
        _is_hooked = True
    before, found = _opened, set()  # type: Any, Set[str]
    _opened = found
    try:
        yield found
    finally:
        _opened = before
        found.update({os.path.abspath(path) for path in found})


def _on_event(event: str, arguments: Tuple[Any, ...]) -> None:
    if _opened is not None and event in ("open", "os.scandir", "os.listdir", "sqlite3.connect"):
        path = arguments[0]
        if isinstance(path, (str, bytes, os.PathLike)):
            name = os.fsdecode(path)
            if not name.endswith((".py", ".pyc", ".so")):  # of a module that is imported meanwhile
                _opened.add(name)


class Kept:
    """The cache. Whatever fails there, it has nothing and takes nothing.

    Args:
        how: everything else that what is read depends on.
    """

    def __init__(self, how: Any) -> None:
        self._how = hashlib.sha256(repr([how, masking.known_tokens(), _code(), sys.version, os.getcwd()]).encode())
        self._database: Optional[sqlite3.Connection] = None
        with contextlib.suppress(sqlite3.Error, OSError):
            self._database = _database(os.path.join(folders.cache("runs"), _FILE))

    def found(self, jobs: Iterable[Tuple[str, Tuple[Stamp, ...]]]) -> Dict[Tuple[Stamp, ...], bytes]:
        """Of each job, a reader and its files, what `packed.pack` made of it; of those that have not changed."""
        found: Dict[Tuple[Stamp, ...], bytes] = {}
        if self._database is None:
            return found
        used = []
        with contextlib.suppress(sqlite3.Error):
            for reader, stamps in jobs:
                key = self._key(reader, stamps)
                for known, check, day, content in self._database.execute(
                        "SELECT stamps, checksum, used, content FROM kept WHERE job = ?", (key,)):
                    own, beside = json.loads(known)
                    if own == list(map(list, stamps)) and zlib.crc32(content) == check and all(
                            list(stamp(one[0])) == one for one in beside):
                        found[stamps] = content
                        if day != _today():
                            used.append((_today(), key))
            if used:
                with self._database:
                    self._database.executemany("UPDATE kept SET used = ? WHERE job = ?", used)
        return found

    def keep(self, made: Iterable[Made], began: float) -> None:
        """Keep what was made of jobs.

        Args:
            began: when the reading began, Unix seconds.
        """
        if self._database is None:
            return
        rows = []
        for reader, stamps, opened, content in made:
            own = {one[0] for one in stamps}
            below = tuple(os.path.join(os.path.dirname(os.path.abspath(path)), "") for path in own)
            beside = [stamp(path) for path in sorted(set(opened)) if path not in own and not (
                os.path.isdir(path) and not os.path.join(path, "").startswith(below))]  # listed for an import
            newest = max(one[2] for one in (*stamps, *beside))
            if len(content) <= _LARGEST and newest < (began - _SETTLED) * 1e9:
                rows.append((self._key(reader, stamps), json.dumps([stamps, beside]), zlib.crc32(content), _today(),
                             content))
        if rows:
            with contextlib.suppress(sqlite3.Error), self._database:
                self._database.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?, ?)", rows)
                self._make_room()

    def _make_room(self) -> None:
        """Leave out what was not used for longest, where there is too much."""
        assert self._database is not None
        taken, = self._database.execute("SELECT total(length(content)) FROM kept").fetchone()
        for row, size in self._database.execute(
                "SELECT rowid, length(content) FROM kept ORDER BY used, rowid").fetchall():
            if taken <= _AT_MOST:
                break
            self._database.execute("DELETE FROM kept WHERE rowid = ?", (row,))
            taken -= size

    def _key(self, reader: str, stamps: Tuple[Stamp, ...]) -> bytes:
        key = self._how.copy()
        key.update(json.dumps([reader, [one[0] for one in stamps]]).encode())
        return key.digest()


def _database(path: str) -> sqlite3.Connection:
    for again in (True, False):
        database = sqlite3.connect(path, timeout=1)
        try:
            database.execute("PRAGMA synchronous = OFF")  # what a power cut breaks is thrown away
            database.execute("CREATE TABLE IF NOT EXISTS kept (job BLOB PRIMARY KEY, stamps TEXT, checksum INTEGER, "
                             "used INTEGER, content BLOB)")
            return database
        except sqlite3.OperationalError:  # in use for too long, or a folder that cannot be written
            database.close()
            raise
        except sqlite3.DatabaseError:
            database.close()
            if not again:
                raise
            os.remove(path)
    raise AssertionError


def _code() -> List[Stamp]:
    """What reads: other code may read otherwise."""
    here = Path(__file__).resolve().parents[1]
    writer = Path(masking.__file__).resolve().parents[1]
    return sorted(stamp(str(path)) for folder in (here / "runs", writer) for path in folder.rglob("*.py"))


def _today() -> int:
    return int(time.time()) // _DAY
