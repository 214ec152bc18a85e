"""When a forwarder stops: never by itself, with the journal's present end, or with the batch at hand."""
import threading
import time


class Stopping:
    """What is told from one thread and asked in others.

    Args:
        follow: otherwise the journal's end, as it is when it is reached, is the end from the start.
    """

    def __init__(self, follow=True):
        self._told = threading.Event()
        self._deadline = None
        self.at_once = False
        if not follow:
            self._told.set()

    def finish(self, seconds):
        """The journal's present end is the end, to be reached in so many seconds."""
        if self._deadline is None:
            self._deadline = time.monotonic() + seconds
        self._told.set()

    def leave(self, seconds):
        """The batch at hand is the last, to be confirmed in so many seconds."""
        self.at_once = True
        self._deadline = time.monotonic() + seconds
        self._told.set()

    def is_set(self):
        """Whether there is an end."""
        return self._told.is_set()

    def wait(self, seconds):
        """Wait so long, or until it is told that there is an end; not at all where it is already."""
        self._told.wait(seconds)

    def sleep(self, seconds):
        """Wait so long, but not beyond the time there is."""
        left = self.seconds_left()
        time.sleep(seconds if left is None else min(seconds, left))

    def seconds_left(self):
        """How long it may still take; None for as long as it takes."""
        return None if self._deadline is None else max(0.0, self._deadline - time.monotonic())
