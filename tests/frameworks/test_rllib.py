"""frameworks/rllib: what Tune tells callbacks, which of them travel, and a hundred trials at once."""
import copy
import os
import pickle
import types

import pytest
from small_trials import Trial, result
from small_experiments import Recorder
from trainings import (
    RECORDING, everything_written, journals, only_journal, processes_of, recorded, run, start, stored, wait_until)

from neptune_writer.frameworks import rllib
from neptune_writer.frameworks.rllib import LoggerCallback, with_neptune


def tell(callback, trial, iterations=(1, 2), end="on_trial_complete"):
    """What Tune calls, as it calls it."""
    about = {"iteration": 0, "trials": [trial], "trial": trial}
    callback.on_trial_start(**about)
    for iteration in iterations:
        callback.on_trial_result(result=result(iteration), **about)
    getattr(callback, end)(**about)
    callback.on_step_end(iteration=0, trials=[trial])
    callback.on_experiment_end(trials=[trial])


def test_a_trial_from_its_start_to_its_end(folder):
    tell(LoggerCallback("journal", include=["info/*", "losses/*"]), Trial())
    run_ = only_journal(folder)
    assert [row["values"] for row in run_.rows] == [{"info/loss": 1.0}, {"info/loss": 0.5}]
    assert run_.ended and run_.configs[-1]["trial_state"] == "terminated"


def test_an_include_that_matches_nothing_is_said_once(folder, warnings):
    callback = LoggerCallback("journal", include="losses/*")
    for number in range(3):
        tell(callback, Trial(number))
    assert len(warnings) == 1 and "'losses/*' matches none of 3 metrics" in warnings[0]


@pytest.mark.parametrize("wrong", [{"experiment": 3}, {"include": 3}])
def test_what_is_no_experiment_is_an_error_at_once(wrong):
    with pytest.raises(TypeError, match="expected|must be"):
        LoggerCallback(**wrong)


@pytest.mark.parametrize("broken", [None, types.SimpleNamespace(trial_id="t"), object()])
def test_whatever_tune_hands_over_the_training_goes_on(folder, warnings, broken):
    tell(LoggerCallback("journal"), broken)
    assert warnings and not journals(folder)


def test_a_result_that_cannot_be_read_is_one_warning(folder, warnings):
    class Nested(dict):
        def items(self):
            raise RuntimeError("not now")

    callback = LoggerCallback("journal")
    for _ in range(3):
        callback.on_trial_result(0, [], Trial(), {"a": Nested()})
    assert warnings == ["a result was not recorded: RuntimeError: not now"]


# Who is asked

class Other:
    """Somebody's callback."""


def test_one_callback_joins_those_of_the_code(monkeypatch):
    callbacks = [Other()]
    assert with_neptune(callbacks, LoggerCallback) is callbacks
    monkeypatch.setenv("NEPTUNE_EXPERIMENT", "journal")
    found = with_neptune(callbacks, LoggerCallback)
    assert found[:1] == callbacks and type(found[1]) is LoggerCallback and len(callbacks) == 1
    assert with_neptune(found, LoggerCallback) is found  # the code's goes before the environment's


def test_one_of_another_copy_of_this_package_is_ours_too(monkeypatch):
    """As RAY_TUNE_CALLBACKS names one where Ray is patched; and as Ray 1.1 to 1.12 wraps a logger."""
    monkeypatch.setenv("NEPTUNE_EXPERIMENT", "journal")
    for ours in (types.SimpleNamespace(is_neptune=True), types.SimpleNamespace(logger_classes=[rllib.Logger])):
        callbacks = [ours]
        assert with_neptune(callbacks, LoggerCallback) is callbacks


# What travels: Ray pickles callbacks into the state that `Tuner.restore` begins with

class Unpicklable(Recorder):
    def __reduce_ex__(self, protocol):
        raise AssertionError("a live experiment must not be pickled")


def test_a_spec_travels(folder):
    callback = pickle.loads(pickle.dumps(LoggerCallback("journal", include="info/*")))
    tell(callback, Trial())
    assert [list(row["values"]) for row in only_journal(folder).rows] == [["info/loss"]] * 2


@pytest.mark.parametrize("experiment", [Unpicklable(), Unpicklable], ids=["live", "callable"])
def test_a_live_experiment_is_left_behind_and_that_is_said_where_it_is_missed(folder, warnings, experiment):
    callback = LoggerCallback(experiment, exclude="info")
    tell(callback, Trial(0), iterations=(1,))
    restored = pickle.loads(pickle.dumps(callback))
    assert warnings == []
    for number in (1, 2):
        tell(restored, Trial(number))
    assert len(warnings) == 1 and "cannot be restored with its callback; trials go to journal" in warnings[0]
    assert len(stored(journals("results/exp/walk_1")[0]).rows) == 2


