"""Reads what was found, the large ones beside one another, and keeps what has not changed since."""
from __future__ import annotations

import concurrent.futures
import contextlib
import errno
import importlib
import multiprocessing
import os
import pickle
import signal
import time
from pathlib import Path
from typing import (Callable, Dict, Iterable, Iterator, List, Mapping, NamedTuple,
                    Optional, Sequence, Tuple)

from scripts.runs import discovery, real_paths
from scripts.runs.cache import database, packed, traces
from scripts.runs.discovery import Job
from scripts.runs.groups import grouping
from scripts.runs.joined import beside, copies, same_training, sent
from scripts.runs.said import How
from scripts.runs.table import Problem, Run
from scripts.runs.targets import Target

_WORTH_A_PROCESS = 30_000_000  # bytes
_A_FILE = 30_000  # bytes that are read in the time that it takes to open a file
Found = Tuple[List[Run], List[Problem]]
Progress = Callable[[int, int], None]
_Arguments = Tuple[str, Tuple[Path, ...], How]
_Stamps = Tuple[traces.Stamp, ...]


class _Known(NamedTuple):
    """What was found in a job's files, and what else was looked at for it."""

    found: Found
    beside: List[traces.Stamp]


class Reading:
    """Runs below some paths; again and again, where they grow.

    Args:
        how: what the user decides of them.
        by: what groups have alike, see `grouping.of`.
        written: see `targets`: what is there is not read.

    Attributes:
        unread: folders and files that may not be read, at the last time.
        looked_at, passed: for `files_read.of`.
    """

    def __init__(self, paths: Sequence[Path], how: How = How(), by: Optional[Sequence[str]] = None,
                 written: Sequence[Target] = ()) -> None:
        self._paths, self._how, self._by, self._written = paths, how, by, written
        self.unread: List[str] = []
        self.looked_at: List[Tuple[str, bool]] = []
        self.passed: Dict[str, str] = {}
        self._known: Dict[_Stamps, _Known] = {}
        self._has_read = False

    def read(self, progress: Progress = lambda done, whole: None) -> Found:
        """Everything there is now; ``progress(bytes done, bytes in all)``.

        Raises:
            OSError: again, but this time there were not enough descriptors: that says nothing of the runs.
        """
        problems: List[Problem] = []

        def say(path: str, what: str) -> None:
            problems.append(Problem(path, what))

        self.unread, self.passed = [], {}
        jobs = discovery.jobs(self._paths, say, self.unread.append, self._written)
        stamps = {job: tuple(traces.stamp(str(path)) for path in job.paths) for job in jobs}
        there = set(stamps.values())
        self._known = {stamp: known for stamp, known in self._known.items()
                       if stamp in there and all(map(traces.is_as_it_was, known.beside))}
        needed = [job for job in jobs if not job.behind]
        self._read([(job, stamps[job]) for job in needed], progress)
        needed += self._instead([job for job in jobs if job.behind], stamps, progress)
        read = set(needed)
        found_all = [(job, *self._known[stamps[job]].found) for job in jobs if job in read]
        self.looked_at = [(str(path), bool(own)) for job, own, _ in found_all for path in job.paths]
        runs, besides = ([run for job, own, _ in found_all if job.reader.BESIDE is is_beside for run in own]
                         for is_beside in (False, True))
        problems += [problem for _, _, own in found_all for problem in own]
        if any(map(_lacked_descriptors, problems)):
            self._known = {stamp: known for stamp, known in self._known.items()
                           if not any(map(_lacked_descriptors, known.found[1]))}
            if self._has_read:
                raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        self._has_read = True

        def say_of_config(path: str, what: str) -> None:
            if all(problem.path != path for problem in problems):  # else its reader has said it
                say(path, what)

        shown = beside.without_empty(beside.with_besides(runs, besides), say)
        once = same_training.shown_once(copies.without_copies(sent.without_sent(shown, say)), say)
        return grouping.with_groups(once, self._paths, say_of_config, self._by), problems

    def _instead(self, jobs: Sequence[Job], stamps: Mapping[Job, _Stamps], progress: Progress) -> List[Job]:
        """Read those whose preferred file is broken, and return them. A preferred file that only has no row yet is not
        broken. Where several readers have files of the run, the first that finds one is enough."""
        broken = {real_paths.real(path) for job, own in stamps.items() if not job.behind
                  for path, size, *_ in own if size > 0 and self._known[own].found[1] and not self._known[own].found[0]}
        of: Dict[str, Dict[str, List[Job]]] = {}  # file -> reader -> what there is instead
        for job in jobs:
            of.setdefault(job.behind, {}).setdefault(job.reader.__name__, []).append(job)
        needed: List[Job] = []
        for behind, readers in of.items():
            for own_jobs in readers.values() if real_paths.real(behind) in broken else ():
                self._read([(job, stamps[job]) for job in own_jobs], progress)
                needed += own_jobs
                if any(self._known[stamps[job]].found[0] for job in own_jobs):
                    break
        read = set(needed)
        self.passed.update((str(path), f"{os.path.basename(job.behind)} beside it tells of the same run")
                           for job in jobs if job not in read for path in job.paths)
        return needed

    def _read(self, jobs: Sequence[Tuple[Job, _Stamps]], progress: Progress) -> None:
        """What is not known yet: from the cache, at the first time, or from the files."""
        began, kept = time.time(), None
        if jobs and not self._has_read and not self._how.is_for_replay:
            kept = database.Cache(self._how)
            for own, made in kept.found((job.reader.__name__, stamps) for job, stamps in jobs).items():
                self._known[own] = _Known(packed.unpack(made.content), made.beside)
        waiting = [(job, stamps) for job, stamps in jobs if stamps not in self._known]
        whole, done = sum(job.size() for job, _ in waiting), 0
        new: List[Tuple[database.Wanted, database.Made, List[Problem]]] = []
        results = _results([job for job, _ in waiting], 0 if self._has_read else whole + _A_FILE * len(waiting),
                           self._how)
        for (job, stamps), made in zip(waiting, results):
            found = (pickle.loads if self._how.is_for_replay else packed.unpack)(made.content)
            self._known[stamps] = _Known(found, made.beside)
            new.append(((job.reader.__name__, stamps), made, found[1]))
            done += job.size()
            progress(done, whole)
        if kept:
            kept.keep(new, began)


