"""The open connections of a server: so many at the most, each for a bounded time, and none that waits for another."""
from __future__ import annotations

import contextlib
import dataclasses
import math
import socket
import threading
import time
from typing import Dict, Optional

REQUEST_SECONDS = 5.0  # from the beginning until the whole request is there, however it trickles
PROGRESS_SECONDS = 10.0  # without a byte of the answer being taken
_CLOSED_SECONDS = 0.2  # until the thread of one that had to give way has noticed
_BUSY = b"HTTP/1.0 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclasses.dataclass
class _Connection:
    until: float  # when it is ended, by the monotonic clock
    is_asked: bool = False  # whether its request is there
    is_ended: bool = False  # whether it had to give way
    closed: threading.Event = dataclasses.field(default_factory=threading.Event)


class Connections:
    """Told what becomes of each one; ends those that take too long.

    Where another one comes and there are `most`, the one that has kept us waiting longest for its request gives way;
    where all are being answered, the new one is told that the server is busy.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: Dict[socket.socket, _Connection] = {}  # the oldest first
        self._lock = threading.Lock()

    def admit(self, one: socket.socket) -> bool:
        """Whether a new one may be served."""
        giving_way: Optional[_Connection] = None
        with self._lock:
            if len(self._open) >= self._most:
                idle = [(other, state) for other, state in self._open.items() if not state.is_asked]
                if not idle:
                    _tell_busy(one)
                    return False
                other, giving_way = next((found for found in idle if not found[1].is_ended), idle[0])
                giving_way.is_ended = True
                _end(other)
            self._open[one] = _Connection(time.monotonic() + REQUEST_SECONDS)
        if giving_way is not None:
            giving_way.closed.wait(_CLOSED_SECONDS)  # so that descriptors are bounded, too
        return True

    def asked(self, one: socket.socket) -> None:
        """Its request is there: from now on it waits for us."""
        self._set(one, math.inf)

    def goes_on(self, one: socket.socket) -> None:
        """The answer, or all of it until now, was taken."""
        self._set(one, time.monotonic() + PROGRESS_SECONDS)

    def _set(self, one: socket.socket, until: float) -> None:
        with self._lock:
            if one in self._open:
                self._open[one].is_asked, self._open[one].until = True, until

    def closed(self, one: socket.socket) -> None:
        """It is over."""
        with self._lock:
            state = self._open.pop(one, None)
        if state is not None:
            state.closed.set()

    def end_late(self) -> None:
        """End those whose time is up."""
        now = time.monotonic()
        with self._lock:
            for one, state in self._open.items():
                if state.until < now:
                    _end(one)


def _end(one: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it has ended by itself
        one.shutdown(socket.SHUT_RDWR)  # which wakes the thread that reads from it, or writes to it


def _tell_busy(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.setblocking(False)
        one.send(_BUSY)
