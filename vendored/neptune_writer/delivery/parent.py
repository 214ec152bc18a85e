"""Whether the training is gone, as the process that `detached` started sees it.

The training holds a record lock on a file that both have open: forked workers do not inherit it, and the kernel frees
it however the process ends. It is also free once the training closes any descriptor of that file, as `os.closerange`
does, and some places have no locks: so the process is asked for as well, by its number and when it was started.
"""
import os
import threading
import time

try:
    import fcntl
except ImportError:  # Windows: the end of stdin tells
    fcntl = None  # type: ignore[assignment]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional

_LOOK_SECONDS = 0.25
GONE, UNKNOWN = "gone", "unknown"


def describe(lock: "Optional[int]") -> "List[str]":
    """The arguments by which it knows the process that calls this; ``lock``: the descriptor of its lock, or None."""
    held = "-"
    if lock is not None:
        status = os.fstat(lock)
        held = "%d:%d:%d" % (lock, status.st_dev, status.st_ino)
    return [held, str(os.getpid()), started(os.getpid())]


def started(process: int) -> str:
    """When a process was started, in the kernel's ticks; `GONE`, or `UNKNOWN` where the system does not tell."""
    try:
        with open("/proc/%d/stat" % process, "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
        return GONE if fields[0] in (b"Z", b"X") else fields[19].decode("ascii")
    except (OSError, IndexError):
        return GONE if os.path.exists("/proc/self/stat") else UNKNOWN


def wait_until_gone(held: str, process: str, began: str) -> None:
    """Returns once the process that `describe` described is gone; never where only the end of stdin can tell."""
    number = int(process)
    is_seen = _is_there(number, began)  # or it is in another container
    lock = _lock_of(held)
    if lock is not None:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        if not is_seen or began == UNKNOWN:
            return
    elif not is_seen:
        threading.Event().wait()
    while _is_there(number, began):
        time.sleep(_LOOK_SECONDS)


def _is_there(process: int, began: str) -> bool:
    if began != UNKNOWN:
        return started(process) == began
    try:
        os.killpg  # without it, as on Windows, a signal 0 is one
        os.kill(process, 0)
        return True
    except PermissionError:
        return True
    except (OSError, AttributeError):
        return False


def _lock_of(held: str) -> "Optional[int]":
    """The descriptor of the lock, if it came through; None where this is another file, or a place without locks."""
    if fcntl is None or held == "-":
        return None
    lock, device, inode = map(int, held.split(":"))
    try:
        status = os.fstat(lock)
        if (status.st_dev, status.st_ino) != (device, inode):
            return None  # the interpreter is a script that closed ours
        os.set_inheritable(lock, False)
        fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return lock  # the parent has it
    except OSError:
        return None
    return lock
