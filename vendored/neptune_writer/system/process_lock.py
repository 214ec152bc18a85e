"""A lock that a fork does not inherit taken, by a thread that is not there any more; on 3.6, too."""
import contextlib
import os
import threading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterator


class ProcessLock:
    """One lock a process, which the thread that holds it may take again, as in a signal handler."""

    def __init__(self) -> None:
        self._locks: "Dict[int, threading.RLock]" = {}

    @contextlib.contextmanager
    def held(self) -> "Iterator[None]":
        """For a ``with``."""
        lock = self._locks.setdefault(os.getpid(), threading.RLock())  # in one step, whichever thread is first
        with lock:
            yield
