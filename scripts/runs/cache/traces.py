"""Which files a reader makes something of, those of its run and what it opens, lists or looks for beside them; and
whether one has changed since."""
from __future__ import annotations

import contextlib
import os
import sys
from typing import Any, Dict, Iterator, Optional, Sequence, Tuple

Stamp = Tuple[str, int, int, int, int]
"""A path; the size of what is there, the time of its last change in nanoseconds (also of its name or its permissions),
its inode, and the time that it says it was written; -1 where there is nothing."""

_EVENTS = frozenset(("open", "os.scandir", "os.listdir", "sqlite3.connect"))
_NO_FILES = ("/proc/", "/dev/", "/sys/")
_MODULES = (".py", ".pyc", ".so")
_seen: Optional[Dict[str, Stamp]] = None  # what `traced` collects
_below: Tuple[str, ...] = ()
_is_hooked = False


def stamp(path: str) -> Stamp:
    """What changes where the file, or the names in the folder, do."""
    try:
        state = os.stat(path)
    except (OSError, ValueError):
        return path, -1, -1, -1, -1
    return path, state.st_size, state.st_ctime_ns, state.st_ino, state.st_mtime_ns


def is_as_it_was(known: Sequence[Any]) -> bool:
    """Whether what a stamp says is so still."""
    return stamp(known[0]) == tuple(known)


def look_for(path: object) -> None:
    """To be told of a file that a reader makes something of, if it is there."""
    seen = _seen  # which another thread may take back meanwhile
    if seen is not None:
        with contextlib.suppress(OSError):  # the current folder may be gone
            name = os.path.abspath(os.fsdecode(path))  # type: ignore[arg-type]
            if name not in seen:
                seen[name] = stamp(name)


@contextlib.contextmanager
def traced(paths: Sequence[object]) -> Iterator[Dict[str, Stamp]]:
    """Collects what is opened meanwhile, and which folders are listed at or below those of these paths: path -> how it
    was when it was first seen."""
    global _seen, _below, _is_hooked
    if not _is_hooked:
        sys.addaudithook(_on_event)  # which cannot be taken out again
        _is_hooked = True
    before, found = (_seen, _below), {}  # type: Any, Dict[str, Stamp]
    with contextlib.suppress(OSError):
        _below = tuple({os.path.join(os.path.dirname(os.path.abspath(str(path))), "") for path in paths})
    _seen = found
    try:
        yield found
    finally:
        _seen, _below = before


def _on_event(event: str, arguments: Tuple[Any, ...]) -> None:
    if _seen is None or event not in _EVENTS:
        return
    path = arguments[0] if arguments[0] is not None else os.curdir
    if isinstance(path, (str, bytes, os.PathLike)):
        name = os.fsdecode(path)
        if event in ("os.scandir", "os.listdir"):  # else it is listed for an import
            if not os.path.join(os.path.abspath(name), "").startswith(_below):
                return
        if not name.endswith(_MODULES) and not name.startswith(_NO_FILES):
            look_for(name)
