"""frameworks/rllib: one run per trial, wherever it trains, however often it starts, and whichever driver has it."""
import os

import pytest
from small_trials import Stored, Trial, result
from small_experiments import Recorder
from trainings import journals, only_journal, stored

from neptune_writer.resend import found_runs
from neptune_writer.frameworks.rllib.results import Selection
from neptune_writer.frameworks.rllib.trials import Trials


@pytest.fixture
def trials(folder):
    made = Trials("journal", Selection())
    yield made
    made.close()


def steps(path):
    return [(row["step"], row.get("mark") == "checkpoint") for row in stored(path).rows]


def test_a_trial_is_a_run_named_after_it_in_its_own_folder(trials):
    trial = Trial()
    trials.start(trial)
    for iteration in (1, 2):
        trials.write(trial, result(iteration))
    trials.end(trial, "terminated")
    run = only_journal("results/exp/walk_0")
    assert (run.header["name"], run.header["framework"], run.header["tags"]) == ("Walk_ab12c_00000", "rllib", ["rllib"])
    assert [(row["step"], row["values"]["info/loss"]) for row in run.rows] == [(100, 1.0), (200, 0.5)]
    config = {"lr": 0.1, "env": "Maze", "seed": 0}
    assert run.configs == [config, dict(config, trial_state="terminated")] and run.ended


def test_many_trials_never_mix(trials):
    several = [Trial(number) for number in range(20)]
    for trial in several:
        trials.start(trial)
    for iteration in (1, 2, 3):
        for trial in several:
            trials.write(trial, result(iteration, seed=trial.config["seed"]))
    for number in range(20):
        run = only_journal("results/exp/walk_%d" % number)
        assert {row["values"]["seed"] for row in run.rows} == {number} and len(run.rows) == 3


def test_trials_of_one_configuration_are_a_group_and_others_are_not(trials):
    for number, lr in enumerate((0.1, 0.1, 0.2)):
        trials.start(Trial(number, {"lr": lr, "env": "Maze", "seed": number}))
    groups = {path.parent.name: stored(path).header["group"] for path in journals(".")}
    assert groups["walk_0"] == groups["walk_1"] != groups["walk_2"] and groups["walk_0"].startswith("Walk_Maze-")


# Where a trial is

def test_a_trial_in_a_folder_of_this_machine_has_its_journal_there(trials):
    trials.start(Stored())
    only_journal("results/exp/walk_0")


@pytest.mark.parametrize("kind", ["s3", "py::fsspec+file", "py::fsspec+memory"])
def test_a_trial_in_a_remote_storage_has_its_journal_on_the_drivers_disk_and_its_place_is_printed(trials, kind, capsys):
    trials.start(Stored(kind=kind, place="/bucket/exp/walk"))
    path, = journals("neptune_journals/exp/walk_0")
    assert capsys.readouterr().err.startswith("neptune: journal %s; " % path.resolve())
    assert not os.path.exists("/bucket")


# Started again

def test_a_trial_that_is_paused_goes_on_in_its_run(trials):
    trial = Trial()
    for iteration in (1, 2, 3):
        trials.start(trial)
        trials.write(trial, result(iteration))
    path, = journals(".")
    assert steps(path) == [(100, False), (200, False), (300, False)] and len(stored(path).configs) == 1


def test_a_trial_that_is_tried_again_does_not_carry_x_on(trials):
    trial = Trial()
    for iterations in ((1, 2, 3), (1, 2), (2, 3, 4)):  # from the beginning, and from the checkpoint of the first
        trials.start(trial)
        for iteration in iterations:
            trials.write(trial, result(iteration))
    path, = journals(".")
    assert steps(path) == [(100, False), (200, False), (300, False), (100, True), (200, False), (200, True),
                           (300, False), (400, False)]


@pytest.mark.parametrize("starts", [True, False])
def test_a_perturbed_config_is_a_dated_record(trials, starts):
    trial = Trial()
    trials.start(trial)
    trials.write(trial, result(1))
    trial.config = dict(trial.config)  # the same in another object is none
    trials.write(trial, result(2))
    trial.config = dict(trial.config, lr=0.2)
    if starts:
        trials.start(trial)
    trials.write(trial, result(3))
    path, = journals(".")
    kinds = [line[:60] for line in path.read_text().splitlines()[1:]]
    assert ["config" in kind for kind in kinds] == [True, False, False, True, False]
    assert [config["lr"] for config in stored(path).configs] == [0.1, 0.2]


