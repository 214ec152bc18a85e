"""Runs that are followed: each in a thread of its own while rows come, a limited number at the same time."""
import os
import threading
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Optional, Sequence

    from ..delivery.run_delivery import Delivery
    from ..delivery.stopping import Stopping
    from .found_runs import Found

AT_ONCE = 32  # runs: each is a thread, the client's run, and a handful of descriptors, of which there are 256 and more
_PAUSES = (5.0, 10.0, 20.0, 40.0, 60.0)  # before one that failed is tried again


class GivesWay:
    """A `Stopping` for one of many runs: once it gives way, what its journals hold then is the end for now."""

    def __init__(self, stopping: "Stopping") -> None:
        self._stopping = stopping
        self._gives_way = False

    def __getattr__(self, name: str) -> "Any":
        return getattr(self._stopping, name)

    def give_way(self) -> None:
        """Other runs wait for the slot."""
        self._gives_way = True

    def is_set(self) -> bool:
        """See `Stopping`."""
        return self._gives_way or self._stopping.is_set()


class Followed:
    """One run that is followed, for as long as the command runs.

    Attributes:
        journals: the `found_runs.Found` that are sent, or were last.
        delivery: the open one; None where there is none.
        is_announced: whether a message says that it is followed.
    """

    def __init__(self) -> None:
        self.journals: List[Found] = []
        self.delivery: Optional[Delivery] = None
        self.is_announced = False
        self._thread: Optional[threading.Thread] = None
        self._stopping: Optional[GivesWay] = None
        self._failed = 0
        self._retry_at = 0.0
        self._seen: Dict[str, int] = {}  # path -> its size when all that was in it was sent

    def is_running(self) -> bool:
        """Whether a thread sends it."""
        return self._thread is not None and self._thread.is_alive()

    def start(self, journals: "Sequence[Found]", stopping: "Stopping",
              send: "Callable[[Followed, List[Found], Any], bool]") -> None:
        """Send these journals in a thread, by ``send(self, journals, stopping)``: whether all was sent."""
        self.journals, self.delivery, self._stopping = list(journals), None, GivesWay(stopping)
        self._thread = threading.Thread(target=self._run, args=(send, _sizes(journals)), daemon=True)
        self._thread.start()

    def _run(self, send: "Callable[[Followed, List[Found], Any], bool]", sizes: "Dict[str, int]") -> None:
        complete = False
        try:
            complete = send(self, list(self.journals), self._stopping)
        finally:
            self.delivery = None
            if complete:
                self._seen, self._failed = sizes, 0
            else:
                self._retry_at = time.monotonic() + _PAUSES[min(self._failed, len(_PAUSES) - 1)]
                self._failed += 1

    def is_due(self, journals: "Sequence[Found]") -> bool:
        """Whether it may have something to send that it had not before, and is not to be left alone for a while."""
        return time.monotonic() >= self._retry_at and _sizes(journals) != self._seen

    def nothing_new(self, journals: "Sequence[Found]") -> None:
        """All of them are sent: nothing is due until one grows."""
        self._seen = _sizes(journals)

    def give_way(self) -> None:
        """End for now, once what there is is sent."""
        if self._stopping is not None:
            self._stopping.give_way()

    def join(self) -> None:
        """Wait until its thread has ended."""
        if self._thread is not None:
            self._thread.join()


def _sizes(journals: "Sequence[Found]") -> "Dict[str, int]":
    sizes = {}
    for journal in journals:
        try:
            sizes[journal.path] = os.path.getsize(journal.path)
        except OSError:
            pass  # gone meanwhile
    return sizes


def last_written(journals: "Sequence[Found]") -> float:
    """When one of these journals was written last, in Unix seconds."""
    times = [0.0]
    for journal in journals:
        try:
            times.append(os.stat(journal.path).st_mtime)
        except OSError:
            pass
    return max(times)
