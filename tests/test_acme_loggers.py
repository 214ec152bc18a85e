"""neptune_writer.frameworks.acme: the logger for Neptune, what the default logger gains, and all composed."""
import math
import os
import pickle
import subprocess
import sys
import textwrap
import threading

import numpy as np
import pytest
from small_acme import ACME
from small_checkout import call, make
from trainings import RECORDING, journals, only_journal, recorded_points, stored

from neptune_writer.frameworks.acme import NeptuneLogger, also_to_neptune, neptune
from scripts import install


@pytest.fixture(autouse=True)
def own_runs(monkeypatch):
    """Runs belong to the process: here, to the test."""
    monkeypatch.setattr(neptune, "_PROCESS", neptune._Process())


class Device:
    """A tensor that says when it is converted, with the method that those of TensorFlow have."""

    converted = 0

    def __init__(self, value):
        self._value = value

    def numpy(self):
        Device.converted += 1
        return np.float32(self._value)


def rows_by_stream():
    found = {}
    for row in only_journal(".").rows:
        found.setdefault(row.get("stream", ""), []).append(row)
    return found


# NeptuneLogger

def test_loggers_of_one_experiment_share_a_run_each_with_an_x_of_its_own(folder):
    learner, loop = NeptuneLogger("journal", "learner"), NeptuneLogger("journal", "train_loop")
    for step in range(1, 4):
        learner.write({"loss": 1.0 / step, "learner_steps": step})
        loop.write({"episode_return": 10.0 * step, "steps": 200 * step})
    found = rows_by_stream()
    assert [row["step"] for row in found["learner"]] == [1, 2, 3]
    assert [row["step"] for row in found["train_loop"]] == [200, 400, 600]
    assert {row["segment"] for rows in found.values() for row in rows} == {0}
    assert found["train_loop"][0]["values"] == {"train_loop/episode_return": 10.0, "train_loop/steps": 200}
    assert only_journal(".").header["framework"] == "acme"


@pytest.mark.parametrize("prefix, index_name, row, x", [
    ("train", None, {"train_steps": 7, "steps": 8, "episodes": 9}, 7),
    ("train", None, {"steps": 8, "actor_steps": 3, "episodes": 9}, 8),
    ("eval", None, {"actor_steps": 3, "learner_steps": 4, "episode_return": 1.0}, 3),
    ("eval", None, {"learner_steps": 4, "episodes": 9}, 4),
    ("eval", None, {"eval_episodes": 5, "episodes": 9}, 5),
    ("eval", None, {"episodes": 9}, 9),
    ("eval", None, {"episode_return": 1.0}, 0),  # counted
    (None, None, {"steps": 8}, 8),
    (None, "frames", {"steps": 8, "frames": 2}, 2),
    ("train", "frames", {"steps": 8, "frames": 2}, 2),
])
def test_x_is_what_acme_counts(folder, prefix, index_name, row, x):
    NeptuneLogger("journal", prefix, index_name).write(row)
    assert [row["step"] for row in only_journal(".").rows] == [x]


def test_a_live_experiment_takes_them_all(folder):
    import neptune as client
    run = client.init_run(mode="offline", capture_stdout=False, capture_stderr=False, capture_traceback=False,
                          capture_hardware_metrics=False)
    for prefix in ("learner", "train_loop"):
        NeptuneLogger(run, prefix).write({"steps": 5})
    run.stop()
    assert set(rows_by_stream()) == {"learner", "train_loop"}


