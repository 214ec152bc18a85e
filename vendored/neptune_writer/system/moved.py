"""Where an open file is now: a folder may be renamed while a training writes to it."""
import os

try:
    import fcntl
except ImportError:  # Windows, where what is open cannot be moved
    fcntl = None  # type: ignore[assignment]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

_GET_PATH = 50  # F_GETPATH of macOS
_LONGEST = 1024


def path_of(descriptor: int) -> "Optional[str]":
    """Its current path; None where it was deleted, or the system does not know."""
    try:
        try:
            path = os.readlink("/proc/self/fd/%d" % descriptor)
        except OSError:
            found = fcntl.fcntl(descriptor, _GET_PATH, b"\0" * _LONGEST)
            path = os.fsdecode(found.rstrip(b"\0"))
        return path if os.path.samestat(os.stat(path), os.fstat(descriptor)) else None
    except (OSError, ValueError, AttributeError):
        return None
