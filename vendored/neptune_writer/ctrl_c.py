"""Ctrl-C while the training ends: it is counted and shortens waits, but raises nothing."""
import functools
import signal
import threading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

_count = 0


def count() -> int:
    """How many came since the end began."""
    return _count


def note(*_: object) -> None:
    """Count one: the signal, or an exception that another handler of the training raised for it."""
    global _count
    _count += 1


def catch() -> "Callable[[], object]":
    """Count Ctrl-C from now on, unless the training ignores it. Returns a function that restores the handler."""
    earlier = signal.getsignal(signal.SIGINT)
    if not callable(earlier) or threading.current_thread() is not threading.main_thread():
        return int  # which does nothing
    signal.signal(signal.SIGINT, note)
    return functools.partial(signal.signal, signal.SIGINT, earlier)
