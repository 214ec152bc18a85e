"""A live experiment, or a callable that makes one: served by a thread, and still the user's."""
import os
import threading
import time

import pytest
from small_experiments import Experiment, Recorder, Run
from trainings import (
    HANGING, QUICK, RECORDING, Logger, journals, offline_runs, only_journal, recorded, recorded_points, run, wait_until)

import neptune_writer

LIVE = """
import neptune
run = neptune.init_run(mode="offline", capture_stdout=False, capture_stderr=False, capture_hardware_metrics=False,
                       source_files=[])
logger = Logger("out", "toy", run)
def train(rows):
    for step in range(rows):
        neptune_writer.write_row(logger, {"Epoch": step, "Loss": step / 2}, "Epoch")
"""


class Refusing(Experiment):
    """Raises whatever it is asked."""

    def log_metric(self, name, x, y=None, timestamp=None):
        raise RuntimeError("server error 500\nand a page of HTML")

    def set_property(self, key, value):
        raise RuntimeError("server error 500")


def connected(experiment):
    logger = Logger("out", "toy")
    neptune_writer.connect(logger, experiment, output_dir="out", exp_name="toy")
    return logger


def train(logger, rows, first=0):
    for number in range(first, first + rows):
        neptune_writer.write_row(logger, {"Epoch": number, "Loss": number / 2}, "Epoch")


def epochs(recorder):
    return [value for name, _, value in recorder.points if name == "Epoch"]


# With the client

many = pytest.mark.parametrize("number, clients", [(400, [QUICK]), pytest.param(2000, [], marks=pytest.mark.slow)],
                               ids=["400", "2000"])


@pytest.mark.slow
@many
@pytest.mark.parametrize("end", ["run.stop()", "", "logger = None"], ids=["stop", "end of script", "logger collected"])
def test_rows_and_the_end_at_once_are_all_in_the_run(folder, end, number, clients):
    run(LIVE + "train(%d)\n" % number + end, folder, clients=clients)
    series = offline_runs(folder)[0]["series"]
    rows = only_journal(folder).rows
    assert series["Epoch"] == [[row["step"], row["values"]["Epoch"], row["t"]] for row in rows]
    assert series["Loss"] == [[row["step"], row["values"]["Loss"], row["t"]] for row in rows]
    assert len(rows) == number


@pytest.mark.slow
@many
def test_leaving_a_with_block_waits_for_our_rows(folder, number, clients):
    run(LIVE + """
with run:
    neptune_writer.write_config(logger, {"lr": 1e-3, "run": run})
    train(%d)
    run["of the user"] = 1
""" % number, folder, clients=clients)
    found, = offline_runs(folder)
    assert len(found["series"]["Epoch"]) == number
    assert found["fields"]["config/lr"] == 1e-3 and found["fields"]["of the user"] == 1
    assert not [path for path in found["fields"] if path.startswith("config/run")]


# Without

def test_the_experiment_stays_the_users(folder):
    recorder = Recorder()
    logger = connected(recorder)
    neptune_writer.write_config(logger, {"lr": 1e-3})
    train(logger, 3)
    neptune_writer.close(logger)
    assert wait_until(lambda: len(recorder.points) == 6)
    assert sorted(recorder.points) == [("Epoch", 0, 0.0), ("Epoch", 1, 1.0), ("Epoch", 2, 2.0),
                                       ("Loss", 0, 0.0), ("Loss", 1, 0.5), ("Loss", 2, 1.0)]
    assert recorder.properties == {"config/lr": 1e-3}
    assert recorder.stopped == 0


def test_stopping_it_drains_first_and_stops_it_once(folder):
    recorder = Recorder()
    logger = connected(recorder)
    train(logger, 5000)
    recorder.stop()
    assert epochs(recorder) == list(range(5000)) and recorder.stopped == 1


def test_two_loggers_may_share_one_experiment(folder):
    recorder = Recorder()
    loggers = [connected(recorder), connected(recorder)]
    for logger in loggers:
        train(logger, 1000)
    recorder.stop()
    assert len(epochs(recorder)) == 2000 and recorder.stopped == 1


@pytest.mark.slow
def test_runs_that_share_one_experiment_may_have_a_namespace_each_and_its_end_waits_for_all(folder):
    class Slow(Recorder):
        def log_metric(self, name, x, y=None, timestamp=None):
            time.sleep(0.05)  # the first has one row, and is done long before the others
            Recorder.log_metric(self, name, x, y, timestamp)

    recorder = Slow()
    loggers = [Logger("out", "toy%d" % number) for number in range(50)]
    for number, logger in enumerate(loggers):
        neptune_writer.connect(logger, recorder, header={"namespace": logger.exp_name}, output_dir="out")
        neptune_writer.write_config(logger, {"lr": number})
        train(logger, 1 + number % 3)
    recorder.stop()
    assert recorder.stopped == 1
    assert {name for name, _, _ in recorder.points} == {
        "toy%d/%s" % (number, metric) for number in range(50) for metric in ("Epoch", "Loss")}
    assert [point[1:] for point in recorder.points if point[0] == "toy2/Loss"] == [(0, 0.0), (1, 0.5), (2, 1.0)]
    assert recorder.properties == {"toy%d/config/lr" % number: number for number in range(50)}


