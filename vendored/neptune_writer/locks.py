"""One process at a time sends one journal to one target; another is told who does."""
import contextlib
import os
import socket

from . import moved

try:
    import fcntl
except ImportError:  # Windows: nobody is kept from it
    fcntl = None


class Held(Exception):
    """Another process sends this journal to this target."""


@contextlib.contextmanager
def held(cursor_path):
    """Hold the lock that belongs to a cursor; it goes with the process, however that ends.

    Raises:
        Held: another process has it; the message says which.
    """
    path = cursor_path + ".lock"
    file = _locked(path) if fcntl else None
    try:
        yield
    finally:
        if file is not None:
            with contextlib.suppress(OSError):
                os.remove(moved.path_of(file.fileno()) or path)
            file.close()


def _locked(path):
    """The open lock file; None where this place has no locks, and then sending goes on without."""
    while True:
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            file = open(path, "a+")
        except OSError:
            return None
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.samestat(os.fstat(file.fileno()), os.stat(path)):
                file.truncate(0)
                file.write("process %d on %s" % (os.getpid(), socket.gethostname()))
                file.flush()
                return file
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip()
            file.close()
            raise Held("is being sent by %s" % (holder or "another process"))
        except FileNotFoundError:
            pass  # its last holder removed it in between
        except OSError:
            file.close()
            return None
        file.close()
