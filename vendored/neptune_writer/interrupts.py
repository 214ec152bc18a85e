"""Ctrl-C while the training ends: it is counted and shortens waits, and tears nothing."""
import contextlib
import signal
import threading

_count = 0


def count():
    """How often it came since the end began."""
    return _count


def note(*_):
    """It came, or another handler of the training's raised something to the same end."""
    global _count
    _count += 1


@contextlib.contextmanager
def counted():
    """For a ``with``: Ctrl-C raises nothing in it. Where the training has it ignored, it stays so."""
    earlier = signal.getsignal(signal.SIGINT)
    is_ours = callable(earlier) and threading.current_thread() is threading.main_thread()
    try:
        if is_ours:
            signal.signal(signal.SIGINT, note)
        yield
    finally:
        if is_ours:
            signal.signal(signal.SIGINT, earlier)
