"""Threads that race over one logger (B2, B3, B11, B12): no exception, no second run, no row of a run that is not its.

The kind: what one thread looks at, another changes before the first acts on it."""
import itertools
import os
import sys
import threading
from pathlib import Path

import pytest
from trainings import Logger, connected, journals, stored

import neptune_writer
from neptune_writer import messages
from neptune_writer.idioms import tables

LONG = pytest.param(1000, marks=pytest.mark.slow)


@pytest.fixture(autouse=True)
def threads_alternate():
    """As often as Python lets them."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def at_once(*works):
    """Run each in a thread; what they raise is raised here."""
    raised, gate = [], threading.Barrier(len(works))

    def run(work):
        gate.wait()
        try:
            work()
        except BaseException as error:
            raised.append(error)
    threads = [threading.Thread(target=run, args=(work,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive(), "it hangs"
    assert raised == []


def rows(owner, number):
    for step in range(number):
        neptune_writer.write_row(owner, {"Epoch": step}, "Epoch")


class Lock:
    """A writer's, which another thread waits for: it has it as soon as it is let go."""

    def __init__(self, then):
        self._lock, self._then = threading.RLock(), then

    def acquire(self, timeout=-1):
        return self._lock.acquire(timeout=timeout)

    __enter__ = acquire

    def release(self, *error):
        self._lock.release()
        then, self._then = self._then, None
        if then is not None:
            at_once(then)

    __exit__ = release


def test_a_row_that_waited_for_the_end_of_its_run_opens_no_second_one(folder, warnings):
    """B3."""
    owner = connected()
    rows(owner, 1)
    neptune_writer._writers.get(owner)._lock = Lock(lambda: rows(owner, 1))
    neptune_writer.close(owner)
    path, = journals("out")
    assert len(stored(path).rows) == 1 and stored(path).ended
    assert warnings == ["%s is closed; later rows are not recorded" % path.resolve()]


@pytest.mark.parametrize("times", [30, LONG])
def test_a_row_beside_the_end_of_its_run_opens_no_second_one(folder, warnings, times):
    """B3."""
    for number in range(times):
        owner = connected(output_dir="run%d" % number)
        rows(owner, 1)
        at_once(lambda: rows(owner, 5), lambda: neptune_writer.close(owner))
        path, = journals("run%d" % number)
        assert stored(path).ended
    assert {warning.split(" is closed")[1] for warning in warnings} <= {"; later rows are not recorded"}


@pytest.mark.parametrize("times", [30, LONG])
def test_whatever_is_called_at_once_every_journal_is_whole(folder, warnings, times):
    for number in range(times):
        owner = Logger("run%d" % number, "toy")
        at_once(lambda: connected(owner=owner), lambda: rows(owner, 3), lambda: connected(owner=owner),
                lambda: [neptune_writer.restart(owner), neptune_writer.from_checkpoint(owner)],
                lambda: neptune_writer.write_config(owner, {"lr": 1}), lambda: neptune_writer.begin(owner),
                lambda: neptune_writer.close(owner))
        neptune_writer.close(owner)
        found = [stored(path) for path in journals("run%d" % number)]
        assert len(found) <= 2 and all(journal.ended for journal in found)
    assert all(" is closed; " in warning for warning in warnings)


@pytest.mark.parametrize("times", [30, LONG])
def test_threads_that_are_first_with_one_logger_share_a_run(folder, monkeypatch, warnings, times):
    monkeypatch.setenv("NEPTUNE_EXPERIMENT", "journal")
    for number in range(times):
        owner = Logger("run%d" % number, "toy")  # which has not connected
        at_once(*[lambda: rows(owner, 2)] * 4)
        path, = journals("run%d" % number)
        assert len(stored(path).rows) == 8
        neptune_writer.close(owner)
    assert warnings == []


@pytest.mark.parametrize("times", [10, LONG])
def test_threads_that_are_first_with_one_table_share_a_run(folder, monkeypatch, warnings, times):
    monkeypatch.setenv("NEPTUNE_EXPERIMENT", "journal")
    for number in range(times):
        owner, place = Logger(), "run%d" % number
        os.mkdir(place)
        at_once(*[lambda step=step: tables.write_row(owner, {"a": step + .5}, step, place) for step in range(8)])
        path, = journals(place)
        assert len(stored(path).rows) == 8
    assert warnings == []


