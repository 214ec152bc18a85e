"""neptune_writer.frameworks.acme: the logger for Neptune."""
import copy
import math
import pickle

import numpy as np
import pytest
from trainings import journals, offline_runs, only_journal

from neptune_writer.frameworks.acme import AggregateFilter, NeptuneLogger, neptune, throttle


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


def make_run():
    """A callable that would make one."""


def rows_by_stream():
    found = {}
    for row in only_journal(".").rows:
        found.setdefault(row["clock"], []).append(row)
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


def test_an_x_that_was_asked_for_may_come_later(folder):
    logger = NeptuneLogger("journal", "eval", index_name="actor_steps")
    for row in ({"eval_steps": 5}, {"eval_steps": 10, "actor_steps": 300}, {"eval_steps": 15},
                {"eval_steps": 20, "actor_steps": 500}):
        logger.write(row)
    assert [row["step"] for row in only_journal(".").rows] == [5, 300, 500, 500]


def test_rows_before_the_first_step_stand_at_it(folder):
    logger = NeptuneLogger("journal", "train")
    for row in ({"loss": 1.0}, {"loss": 1.0}, {"loss": 1.0, "steps": 40}):
        logger.write(row)
    assert [row["step"] for row in only_journal(".").rows] == [40, 40, 40]


def test_a_slash_behind_the_prefix_is_no_other_prefix(folder):
    NeptuneLogger("journal", "train/").write({"loss": 1.0})
    assert set(only_journal(".").rows[0]["values"]) == {"train/loss"}


@pytest.mark.slow
def test_a_live_experiment_takes_them_all(folder):
    import neptune as client
    run = client.init_run(mode="offline", capture_stdout=False, capture_stderr=False, capture_traceback=False,
                          capture_hardware_metrics=False)
    for prefix in ("learner", "train_loop"):
        NeptuneLogger(run, prefix).write({"steps": 5})
    evaluation = AggregateFilter(NeptuneLogger(run, "evaluation"), "return")
    evaluation.write({"return": 1.0})
    run.stop()  # what nobody has dumped goes first
    assert set(rows_by_stream()) == {"learner", "train_loop", "evaluation"}
    stored_run, = offline_runs(folder)
    assert [value for _, value, _ in stored_run["series"]["evaluation/return_mean"]] == [1.0]


def test_an_experiment_that_is_none_is_said_at_once():
    with pytest.raises(TypeError, match="neptune_experiment: expected"):
        NeptuneLogger(42, "train")


def test_without_any_experiment_it_is_what_the_environment_names(folder, monkeypatch, capsys):
    monkeypatch.setenv("NEPTUNE_EXPERIMENT", "journal")
    NeptuneLogger(prefix="train").write({"steps": 1})
    assert len(only_journal(".").rows) == 1


def test_a_pickle_takes_no_live_experiment_along_and_says_so(folder, warnings):
    copied = pickle.loads(pickle.dumps(NeptuneLogger(make_run, "train", "frames")))
    copied.write({"steps": 1, "frames": 4})
    assert only_journal(".").rows[0]["step"] == 4
    assert warnings == ["train: the live experiment <builtins.function> was not pickled with its logger; "
                        "rows go to journal"]


def test_a_pickle_takes_a_spec_along(folder, warnings):
    pickle.loads(pickle.dumps(NeptuneLogger("journal", "train"))).write({"steps": 1})
    assert len(only_journal(".").rows) == 1 and not warnings


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_a_copy_writes_to_the_same_live_experiment(folder, copied):
    made = []
    logger = NeptuneLogger(lambda: made.append(1), "train")
    assert copied(logger)._experiment is logger._experiment and copied(logger)._prefix == "train"


# Rows of device tensors

def test_rows_of_device_tensors_are_emitted_at_intervals_and_the_others_not_even_converted(folder, monkeypatch):
    monkeypatch.setattr(Device, "converted", 0)
    logger = NeptuneLogger("journal", "learner", time_delta=3600)
    for step in range(50):
        logger.write({"loss": Device(step), "steps": step})
    assert [row["values"]["learner/loss"] for row in only_journal(".").rows] == [0.0]
    assert Device.converted == 1


def test_after_the_interval_the_next_one_is_emitted(folder, monkeypatch):
    logger = NeptuneLogger("journal", "learner", time_delta=2.0)
    for now in (100.0, 101.0, 102.5, 103.0, 104.5):
        monkeypatch.setattr(throttle.time, "monotonic", lambda: now)
        logger.write({"loss": Device(now)})
    assert [row["values"]["learner/loss"] for row in only_journal(".").rows] == [100.0, 102.5, 104.5]


def test_arrays_of_jax_are_a_devices():
    array = type("ArrayImpl", (), {"__module__": "jaxlib.xla_extension"})
    assert throttle.is_of_device(array()) and not throttle.is_of_device(np.float32(1))


@pytest.mark.parametrize("prefix, rows", [("learner", 1), ("train_loop", 20)])
def test_arrays_in_a_learners_row_were_a_devices(folder, prefix, rows):
    """R2D2 and IMPALA in jax fetch them before they log, with each SGD step."""
    logger = NeptuneLogger("journal", prefix, time_delta=3600)
    for step in range(20):
        logger.write({"loss": np.array(0.5), "steps": step})
    assert len(only_journal(".").rows) == rows


def test_a_learners_plain_numbers_are_emitted_every_one(folder):
    logger = NeptuneLogger("journal", "learner", time_delta=3600)
    for step in range(20):
        logger.write({"loss": 0.5, "steps": step})
    assert len(only_journal(".").rows) == 20


def test_no_interval_is_every_row(folder):
    logger = NeptuneLogger("journal", "learner", time_delta=None)
    for step in range(3):
        logger.write({"loss": Device(step)})
    assert len(only_journal(".").rows) == 3


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
