"""The parent's side of the child process that serves specs: one a training, told what to follow by its stdin."""
import json
import os
import threading
import time

from .. import ending, installed
from ..experiment import prerequisites
from ..journal import journal
from ..system import environ, interpreters
from . import client_logs, detached, remaining

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, List, Optional, Tuple

    from .detached import Process

_GRACE_SECONDS = 1.0  # the child leaves by itself at the end of its bound; after that much more it is killed
_KILLED_SECONDS = 1.0  # until it is gone, once it was killed
_ROOM_SECONDS = 0.05  # between two looks at whether it takes what it could not be told at once


class ChildProcess:
    """A Python that runs `child`, started by `detached`."""

    def __init__(self) -> None:
        self.parent = os.getpid()
        self._journals: List[Tuple[str, str]] = []
        self._process: Optional[Process] = None
        self._unsent = bytearray()
        self._is_busy = False
        self._is_over = False
        self._lock = threading.RLock()  # again, where a signal handler's row opens a run in the middle of it

    def announce(self, path: str, spec: str) -> None:
        """Have the child follow one more journal; raises OSError where there is no such Python, or it is gone."""
        with self._lock:
            self._journals.append((path, spec))
            self._unsent += (json.dumps({"journal": path, "spec": spec}) + "\n").encode("ascii")
            if self._is_busy:
                return  # the call that this one interrupts sends it
            self._is_busy = True
            try:
                if self._process is None:
                    self._process = _start(path[:-len(journal.SUFFIX)] + ".log")
                self._send(self._process)
            finally:
                self._is_busy = False

    def is_alive(self) -> bool:
        """Whether it can still be told something."""
        return self._process is None or not (self._is_over or self._process.has_left(0))

    def finish(self) -> None:
        """Tell it that the training ends. A word, not only the end of stdin: forked workers may hold that open."""
        with self._lock:
            if self._process is not None and not self._is_over:
                self._is_over = True
                self._unsent += b"finish\n"
                self._try_to_send()

    def join(self, seconds: float) -> bool:
        """Wait until it has ended, so many seconds at most; returns whether it has."""
        if self._process is None:
            return True
        until = time.monotonic() + seconds
        while self._unsent and time.monotonic() < until:
            if self._process.has_left(_ROOM_SECONDS):
                return True
            self._try_to_send()
        return self._process.has_left(max(0.0, until - time.monotonic()))

    def abandon(self, is_hurried: "Callable[[], bool]" = lambda: False) -> None:
        """Kill it, unless it ends by itself within its bound: no process is left behind."""
        until = time.monotonic() + _GRACE_SECONDS
        while not self.join(_ROOM_SECONDS):
            if time.monotonic() >= until or is_hurried():
                if self._process is not None:
                    self._process.kill()
                    self._process.has_left(_KILLED_SECONDS)
                return

    def remaining(self) -> "Optional[str]":
        """One line on the rows that were not sent, or None."""
        lines = [remaining.message(path, spec) for path, spec in list(self._journals)]
        return "; ".join(line for line in lines if line) or None

    def _send(self, process: "Process") -> None:
        """What the pipe has no room for, as where the child is stopped, is sent later: the training does not wait."""
        while self._unsent:
            sent = process.send(self._unsent)
            if not sent:
                return
            del self._unsent[:sent]
        if self._is_over:
            process.shut()

    def _try_to_send(self) -> None:
        try:
            if self._process is not None:
                self._send(self._process)
        except (OSError, ValueError):
            del self._unsent[:]  # gone: `remaining` says what was not sent


def _start(log_path: str) -> "Process":
    python = interpreters.find()
    if python is None or interpreters.which(python) is None:
        raise OSError(prerequisites.no_such_python())
    variables = interpreters.environment(python, environ.snapshot())
    variables["NEPTUNE_WRITER_EXIT_SECONDS"] = str(ending.seconds())
    with client_logs.opened(log_path) as log:
        return detached.start([python, installed.FOLDER, "--child"], variables, log)