def test_rows_after_its_stop_stay_in_the_journal_and_are_told_of(folder, warnings):
    recorder = Recorder()
    logger = connected(recorder)
    train(logger, 3)
    recorder.stop()
    train(logger, 2, first=3)
    from neptune_writer import ending
    ending._finish(os.getpid())
    assert epochs(recorder) == [0, 1, 2] and len(only_journal(folder).rows) == 5
    path, = journals(folder)
    assert warnings[-1].startswith("2 rows of %s have not been sent. To send them: " % path.resolve())


def test_a_callable_is_called_once_in_the_process_that_trains_and_what_it_made_stays_the_users(folder):
    made = []

    def make():
        made.append(Recorder())
        return made[-1]

    logger = connected(make)
    assert made == []
    train(logger, 100)
    neptune_writer.close(logger)
    assert wait_until(lambda: made and epochs(made[0]) == list(range(100)))
    assert len(made) == 1 and not made[0].stopped


def test_a_callable_that_returns_no_experiment_is_a_warning(folder, warnings):
    logger = connected(lambda: 3)
    train(logger, 3)
    assert wait_until(lambda: warnings)
    assert "TypeError: neptune_experiment: expected a run or experiment object" in warnings[0]
    assert len(only_journal(folder).rows) == 3


def test_an_experiment_that_raises_on_each_call_is_one_warning_a_metric(folder, warnings):
    refusing = Refusing()
    logger = connected(refusing)
    neptune_writer.write_config(logger, {"lr": 1e-3})
    for first in range(0, 30, 10):
        train(logger, 10, first)
        time.sleep(0.15)
    refusing.stop()
    assert warnings == ["config/lr is not tracked: RuntimeError: server error 500",
                        "Epoch is not tracked: RuntimeError: server error 500",
                        "Loss is not tracked: RuntimeError: server error 500"]
    assert len(only_journal(folder).rows) == 30


def test_a_run_whose_every_name_raises_stops_nothing(folder, warnings):
    broken = Run()
    logger = connected(broken)
    train(logger, 30)
    broken.stop()
    assert len(only_journal(folder).rows) == 30
    assert [warning.split(" is not tracked")[0] for warning in warnings] == ["Epoch", "Loss"]


@pytest.mark.slow
def test_an_experiment_that_cannot_be_set_an_attribute_on_is_served_all_the_same(folder, warnings):
    class Slots(Experiment):
        __slots__ = ()

    points = []
    Slots.log_metric = lambda self, name, x, y=None, timestamp=None: points.append(y)
    base = type("Closed", (Slots,), {"__slots__": (), "__setattr__": lambda self, name, value: 1 / 0})
    logger = connected(base())
    train(logger, 3)
    assert wait_until(lambda: len(points) == 6)
    assert "ending it will not wait for unsent rows" in warnings[0]


def test_the_training_does_not_wait_for_a_callable(folder):
    waiting = threading.Event()

    def make():
        waiting.wait(20)
        return Recorder()

    logger = connected(make)
    begun = time.monotonic()
    train(logger, 100)
    assert time.monotonic() - begun < 1
    waiting.set()


def test_the_exit_waits_a_bounded_time_for_an_experiment_that_hangs(folder):
    begun = time.monotonic()
    errors = run("""
        import neptune
        logger = Logger("out", "toy", neptune.init_run)
        for step in range(7):
            neptune_writer.write_row(logger, {"Epoch": step}, "Epoch")
        """, folder, clients=[HANGING], NEPTUNE_WRITER_EXIT_SECONDS="0.5")
    assert time.monotonic() - begun < 5
    assert "7 rows of" in errors and "To send them: " in errors


def test_a_forked_worker_may_stop_the_experiment_it_inherited(folder):
    run("""
        import neptune
        run = neptune.init_run()
        logger = Logger("out", "toy", run)
        for step in range(50):
            neptune_writer.write_row(logger, {"Epoch": step}, "Epoch")
        if os.fork() == 0:
            begun = time.monotonic()
            run.stop()
            os._exit(time.monotonic() - begun > 1)
        assert os.wait()[1] == 0
        run.stop()
        """, folder, clients=[RECORDING])
    assert [value for _, value, _ in recorded_points(folder, "Epoch")] == list(range(50))
    assert len([call for call in recorded(folder) if call[0] == "stop"]) == 2