def test_runs_that_begin_at_once_are_all_ended_at_the_exit(folder, warnings):
    for number in range(20):
        neptune_writer.ending._registered_in = None  # as before the first run of a process
        owners = [connected(output_dir="run%d-%d" % (number, index)) for index in range(4)]
        at_once(*[lambda owner=owner: rows(owner, 1) for owner in owners])
        assert len(neptune_writer.ending._writers) == 4
        neptune_writer.ending._finish(os.getpid())
    assert all(stored(path).ended for path in journals("."))


@pytest.mark.parametrize("times", [100, LONG])
def test_an_environment_that_changes_meanwhile_costs_no_row(folder, warnings, times):
    """B2: also in the header of a run, and in what a child process is given."""
    names, over = ["SLURM_JOB_ID"] + ["VARIABLE_%d" % number for number in range(50)], threading.Event()

    def change():
        while not over.is_set():
            for name in names:
                os.environ[name] = "x"
            for name in names:
                del os.environ[name]

    def look():
        try:
            for number in range(times):
                messages.warn("nothing", once=number)
                neptune_writer.system.environ.snapshot()
                if number % 10 == 0:
                    owner = connected(output_dir="run%d" % number)
                    rows(owner, 1)
                    neptune_writer.close(owner)
        finally:
            over.set()
    at_once(change, look)
    assert set(warnings) == {"nothing"}
    assert len(journals(".")) == times // 10


def test_a_second_experiment_of_one_logger_ends_the_first_run(folder):
    """B11."""
    owner = connected(output_dir="first")
    rows(owner, 2)
    connected(owner=owner)
    path, = journals("first")
    assert stored(path).ended and len(stored(path).rows) == 2
    owner.output_dir = "second"
    rows(owner, 1)
    path, = journals("second")
    assert len(stored(path).rows) == 1


@pytest.mark.parametrize("times", [20, LONG])
def test_a_second_experiment_beside_rows_ends_the_first_run_once(folder, warnings, times):
    for number in itertools.islice(itertools.count(), times):
        owner = connected(output_dir="run%d" % number)
        rows(owner, 1)
        at_once(lambda: rows(owner, 4), lambda: connected(owner=owner), lambda: connected(owner=owner))
        neptune_writer.close(owner)
        found = [stored(path) for path in journals("run%d" % number)]
        assert all(journal.ended for journal in found)
        assert 1 <= len(found) <= 3


def test_a_collector_that_ends_a_run_which_another_thread_holds_does_not_wait_for_ever(folder, monkeypatch, warnings):
    from neptune_writer.recording import writer
    monkeypatch.setattr(writer, "_CLOSING_SECONDS", 0.01)
    owner = connected()
    rows(owner, 1)
    held = neptune_writer._writers.get(owner)
    with held._lock:
        at_once(held.close)
    held.close()
    assert stored(journals("out")[0]).ended


def test_a_collector_that_ends_a_run_while_exits_are_registered_does_not_wait_for_ever(folder, monkeypatch, warnings):
    """Python collects a logger while one thread registers what to flush at exit, and another begins a run."""
    from neptune_writer import ending
    gate, begun = threading.Event(), threading.Event()
    first, second = connected(), connected()
    rows(first, 1)
    register = ending._register

    def collecting():
        if threading.current_thread().name == "flushes":
            begun.set()
            gate.wait(5)
            neptune_writer._writers.get(first).close()
        register()
    monkeypatch.setattr(ending, "_register", collecting)
    flushes = threading.Thread(target=ending.flush_at_exit, args=(lambda: None,), name="flushes", daemon=True)
    flushes.start()
    assert begun.wait(5)
    begins = threading.Thread(target=rows, args=(second, 1), daemon=True)
    begins.start()
    begins.join(0.2)  # it waits for the other, holding nothing that this one wants
    gate.set()
    for thread in (flushes, begins):
        thread.join(10)
        assert not thread.is_alive(), "it hangs"


def test_one_folder_is_one_run_however_it_is_named(folder, monkeypatch):
    monkeypatch.setenv("NEPTUNE_EXPERIMENT", "journal")
    owner = Logger()
    os.mkdir("out")
    for step, place in enumerate(("out", Path("out"), "./out", Path("out"), None)):
        tables.write_row(owner, {"a": step + .5}, step, place)
    path, = journals(".")
    assert len(stored(path).rows) == 5
