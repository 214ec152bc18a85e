"""Runs that are followed: each in a thread of its own while rows come, so many at the same time at the most."""
import os
import threading
import time

AT_ONCE = 32  # runs: each is a thread, the client's run, and a handful of descriptors, of which there are 256 and more
_PAUSES = (5.0, 10.0, 20.0, 40.0, 60.0)  # before one that failed is tried again


class GivesWay:
    """A `Stopping` for one of many: once told to give way, what its journals hold then is the end for now."""

    def __init__(self, stopping):
        self._stopping = stopping
        self._told = False

    def __getattr__(self, name):
        return getattr(self._stopping, name)

    def give_way(self):
        """Other runs wait for the place."""
        self._told = True

    def is_set(self):
        """See `Stopping`."""
        return self._told or self._stopping.is_set()


class Followed:
    """One run that is followed, for as long as the command runs.

    Attributes:
        parts: the `runs.Found` that are delivered, or were last.
        delivery: the open one; None where there is none.
        told: whether it was said that it is followed.
    """

    def __init__(self):
        self.parts = []
        self.delivery = None
        self.told = False
        self._thread = None
        self._stopping = None
        self._failed = 0
        self._retry_at = 0.0
        self._seen = {}  # path -> its size when all that was in it was sent

    def is_running(self):
        """Whether a thread delivers it."""
        return self._thread is not None and self._thread.is_alive()

    def start(self, parts, stopping, send):
        """Deliver these parts in a thread: ``send(self, parts, stopping)``, which returns whether all was sent."""
        self.parts, self.delivery, self._stopping = list(parts), None, GivesWay(stopping)
        self._thread = threading.Thread(target=self._run, args=(send, _sizes(parts)), daemon=True)
        self._thread.start()

    def _run(self, send, sizes):
        whole = False
        try:
            whole = send(self, list(self.parts), self._stopping)
        finally:
            self.delivery = None
            if whole:
                self._seen, self._failed = sizes, 0
            else:
                self._retry_at = time.monotonic() + _PAUSES[min(self._failed, len(_PAUSES) - 1)]
                self._failed += 1

    def is_due(self, parts):
        """Whether it may have something to send that it had not before, and is not to be left alone for a while."""
        return time.monotonic() >= self._retry_at and _sizes(parts) != self._seen

    def nothing_new(self, parts):
        """All of them are sent: until one grows, nobody need look again."""
        self._seen = _sizes(parts)

    def give_way(self):
        """End for now, once what there is is sent."""
        self._stopping.give_way()

    def join(self):
        """Wait until its thread has ended."""
        if self._thread is not None:
            self._thread.join()


def _sizes(parts):
    sizes = {}
    for part in parts:
        try:
            sizes[part.path] = os.path.getsize(part.path)
        except OSError:
            pass  # gone meanwhile
    return sizes


def last_written(parts):
    """When the youngest of these journals was, in seconds; for comparison only."""
    times = [0.0]
    for part in parts:
        try:
            times.append(os.stat(part.path).st_mtime)
        except OSError:
            pass
    return max(times)