def _lacked_descriptors(problem: Problem) -> bool:
    """Whether nothing is wrong with the file, but this process had too many open."""
    return any(os.strerror(number) in problem.what for number in (errno.EMFILE, errno.ENFILE))


def _results(jobs: Sequence[Job], size: int, how: How) -> Iterable[database.Made]:
    """What `_read_job` makes of each, in order; in processes of their own where there is that much to read. Who looks
    again reads here: what grows is remembered."""
    arguments: List[_Arguments] = [(job.reader.__name__, job.paths, how) for job in jobs]
    workers = min(os.cpu_count() or 1, len(jobs))
    if size < _WORTH_A_PROCESS or workers < 2:
        yield from map(_read_job, arguments)
        return
    at_once, before = 1 + min(20, len(jobs) // (10 * workers)), set(multiprocessing.active_children())
    with concurrent.futures.ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        with _without_interrupts():
            parts = [pool.submit(_read_jobs, arguments[first:first + at_once])
                     for first in range(0, len(arguments), at_once)]
        try:
            parts.reverse()
            while parts:  # none is kept for longer than it is needed
                yield from parts.pop().result()
        except BaseException:  # Ctrl-C: what is read now is of no use
            for child in set(multiprocessing.active_children()) - before:
                child.terminate()
            raise


@contextlib.contextmanager
def _without_interrupts() -> Iterator[None]:
    """Processes that are started meanwhile get no Ctrl-C, with a traceback each: whoever started them ends them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _read_jobs(jobs: Sequence[_Arguments]) -> List[database.Made]:
    return list(map(_read_job, jobs))


def _read_job(job: _Arguments) -> database.Made:
    name, paths, how = job
    runs: List[Run] = []
    problems: List[Problem] = []
    reader = importlib.import_module(name)
    with traces.traced(paths) as seen:
        try:
            runs += reader.read(list(paths), lambda path, what: problems.append(Problem(path, what)), how)
            for run in () if how.is_for_replay else runs:
                run.sample = same_training.sample(run)
        except Exception as error:  # whatever a reader makes of a foreign file: the others are shown
            problems.append(_unreadable(paths, error))
    try:
        content = _packed(runs, problems, how)
    except Exception as error:
        content = _packed([], [*problems, _unreadable(paths, error)], how)
    return database.Made(list(seen.values()), content)


def _unreadable(paths: Sequence[Path], error: Exception) -> Problem:
    return Problem(str(paths[0]), f"cannot be read ({type(error).__name__}: {error})")


def _packed(runs: List[Run], problems: List[Problem], how: How) -> bytes:
    """Rows as they were said are none of what `packed` takes."""
    return pickle.dumps((runs, problems), pickle.HIGHEST_PROTOCOL) if how.is_for_replay else packed.pack(runs, problems)
