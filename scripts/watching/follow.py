"""Looks at the runs again and again, on a thread of its own, and takes no more than a fiftieth of a core for it."""
from __future__ import annotations

import multiprocessing
import threading
import time
from typing import Callable, List, NamedTuple, Optional, Sequence

from neptune_writer import messages

from scripts.runs.reading import Reading
from scripts.runs.table import Problem
from scripts.watching.judged import Judge, Judged

PAUSE = 2.0  # seconds between two looks, where these cost nothing
SHARE = 0.02  # of a core


class Look(NamedTuple):
    """What was found, and when; or why nothing could be."""

    found: List[Judged]
    problems: List[Problem]
    now: float
    error: str = ""


class Follow:
    """The looks.

    Args:
        told: called with each look, on the thread.
        progress: called with (bytes done, bytes in all) where a look takes long.
        share: of a core.
    """

    def __init__(self, reading: Reading, by: Optional[Sequence[str]], told: Callable[[Look], None],
                 progress: Callable[[int, int], None] = lambda done, whole: None, share: float = SHARE) -> None:
        self._reading, self._judge, self._told, self._progress = reading, Judge(by), told, progress
        self._share, self._ended = share, threading.Event()
        self._thread = threading.Thread(target=self._follow, name="watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """No further look; one that has begun is given up."""
        self._ended.set()
        while self._thread.is_alive():
            for child in multiprocessing.active_children():  # that read large files
                child.terminate()
            self._thread.join(0.1)
            if not multiprocessing.active_children():
                break

    def _follow(self) -> None:
        while not self._ended.is_set():
            began = time.thread_time()
            look = self.look()
            if self._ended.is_set():
                return
            self._told(look)
            self._ended.wait(max(PAUSE, (time.thread_time() - began) / self._share))

    def look(self) -> Look:
        """One look, now."""
        try:
            runs, problems = self._reading.read(self._progress)
            now = time.time()
            return Look(self._judge.all(runs, now), problems, now)
        except Exception as error:  # a file that went away meanwhile; the next look may find it again
            return Look([], [], time.time(), messages.short(error))
