"""Looks at the runs again and again, on a thread of its own, and takes less than a fiftieth of a core for it.

To look at everything takes long where there are thousands of runs. So what goes on is looked at by itself, and
everything again only where a folder has changed, or a file that held no run yet, or now and then.
"""
from __future__ import annotations

import contextlib
import dataclasses
import multiprocessing
import os
import threading
import time
from pathlib import Path
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

from neptune_writer import messages

from scripts.runs.groups import grouping
from scripts.runs.reading import Reading
from scripts.runs.said import How
from scripts.runs.table import Problem, Run
from scripts.watching import folders
from scripts.watching.judged import RECENT, Judge, Judged

PAUSE = 2.0  # seconds between two looks, where these cost nothing
SHARE, _OF_ALL = 0.008, 0.004  # of a core: for looking at what goes on, and at everything; drawing comes besides
_SAVED = 8.0  # seconds of a core that may be spent on everything at once: a few runs that begin are seen soon
_NOW_AND_THEN = 600.0  # seconds: all of it is read again though no folder has changed
_AT_FIRST = 40  # folders
Progress = Callable[[int, int], None]
Key = Tuple[str, str]


class Look(NamedTuple):
    """What was found, and when; or why nothing could be. ``is_all``: else earlier runs are still to be read."""

    found: List[Judged]
    problems: List[Problem]
    now: float
    error: str = ""
    is_all: bool = True


class Looking:
    """What is known of the runs below some paths."""

    def __init__(self, paths: Sequence[Path], how: How, by: Optional[Sequence[str]]) -> None:
        self._paths, self._how, self._by = list(paths), how, by
        self._reading, self._judge = Reading(self._paths, how, by), Judge(by)
        self._times: Dict[str, int] = {}
        self._empty: Tuple[List[Path], Tuple[object, ...]] = ([], ())  # files without a run, and their stamp
        self._stamps: Dict[Key, Tuple[object, ...]] = {}
        self._last: Optional[Look] = None
        self._spent, self._began = 0.0, time.monotonic()  # seconds of a core, for looks at everything but the first
        self._read_at = 0.0

    def first(self) -> Optional[Look]:
        """What was written last alone, where there is much; the runs before it may lack. None where there is little."""
        now = time.time()
        if len(folders.times(self._paths)) < 10 * _AT_FIRST:
            return None
        lately = folders.written_since(self._paths, now - RECENT, _AT_FIRST)
        if not lately:
            return None
        runs, problems = Reading(lately, self._how, self._by).read()
        return Look(Judge(self._by).all(runs, now), problems, now, is_all=False)

    def whole(self, progress: Progress = lambda done, whole: None) -> Look:
        """All there is."""
        began, times = time.thread_time(), folders.times(self._paths)
        known = folders.stamp(self._empty[0])
        runs, problems = self._reading.read(progress)
        empty = self._without_runs(problems)
        self._empty = empty, known if empty == self._empty[0] else ()  # what came while it was read is seen next time
        grouping.check(runs, self._by)
        now = time.time()
        self._last = Look(self._judge.all(runs, now), problems, now)
        self._spent += (time.thread_time() - began) * (self._read_at > 0)
        self._times, self._stamps, self._read_at = times, {}, time.monotonic()
        return self._last

    def again(self, progress: Progress = lambda done, whole: None) -> Look:
        """What goes on; all of it where a folder has changed since, and that was not dear a moment ago."""
        if self._last is None or self._is_due():
            return self.whole(progress)
        now, found = time.time(), []
        read: Dict[Tuple[Path, ...], Sequence[Run]] = {}  # files -> their runs, of which a database has many
        changed: Dict[int, Run] = {}  # id of the run as it was -> as it is
        for one in self._last.found:
            if one.may_change(now):
                run = self._read(one, read)
                if run is not None:
                    changed[id(one.run)] = run
        for one in self._last.found:
            if one.may_change(now) or any(id(before.run) in changed for before in one.predecessors):
                found.append(self._judge.again(one, changed, now))
            else:
                found.append(one)
        self._last = Look(found, self._last.problems, now)
        return self._last

    def _without_runs(self, problems: Sequence[Problem]) -> List[Path]:
        """Files that may yet hold a run: a training has made them, and written no row."""
        has_runs = dict(self._reading.looked_at)
        paths = [path for path, is_one in has_runs.items() if not is_one]
        paths += [problem.path for problem in problems if problem.path not in has_runs]
        return [Path(path) for path in dict.fromkeys(paths) if not os.path.isdir(path)]

    def _is_due(self) -> bool:
        now = time.monotonic()
        if self._spent > _OF_ALL * (now - self._began) + _SAVED:
            return False
        return (now - self._read_at > _NOW_AND_THEN or folders.times(self._paths) != self._times
                or folders.stamp(self._empty[0]) != self._empty[1])

    def _read(self, one: Judged, read: Dict[Tuple[Path, ...], Sequence[Run]]) -> Optional[Run]:
        """The run as it is now; None where it is as it was."""
        paths = folders.files_of(one.run.source)
        stamp = folders.stamp(paths)
        if self._stamps.get(one.key) == stamp:
            return None
        self._stamps[one.key] = stamp
        files = tuple(paths)
        if files not in read:
            read[files] = Reading(paths, self._how).read()[0]
        run = next((run for run in read[files] if (run.source, run.id) == one.key), None)
        if run is None or len(run.steps) < len(one.run.steps):  # gone, or in parts elsewhere: all is read soon
            self._times = {}
            return None
        if not run.config.keys() <= one.run.config.keys():  # its config came later: so do its group and its name
            self._times = {}
        return dataclasses.replace(run, path=one.run.path, group=one.run.group, config=one.run.config)


class Follow:
    """The looks.

    Args:
        told: called with each look, on the thread.
        progress: called with (bytes done, bytes in all) where a look takes long.
    """

    def __init__(self, looking: Looking, told: Callable[[Look], None], progress: Progress) -> None:
        self._looking, self._told, self._progress = looking, told, progress
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """No further look; one that has begun is given up."""
        self._ended.set()
        while self._thread.is_alive():
            children = multiprocessing.active_children()  # that read large files
            for child in children:
                child.terminate()
            self._thread.join(0.1)
            if not children:
                break

    def _follow(self) -> None:
        with contextlib.suppress(Exception):  # which the look at everything tells
            first = self._looking.first()
            if first is not None and not self._ended.is_set():
                self._told(first)
        while not self._ended.is_set():
            began, wall = time.thread_time(), time.monotonic()
            try:
                look = self._looking.again(self._progress)
            except Exception as error:  # a file that went away meanwhile; the next look may find it again
                look = Look([], [], time.time(), messages.short(error))
            if self._ended.is_set():
                return
            self._told(look)
            cost = min(time.thread_time() - began, time.monotonic() - wall)
            self._ended.wait(min(max(PAUSE, cost / SHARE), 60.0))
