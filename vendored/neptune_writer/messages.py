"""What a person sees of the writer: one line on stderr for each thing, once, with no secret in it."""
import contextlib
import sys
import threading

from .masking import mask

failures = []  # every warning of this process, for tests and for whoever debugs
stream = None  # where lines go; None for what sys.stderr is at the time
_said = set()
_lock = threading.RLock()  # again, where the garbage collector ends a run in the middle of a warning


def say(text):
    """Print one line on stderr. Never raises: stderr may be closed or full."""
    try:
        out = stream or sys.stderr
        out.write("neptune: %s\n" % mask(" ".join(str(text).splitlines())))
        out.flush()
    except Exception:
        pass


def warn(text, once=None):
    """`say` it and list it in `failures`; with ``once``, only the first time that this key comes."""
    with _lock:
        if once is not None:
            if once in _said:
                return
            _said.add(once)
        failures.append(mask(str(text)))
    say(text)


@contextlib.contextmanager
def one_line_on_failure(what):
    """Turn any exception of the block into one warning: the training goes on."""
    try:
        yield
    except Exception as error:
        warn("%s: %s" % (what, short(error)), once=(what, type(error)))


def short(error):
    """An exception as a person reads it: its type and the first line of what it says."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip(" -\x1b[m0123456789;")]
    return "%s: %s" % (type(error).__name__, lines[0][:200]) if lines else type(error).__name__