def test_another_driver_goes_on_in_the_same_run(folder):
    for iterations, kind in (((1, 2, 3), "ENUM"), ((2, 3), "enum")):  # a config that Ray has stored is another one
        trials, trial = Trials("journal", Selection()), Trial(config={"lr": 0.1, "kind": kind})
        trials.start(trial)
        for iteration in iterations:
            trials.write(trial, result(iteration))
        trials.close()
    found = found_runs.group(map(str, journals(".")), None)
    (run, parts), = found.items()
    assert len(parts) == 2 and run.startswith("ab12c_00000-") and len(run) <= 36
    assert parts[0].header["group"] == parts[1].header["group"]


@pytest.mark.parametrize("other", [{"number": 1}, {"place": "results/another/walk"}, {"place": "results/exp/again"}])
def test_no_other_trial_has_its_run(folder, other):
    for how in ({}, other):
        trials = Trials("journal", Selection())
        trials.start(Trial(**how))
        trials.close()
    assert len(found_runs.group(map(str, journals(".")), None)) == 2


def test_the_users_own_run_id_is_not_given_to_every_trial(trials, monkeypatch):
    monkeypatch.setenv("NEPTUNE_CUSTOM_RUN_ID", "mine")
    for number in range(2):
        trials.start(Trial(number))
    assert len(found_runs.group(map(str, journals(".")), None)) == 2


def test_a_trial_may_start_after_its_end(trials):
    trial = Trial()
    for iteration in (1, 2):
        trials.start(trial)
        trials.write(trial, result(iteration))
        trials.end(trial, "error")
    (_, parts), = found_runs.group(map(str, journals(".")), None).items()
    assert [steps(part.path) for part in parts] == [[(100, False)], [(200, False)]]


# Its end

@pytest.mark.parametrize("rows", [0, 2])
def test_a_trial_that_fails_is_a_run_with_its_error(trials, rows):
    """Tune writes the error down after it has told callbacks that there is one, and keeps those before."""
    trial = Trial()
    trials.start(trial)
    for iteration in range(1, rows + 1):
        trials.write(trial, result(iteration))
    trials.fail(trial)
    trial.error_file = os.path.join(trial.logdir, "error.txt")
    with open(trial.error_file, "w") as file:
        file.write("Failure # 1 (occurred at ten)\nold\n")
        file.write("Failure # 2 (occurred at noon)\nTraceback:\n" + "  deeper\n" * 1000 + "ValueError: new\n")
    trials.end_failed()
    run = only_journal(".")
    assert run.configs[-1]["trial_state"] == "error" and run.ended and len(run.rows) == rows
    error = run.configs[-1]["trial_error"]
    assert error.endswith("\nValueError: new") and "old" not in error and 900 < len(error) <= 1000


def test_a_trial_whose_error_nobody_wrote_down_has_failed_all_the_same(trials):
    trial = Trial()
    trials.start(trial)
    trials.fail(trial)
    trials.close()
    assert only_journal(".").configs[-1] == dict(trial.config, trial_state="error")


def test_a_trial_that_was_cut_short_says_neither(trials):
    trials.start(Trial())
    trials.close()
    run = only_journal(".")
    assert run.ended and not any("trial_state" in config for config in run.configs)


def test_no_secret_of_an_error_is_written_down(trials, token):
    trial = Trial()
    trials.start(trial)
    trial.error_msg = "ValueError: NEPTUNE_API_TOKEN=%s is wrong" % token
    trials.end(trial, "error")
    assert token not in journals(".")[0].read_text()


def test_half_a_token_is_a_secret_too(trials, token):
    """An error is cut to its end."""
    trial = Trial()
    trials.start(trial)
    trial.error_msg = "%s %s" % (token, "x" * (1000 - len(token) // 2))
    trials.end(trial, "error")
    assert token[-8:] not in journals(".")[0].read_text() and "xxx" in journals(".")[0].read_text()


# In one live experiment

def test_trials_in_a_live_experiment_have_a_namespace_each(folder):
    recorder = Recorder()
    trials = Trials(recorder, Selection())
    several = [Trial(number, {"lr": number}) for number in range(3)]
    for iteration in (1, 2):
        for trial in several:
            trials.write(trial, result(iteration, score=iteration * 10 + trial.config["lr"]))
    for trial in several:
        trials.end(trial, "terminated")
    recorder.stop()
    for trial in several:
        assert [point[1:] for point in recorder.points if point[0] == "%s/score" % trial] == [
            (100, 10 + trial.config["lr"]), (200, 20 + trial.config["lr"])]
        assert recorder.properties["%s/config/lr" % trial] == trial.config["lr"]
        assert recorder.properties["%s/config/trial_state" % trial] == "terminated"
    assert recorder.stopped == 1 and len(recorder.properties) == 6
    assert all(set(row["values"]) == {"training_iteration", "timesteps_total", "info/loss", "score"}
               for path in journals(".") for row in stored(path).rows)  # a journal is a run of its own
