"""A lock a journal and target: one process at a time sends, and the others learn which one does."""
import contextlib
import os
import re
import socket

from . import files, moved

try:
    import fcntl
except ImportError:  # Windows: nobody is kept from it
    fcntl = None  # type: ignore[assignment]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, Optional, Tuple

_HOLDER = re.compile(r"process \d+ on [\w.-]+")
_LONGEST = 300  # bytes; a host's name has 255 at the most


class AlreadyLocked(Exception):
    """Another process sends this journal to this target."""


class Unsure(AlreadyLocked):
    """It is not known whether one does: something else has the lock's name."""


@contextlib.contextmanager
def held(cursor_path: str) -> "Iterator[None]":
    """Hold the lock that belongs to a cursor; it goes with the process, however that ends.

    Raises:
        AlreadyLocked: another process has it, and the message says which.
        Unsure: something else has its name.
    """
    path = cursor_path + ".lock"
    descriptor = _locked(path) if fcntl else None
    try:
        yield
    finally:
        if descriptor is not None:
            path = moved.path_of(descriptor) or path  # with its folder, where that was renamed meanwhile
            if _is_there(path, descriptor):
                with contextlib.suppress(OSError):
                    os.remove(path)
            os.close(descriptor)


def _locked(path: str) -> "Optional[int]":
    """The descriptor of the locked file; None where the file system has no locks: then sending works without."""
    while True:
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            descriptor, is_ours = _opened(path)
        except files.NotOurs as error:
            raise Unsure("cannot be kept from being sent twice: %s; remove that file, then send again" % error)
        except OSError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_there(path, descriptor):  # else its last holder removed it in between
                if is_ours:
                    _sign(path, descriptor)
                    return descriptor
                if not _removed(path):  # what a colleague's process left: with it gone, the next one is ours
                    return descriptor
        except BlockingIOError:
            found = _HOLDER.match(_content(descriptor))
            os.close(descriptor)
            raise AlreadyLocked("already being sent by %s" % (found.group() if found else "another process"))
        except OSError:
            os.close(descriptor)
            if not is_ours:
                raise Unsure("%s belongs to another user and cannot be locked; remove it, then send again" % path)
            return None
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _opened(path: str) -> "Tuple[int, bool]":
    """The lock's descriptor, and whether it may be written into: a colleague's, in a folder of a group, may not."""
    try:
        return files.create_or_open(path), True
    except files.NotOurs:
        descriptor = files.open_trusted(path)
        if os.fstat(descriptor).st_uid != os.geteuid():
            return descriptor, False
        os.close(descriptor)
        raise
    except PermissionError:
        if os.path.lexists(path):
            raise files.NotOurs(path, "a file that may not be opened")
        raise


def _sign(path: str, descriptor: int) -> None:
    """Write into it who has it; never into a file that holds something else."""
    if _content(descriptor) and not _HOLDER.match(_content(descriptor)):
        raise Unsure("%s is not a lock file; remove it, then send again" % path)
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, ("process %d on %s" % (os.getpid(), socket.gethostname())).encode("utf-8", "replace"), 0)


def _content(descriptor: int) -> str:
    os.lseek(descriptor, 0, os.SEEK_SET)
    return os.read(descriptor, _LONGEST).decode("utf-8", "replace")


def _is_there(path: str, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), os.lstat(path))
    except FileNotFoundError:
        return False


def _removed(path: str) -> bool:
    try:
        os.remove(path)
        return True
    except OSError:  # in a folder where only its owner may
        return False