def test_loggers_in_threads_that_begin_at_once_share_a_run(folder):
    """As the nodes of a Launchpad program do that runs in one process."""
    barrier = threading.Barrier(8)

    def write(label):
        barrier.wait()
        NeptuneLogger("journal", label).write({"steps": 1})

    threads = [threading.Thread(target=write, args=("node%d" % number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rows_by_stream()) == 8


def test_an_experiment_that_is_none_is_said_at_once():
    with pytest.raises(TypeError, match="neptune_experiment: expected"):
        NeptuneLogger(42, "train")


def test_without_any_experiment_it_is_what_the_environment_names(folder, monkeypatch, capsys):
    monkeypatch.setenv("NEPTUNE_EXPERIMENT", "journal")
    NeptuneLogger(prefix="train").write({"steps": 1})
    assert len(only_journal(".").rows) == 1


def test_copies_and_pickles_take_no_live_experiment_along(folder):
    logger = NeptuneLogger(lambda: None, "train", "frames")
    copied = pickle.loads(pickle.dumps(logger))
    assert copied._experiment is None and copied._prefix == "train"
    copied = pickle.loads(pickle.dumps(NeptuneLogger("journal", "train")))
    copied.write({"steps": 1})
    assert len(only_journal(".").rows) == 1


# Rows of device tensors

def test_rows_of_device_tensors_are_emitted_at_intervals_and_the_others_not_even_converted(folder, monkeypatch):
    monkeypatch.setattr(Device, "converted", 0)
    logger = NeptuneLogger("journal", "learner", time_delta=3600)
    for step in range(50):
        logger.write({"loss": Device(step), "steps": step})
    assert [row["values"]["learner/loss"] for row in only_journal(".").rows] == [0.0]
    assert Device.converted == 1


def test_rows_of_host_numbers_are_emitted_every_one(folder):
    logger = NeptuneLogger("journal", "train", time_delta=3600)
    for step in range(50):
        logger.write({"return": np.float32(step), "steps": np.array(step)})
    assert len(only_journal(".").rows) == 50


def test_every_row_on_request(folder):
    logger = NeptuneLogger("journal", "learner", time_delta=0)
    for step in range(50):
        logger.write({"loss": Device(step), "steps": step})
    assert len(only_journal(".").rows) == 50


# What the article's logger did

def test_it_can_be_closed_and_instantiated_as_a_logger_must(folder):
    NeptuneLogger("journal").close()
    assert not journals(".")


def test_an_index_that_acme_never_emits_leaves_its_own_x_axis(folder):
    logger = NeptuneLogger("journal", "train", index_name="epoch")
    for steps in (200, 400):
        logger.write({"episode_return": 1.0, "steps": steps})
    assert [row["step"] for row in only_journal(".").rows] == [200, 400]


def test_index_0_is_not_dropped(folder):
    logger = NeptuneLogger("journal", "train", index_name="epoch")
    for epoch in (0, 1):
        logger.write({"loss": 1.0, "epoch": epoch})
    assert [row["step"] for row in only_journal(".").rows] == [0, 1]


def test_only_numbers_reach_the_tracker(folder, warnings):
    NeptuneLogger("journal", "train").write({
        "zero_d": np.array(1.5), "one": np.array([2.0]), "text": "high", "nothing": None, "vector": np.zeros(3),
        "dict": {"a": 1}, "list": [1, 2], "steps": 1, "nan": math.nan})
    row, = only_journal(".").rows
    assert row["values"] == {"train/zero_d": 1.5, "train/one": 2.0, "train/steps": 1, "train/nan": "NaN"}
    assert sorted(warnings) == ["train/%s: skipped, expected a number, found %s" % pair for pair in (
        ("dict", "dict"), ("list", "list"), ("text", "str"), ("vector", "ndarray"))]


def test_a_trackers_exception_does_not_stop_the_training(folder, warnings):
    class Row(dict):
        def items(self):
            raise OSError("no")

    NeptuneLogger("journal", "train").write(Row())
    assert warnings == ["a row was not recorded: OSError: no"]


# The default logger, and all composed, as the install script leaves them

@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    folder = make(tmp_path_factory.mktemp("acme"), ACME)
    assert call(install, folder) == 0
    return folder


@pytest.fixture
def train(checkout, tmp_path):
    """Runs a script on the patched package in `tmp_path`; returns its stdout and stderr."""
    def train(code, status=0, **variables):
        (tmp_path / "train.py").write_text("from small.loggers import *\nfrom small import loggers\n"
                                           + textwrap.dedent(code))
        path = os.pathsep.join([str(checkout), str(RECORDING)])
        done = subprocess.run([sys.executable, "train.py"], cwd=tmp_path, capture_output=True, text=True, timeout=60,
                              env=dict(os.environ, PYTHONPATH=path, PYTHONDONTWRITEBYTECODE="1", **variables))
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout, done.stderr
    return train


JOURNAL = dict(NEPTUNE_EXPERIMENT="journal")
LOOP = """
logger = make_default_logger("train_loop")
for number in range(1, 6):
    logger.write({"episode_return": float(number), "steps": 10 * number, "nothing": None})
logger.close()
"""


def test_nothing_configured_nothing_changed(train, tmp_path):
    output, errors = train(LOOP + "print(type(logger).__name__)")
    assert output == "[train_loop] episode_return=1.0, steps=10\n[train_loop] closed\nTimeFilter\n" and not errors
    assert not journals(tmp_path)


def test_every_row_of_a_loop_is_emitted_and_the_logger_is_as_it_was(train, tmp_path):
    output, _ = train(LOOP + "print(isinstance(logger, Logger), logger.time_delta)", **JOURNAL)
    assert output == "[train_loop] episode_return=1.0, steps=10\n[train_loop] closed\nTrue 1.0\n"
    assert [row["step"] for row in only_journal(tmp_path).rows] == [10, 20, 30, 40, 50]
    header = only_journal(tmp_path).header
    assert (header["framework"], header["framework_version"], header["name"]) == ("small", "0.9", "train.py")


def test_what_acme_says_is_the_step_is_x(train, tmp_path):
    train("make_default_logger('eval', steps_key='actor_steps').write({'steps': 1, 'actor_steps': 5})", **JOURNAL)
    assert [row["step"] for row in only_journal(tmp_path).rows] == [5]


@pytest.mark.parametrize("seconds, rows", [("", 1), ("0", 3), ("soon", 1)])
def test_the_rows_of_device_tensors_of_default_loggers_follow_their_time_delta(train, tmp_path, seconds, rows):
    _, errors = train("""
        class Tensor:
            def numpy(self):
                import numpy
                return numpy.float32(1)
        logger = make_default_logger("learner", time_delta=3600.0)
        for step in range(3):
            logger.write({"loss": Tensor(), "steps": step})
        """, NEPTUNE_ACME_TIME_DELTA=seconds, **JOURNAL)
    assert len(only_journal(tmp_path).rows) == rows
    assert ("NEPTUNE_ACME_TIME_DELTA: expected seconds, found 'soon'; it is 3600" in errors) == (seconds == "soon")


def test_a_failing_terminal_costs_no_row_and_is_raised_as_ever(train, tmp_path):
    _, errors = train("""
        def fail(text):
            raise OSError("closed")
        logger = make_default_logger("train")
        logger.to.to.to[0].print_fn = fail
        logger.write({"steps": 1})
        """, status=1, **JOURNAL)
    assert "OSError: closed" in errors and len(only_journal(tmp_path).rows) == 1


def test_a_signature_without_anything_but_a_label_will_do():
    make = also_to_neptune(lambda label: label)
    assert make("x") == "x" and make(label="y") == "y"


LAUNCHPAD = "import sys\nsys.argv.append('--lp_task_id=0')\n" + LOOP


@pytest.mark.parametrize("wanted, opens", [
    ("", False), ("learner", False), ("learner, train_loop", True), ("all", True)])
def test_a_process_of_launchpad_opens_a_run_where_it_is_asked_to(train, tmp_path, wanted, opens):
    _, errors = train(LAUNCHPAD, NEPTUNE_LAUNCHPAD=wanted, **JOURNAL)
    assert bool(journals(tmp_path)) == opens
    assert ("NEPTUNE_LAUNCHPAD=learner,train_loop, or all, lets it open its own" in errors) != opens


def test_launchpads_learner_opens_the_run(train, tmp_path):
    train(LAUNCHPAD.replace("train_loop", "learner"), **JOURNAL)
    assert len(only_journal(tmp_path).rows) == 5


# make_neptune_logger

def test_the_clock_neither_smooths_nor_drops(train, tmp_path):
    """The article's: TimeFilter stood before the SmoothingFilter and the NeptuneLogger."""
    output, _ = train("""
        logger = make_neptune_logger("journal", "train", 3600.0, smoothing_regex="return", smoothing_coeff=0.5)
        for number in range(1, 6):
            logger.write({"return": float(number), "steps": number})
        """)
    rows = only_journal(tmp_path).rows
    assert [row["values"]["train/return"] for row in rows] == [1.0, 2.0, 3.0, 4.0, 5.0]
    average, coeff = 1.0, 0.0
    for row in rows:
        average = coeff * average + (1 - coeff) * row["values"]["train/return"]
        coeff = 0.9 * coeff + 0.1 * 0.5
        assert row["values"]["train/return_smoothed_0.5"] == pytest.approx(average)
    assert output == "[train] return=1.0, return_smoothed_0.5=1.0, steps=1\n"


def test_no_dump_is_lost_to_the_clock(train, tmp_path):
    output, _ = train("""
        logger = make_neptune_logger("journal", "eval", 3600.0, aggregate_regex="return")
        for evaluation in range(3):
            for episode in range(2):
                logger.write({"return": float(episode), "steps": 10 * evaluation + episode})
            logger.dump()
        """)
    assert [(row["step"], row["values"]["eval/return_mean"]) for row in only_journal(tmp_path).rows] == [
        (1, 0.5), (11, 0.5), (21, 0.5)]
    assert output.count("return_mean=0.5") == 3


def test_what_nobody_dumps_is_dumped_at_the_exit(train, tmp_path):
    """`EnvironmentLoop` never closes its logger. Other loggers of the run have rows before and after."""
    train("""
        train = make_neptune_logger("journal", "train")
        evaluation = make_neptune_logger("journal", "eval", aggregate_regex="return", smoothing_regex="mean")
        train.write({"steps": 1})
        evaluation.write({"return": 3.0, "steps": 1})
        train.write({"steps": 2})
        """)
    run = only_journal(tmp_path)
    assert run.ended and run.rows[-1]["values"]["eval/return_mean_smoothed_0.99"] == 3.0


def test_dumped_at_the_exit_it_may_be_the_first_row_of_the_run(train, tmp_path):
    train("make_neptune_logger('journal', 'eval', aggregate_regex='return').write({'return': 3.0, 'steps': 1})")
    assert only_journal(tmp_path).ended and len(only_journal(tmp_path).rows) == 1


def test_the_articles_calls_work_as_they_are(train, tmp_path):
    train("""
        experiment = "journal"
        neptune_logger = NeptuneLogger(experiment, "all", index_name="epoch")
        logger = loggers.Dispatcher([neptune_logger, TerminalLogger("all")])
        logger = SmoothingFilter(logger, "return", 0.99)
        logger = loggers.TimeFilter(loggers.NoneFilter(logger), 0.0)
        logger = AggregateFilter(logger, "return")
        logger.write({"episode_return": 1.0, "steps": 3})
        logger.dump()
        logger = make_neptune_logger(experiment, prefix="eval", time_delta=1.0, aggregate_regex="return",
                                     smoothing_regex=None, smoothing_coeff=0.99)
        logger.write({"episode_return": 1.0, "steps": 3})
        logger.dump()
        logger.close()
        """)
    rows = only_journal(tmp_path).rows
    assert [row["values"]["%s/episode_return_mean" % row["stream"]] for row in rows] == [1.0, 1.0]


def test_the_points_reach_the_tracker_each_stream_with_its_x(train, tmp_path):
    train("""
        learner, loop = NeptuneLogger("offline", "learner"), NeptuneLogger("offline", "loop")
        for step in (1, 2, 3):
            learner.write({"loss": 0.5, "steps": step})
            loop.write({"return": 1.0, "steps": 100 * step})
        """)
    assert [step for step, *_ in recorded_points(tmp_path, "learner/loss")] == [1, 2, 3]
    assert [step for step, *_ in recorded_points(tmp_path, "loop/return")] == [100, 200, 300]
    assert len(stored(journals(tmp_path)[0]).rows) == 6
