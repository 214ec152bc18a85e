"""Ctrl-C while the training ends: it is counted and shortens waits, and tears nothing."""
import functools
import signal
import threading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

_count = 0


def count() -> int:
    """How often it came since the end began."""
    return _count


def note(*_: object) -> None:
    """It came, or another handler of the training's raised something to the same end."""
    global _count
    _count += 1


def catch() -> "Callable[[], object]":
    """From now on it raises nothing; where the training has it ignored, that stays so. Returns what takes this back."""
    earlier = signal.getsignal(signal.SIGINT)
    if not callable(earlier) or threading.current_thread() is not threading.main_thread():
        return int  # which does nothing
    signal.signal(signal.SIGINT, note)
    return functools.partial(signal.signal, signal.SIGINT, earlier)
