"""When a forwarder stops: never by itself, with the journal's present end, or with the batch at hand."""
import threading
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

_LONGEST_REST = 1.0  # seconds


class Stopping:
    """Set in one thread, asked in others.

    Args:
        follow: otherwise the journal's end, as it is when it is reached, is the end from the start.
        rest: how many times as long as it worked a forwarder rests, which shares Python's lock with the training.
    """

    def __init__(self, follow: bool = True, rest: float = 0) -> None:
        self._told = threading.Event()
        self._rest = rest
        self._deadline: Optional[float] = None
        self.at_once = False
        self.is_over = False  # nothing comes any more: the training is over
        if not follow:
            self._told.set()

    def finish(self, seconds: float) -> None:
        """The journal's present end is the end, to be reached in so many seconds."""
        if self._deadline is None:
            self._deadline = time.monotonic() + seconds
        self.is_over = True
        self._told.set()

    def leave(self, seconds: float) -> None:
        """The batch at hand is the last, to be confirmed in so many seconds."""
        self.at_once = True
        self._deadline = time.monotonic() + seconds
        self._told.set()

    def is_set(self) -> bool:
        """Whether there is an end: the journal as it is now, or this batch."""
        return self._told.is_set()

    def wait(self, seconds: float) -> None:
        """Wait so long, or until there is an end."""
        self._told.wait(seconds)

    def rest(self, worked: float) -> None:
        """Leave the training alone after so many seconds of work, unless there is an end."""
        if self._rest:
            self.wait(min(self._rest * worked, _LONGEST_REST))

    def sleep(self, seconds: float) -> None:
        """Wait so long, but not beyond the time there is."""
        left = self.seconds_left()
        time.sleep(seconds if left is None else min(seconds, left))

    def seconds_left(self) -> "Optional[float]":
        """How long it may still take; None for as long as it takes."""
        return None if self._deadline is None else max(0.0, self._deadline - time.monotonic())
