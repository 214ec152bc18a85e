"""Folders of ours: each is made for its owner alone, and taken again only where it is no link and the same user's."""
import contextlib
import os
import stat
import tempfile

from . import files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, List, Optional, Tuple

_OURS = "a folder of this user"


def private(path: str) -> str:
    """A folder that nobody else can put anything into, made if missing, and those above it; returns its path.

    Raises:
        NotOurs: something else stands there: a link, a file, a folder of another user's.
        OSError: it cannot be made.
    """
    try:
        os.mkdir(path, 0o700)
    except FileNotFoundError:
        if os.path.isdir(os.path.dirname(path)):  # as /proc, which takes none
            raise
        private(os.path.dirname(path))
        return private(path)
    except FileExistsError:
        pass
    return _expect_private(path)


def _expect_private(path: str) -> str:
    status = _expect_folder(path)
    if hasattr(os, "geteuid"):
        if status.st_uid != os.geteuid():
            raise files.NotOurs(path, "a folder of another user (uid %d)" % status.st_uid, _OURS)
        if stat.S_IMODE(status.st_mode) & 0o077:
            os.chmod(path, 0o700)  # ours, so nobody can have put a link in its place since
    return path


def shared(path: str) -> str:
    """A folder next to a user's files, made if missing, with the permissions that `files.mode_in` gives.

    Raises:
        NotOurs: something else stands there: a link, a file, a folder of somebody who is not to be trusted there.
        OSError: it cannot be made.
    """
    above = os.path.dirname(path)
    with contextlib.suppress(FileExistsError):
        others = files.mode_in(above) & 0o044
        os.mkdir(path, 0o700 | others | others >> 1 | others >> 2)
    status = _expect_folder(path)
    if not files.is_trusted(status.st_uid, above):
        raise files.NotOurs(path, "a folder of another user (uid %d)" % status.st_uid, _OURS)
    return path


def cache(name: str) -> str:
    """The folder of this name in what the user has for caches: $XDG_CACHE_HOME or ~/.cache, else a private one among
    the temporary files. It is made.

    Raises:
        OSError: there is none that is private.
    """
    refused: "Optional[OSError]" = None
    for base, ours in _caches():
        try:
            return private(os.path.join(private(os.path.join(base, ours)), name))
        except OSError as error:
            refused = refused or error
    raise refused or OSError("no folder for caches")


def caches(name: str) -> "List[str]":
    """Every path that `cache` may have had or may get, the best first; nothing is made."""
    found = []
    for base, ours in _caches():
        path = os.path.join(base, ours, name)
        try:
            for each in (os.path.dirname(path), path):
                if os.path.lexists(each):
                    _expect_private(each)
        except OSError:
            continue
        there = path
        while not os.path.lexists(there):
            there = os.path.dirname(there)
        if there == path or os.access(there, os.W_OK | os.X_OK):
            found.append(path)
    return found


def _caches() -> "Iterator[Tuple[str, str]]":
    """Where a cache may be, the best first, and what the folder of ours is called there."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    home = home_folder()
    if os.path.isabs(base):
        yield base, "neptune-writer"
    elif home:
        yield os.path.join(home, ".cache"), "neptune-writer"
    yield tempfile.gettempdir(), "neptune-writer-%s" % user()


def home_folder() -> "Optional[str]":
    """The user's home; None where there is none: no HOME, and a uid without an entry."""
    home = os.path.expanduser("~")
    return home if os.path.isabs(home) and os.environ.get("HOME") != "" else None


def user() -> object:
    """The user's id or name, for the name of a folder."""
    return os.geteuid() if hasattr(os, "geteuid") else os.environ.get("USERNAME", "user")


def _expect_folder(path: str) -> "os.stat_result":
    status = os.lstat(path)
    if not stat.S_ISDIR(status.st_mode):
        raise files.NotOurs(path, files.kind(status) or "a file", _OURS)
    return status