def test_a_copy_is_the_callback_itself_since_its_runs_are_open(folder):
    callback = LoggerCallback(Unpicklable())
    config = copy.deepcopy({"callbacks": [callback]})
    assert config["callbacks"][0] is callback


# Many trials at once: one child, which connects concurrently

MANY = [20, pytest.param(100, marks=pytest.mark.slow)]  # of which each tenth's tracker hangs


def trials(number):
    """A script of so many trials, each of two results."""
    return """
from neptune_writer.frameworks.rllib import LoggerCallback
class Trial:
    trainable_name, config, error_file = "Walk", {"lr": 0.1}, None
    def __init__(self, number):
        self.trial_id, self.logdir = "ab12c_%%05d" %% number, os.path.abspath("results/exp/walk_%%d" %% number)
    def __str__(self):
        return "hangs" if self.trial_id.endswith("7") else "Walk_" + self.trial_id
trials = [Trial(number) for number in range(%d)]
callback = LoggerCallback("offline")
for trial in trials:
    callback.on_trial_start(0, trials, trial)
for iteration in (1, 2):
    for trial in trials:
        callback.on_trial_result(0, trials, trial, {"training_iteration": iteration, "loss": 1 / iteration})
for trial in trials:
    callback.on_trial_complete(0, trials, trial)
""" % number


def ended(folder):
    """How many runs the tracker has to their end."""
    return sum(entry[0] == "stop" for entry in recorded(folder))


@pytest.mark.slow
@pytest.mark.parametrize("number", MANY)
def test_many_trials_have_one_child_and_those_whose_tracker_hangs_delay_no_other(training_folder, number):
    process = start(trials(number) + "time.sleep(60)", training_folder, clients=[RECORDING],
                    NEPTUNE_WRITER_EXIT_SECONDS="0.5")
    working = number * 9 // 10

    def opened():
        return [entry[1]["name"] for entry in recorded(training_folder) if entry[0] == "init_run"]

    try:
        assert wait_until(lambda: len(opened()) >= working and ended(training_folder) >= working, 60)
        assert len(set(opened())) == working and len(processes_of(training_folder)) == 2
        assert len({entry[1]["pid"] for entry in recorded(training_folder) if entry[0] == "init_run"}) == 1
        points = [point for entry in recorded(training_folder) if entry[0] == "extend" and entry[1] == "loss"
                  for point in entry[2]]
        assert len(points) == 2 * working
    finally:
        process.kill()
        process.communicate()


@pytest.mark.slow
@pytest.mark.parametrize("number", MANY)
def test_what_a_hanging_tracker_has_not_got_is_told_of_at_the_exit(training_folder, number):
    """Once every other has all of it."""
    waits = "while open('recorded.jsonl').read().count('[\"stop\"') < %d: time.sleep(0.02)\n" % (number * 9 // 10)
    errors = run(trials(number) + "while not os.path.exists('recorded.jsonl'): time.sleep(0.02)\n" + waits,
                 training_folder, clients=[RECORDING], NEPTUNE_WRITER_EXIT_SECONDS="0.5")
    assert len([line for line in errors.splitlines() if "To send them: " in line]) == 1
    assert errors.count("not been sent") == number // 10


@pytest.mark.slow
@pytest.mark.parametrize("number", MANY)
def test_rows_of_a_driver_that_is_killed_are_on_the_disk(training_folder, number):
    run(trials(number) + "os.kill(os.getpid(), 9)", training_folder, status=-9, clients=[RECORDING],
        NEPTUNE_WRITER_EXIT_SECONDS="0.5")
    assert [len(stored(path).rows) for path in journals(training_folder)] == [2] * number


@pytest.mark.slow
def test_no_token_is_written(training_folder, token):
    run(trials(10).replace('{"lr": 0.1}', '{"lr": 0.1, "env_config": {"token": "%s"}}' % token), training_folder,
        clients=[RECORDING], NEPTUNE_WRITER_EXIT_SECONDS="0.5")
    assert token.encode() not in everything_written(training_folder / "results")
    assert stored(journals(training_folder)[0]).configs[0]["env_config"] == {"token": "***"}
    assert os.environ["NEPTUNE_API_TOKEN"] == token
