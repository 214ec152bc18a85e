"""frameworks/output_format: ordinary scripts emit, on small frameworks that the installer has patched."""
import json
import os
import subprocess
import sys

import pytest
from small_checkout import call, make
from small_formats import FRAMEWORKS, JOURNAL, PROLOGUES, TRAIN, both
from trainings import journals, only_journal, stored

from scripts import install


# Scripts that never touch the logger

@both
def test_with_nothing_configured_nothing_changes(train, training_folder, framework):
    assert train(framework, TRAIN) == train(framework, TRAIN, is_patched=False)
    assert os.listdir(str(training_folder)) == ["train.py"]


@both
def test_an_unchanged_script_emits_and_prints_what_it_always_did(train, training_folder, framework):
    output, errors = train(framework, TRAIN, **JOURNAL)
    assert output == train(framework, TRAIN, is_patched=False)[0]
    run = only_journal(training_folder)
    assert [(row["step"], row["values"][name]) for row in run.rows for name in row["values"] if "reward" in name] == [
        (100, 50.0), (200, 100.0), (300, 150.0)]
    assert run.rows[0]["values"][{"baselines": "total_timesteps"}.get(framework, "time/total_timesteps")] == 100
    assert run.header["name"] == "Walk-CartPole-v1" and run.header["framework"] == "small"
    assert run.header["framework_version"] == FRAMEWORKS[framework]["small/__init__.py"].split('"')[1]
    assert run.ended and errors.startswith("neptune: journal ") and errors.count("\n") == 1


@both
def test_hyper_parameters_reach_the_config(train, training_folder, framework):
    train(framework, "Walk('MlpPolicy', CartPole(), verbose=1, learning_rate=lambda f: f * 0.5).learn(100)", **JOURNAL)
    config, = only_journal(training_folder).configs
    assert list(config)[:2] == ["algorithm", "env"]
    assert (config["algorithm"], config["env"], config["policy"]) == ("Walk", "CartPole-v1", "MlpPolicy")
    assert config["learning_rate"] == "lambda f: f * 0.5"
    assert "verbose" not in config and "kwargs" not in config


def test_a_seed_that_only_learn_is_told_is_one_of_them(train, training_folder):
    train("baselines", "Walk('MlpPolicy', CartPole(), verbose=1).learn(100, seed=7)", **JOURNAL)
    assert only_journal(training_folder).configs[0]["seed"] == 7


@both
def test_the_variable_may_be_set_by_the_script_itself(train, training_folder, framework):
    train(framework, "os.environ['NEPTUNE_EXPERIMENT'] = 'journal'\n" + TRAIN)
    assert len(only_journal(training_folder).rows) == 3


def test_models_that_log_nothing_say_so(train, training_folder):
    _, errors = train("baselines", "Walk('MlpPolicy', CartPole()).learn(300)", **JOURNAL)
    assert "Walk: logs nothing with verbose=0" in errors and errors.count("\n") == 1
    assert not journals(training_folder)
    _, errors = train("baselines", "Walk('MlpPolicy', CartPole()).learn(300)")
    assert errors == ""


def test_a_quiet_model_emits_all_the_same_where_only_the_format_is_off(train, training_folder):
    train("stable-baselines3", "Walk('MlpPolicy', CartPole(), verbose=0).learn(300)", **JOURNAL)
    assert len(only_journal(training_folder).rows) == 3


def test_rows_without_any_model_are_the_run_of_their_logger(train, training_folder):
    train("baselines", """
        logger.configure("first")
        for step in (10, 20):
            logger.logkvs({"step": step, "loss": 1.0})
            logger.dumpkvs()
        logger.Logger.CURRENT.close()
        logger.configure("second")
        logger.logkvs({"loss": 2.0})
        logger.dumpkvs()
        os._exit(0)  # nothing is done at the exit
        """, **JOURNAL)
    first, second = map(stored, journals(training_folder / "first") + journals(training_folder / "second"))
    assert [row["step"] for row in first.rows] == [10, 20] and first.ended and first.header["name"] == "first"
    assert [row["step"] for row in second.rows] == [0] and not second.ended


# Where the journal lies

@pytest.mark.parametrize("code, place", [
    ("configure('out')", "out"), ("Logger('out', [])", "out"), ("configure()", "neptune_journals"),
    ("Logger(None, [])", "neptune_journals")])
def test_a_folder_that_the_framework_made_up_is_no_place_for_a_run(train, training_folder, code, place):
    train("stable-baselines3", "made = %s\nmade.record('a', 1.0)\nmade.dump(3)" % code, **JOURNAL)
    assert len(journals(training_folder / place)) == 1


# Nothing opens before the first row

@both
@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_workers_open_nothing(train, training_folder, framework, method):
    train(framework, """
        import multiprocessing
        def work(pipe):
            from small.common.models import Walk
            for name in list(sys.modules):
                if name.startswith("small"):
                    del sys.modules[name]
            from small.common import models  # as a fresh interpreter does
            pipe.send(os.getpid())
        if __name__ == "__main__":
            context = multiprocessing.get_context(%r)
            here, there = context.Pipe()
            model = Walk('P', CartPole(), verbose=1)
            for _ in range(2):
                worker = context.Process(target=work, args=(there,), daemon=True)
                worker.start()
                here.recv()
                model.learn(100)
                worker.join()
        """ % method, **JOURNAL)
    assert len(only_journal(training_folder).rows) == 2


@both
def test_other_ranks_are_silent(train, training_folder, framework):
    train(framework, TRAIN, PMI_RANK="1", **JOURNAL)
    assert not journals(training_folder)


@both
def test_a_model_without_rows_leaves_nothing(train, training_folder, framework):
    train(framework, "Walk('P', CartPole(), verbose=1).learn(0)", NEPTUNE_EXPERIMENT="offline")
    assert os.listdir(str(training_folder)) == ["train.py"]


# As people treat loggers and models

@both
@pytest.mark.parametrize("how", ["pickle.loads(pickle.dumps(%s))", "copy.deepcopy(%s)", "copy.copy(%s)"])
def test_models_and_formats_are_copied_as_ever(train, training_folder, framework, how):
    made = "Logger('out', [])" if framework == "stable-baselines3" else "Logger.CURRENT.output_formats[-1]"
    train(framework, """
        model = Walk('P', CartPole(), verbose=1).learn(100)
        before = dict(vars(model))
        model.env = None
        model._logger = %s
        again = %s
        again.env = model.env = CartPole()
        assert set(vars(again)) == set(before) | {"_logger"}, vars(again)
        again.learn(100)
        model.learn(100)
        """ % (made, how % "model"), **JOURNAL)
    assert sorted(len(stored(path).rows) for path in journals(training_folder)) == [1, 2]


@both
def test_the_models_train_on_where_the_loggers_file_came_back(tmp_path, framework):
    """As after `git checkout` of that one file."""
    folder = make(tmp_path, FRAMEWORKS[framework])
    assert call(install, folder) == 0
    logger = {"baselines": "small/logger.py", "stable-baselines3": "small/common/logger.py"}[framework]
    make(folder, {logger: FRAMEWORKS[framework][logger]})
    done = subprocess.run([sys.executable, "-c", PROLOGUES[framework] + TRAIN], capture_output=True, text=True,
                          cwd=tmp_path, env=dict(os.environ, PYTHONPATH=str(folder), **JOURNAL))
    assert done.returncode == 0 and not journals(tmp_path)
    lines = done.stderr.splitlines()  # of the baselines nothing imports what is patched still
    assert len(lines) == (framework == "stable-baselines3")
    assert all(f"{folder / logger}: not patched any more" in line for line in lines)


@both
def test_a_trackers_failure_ends_no_training(train, training_folder, framework):
    _, errors = train(framework, TRAIN, NEPTUNE_EXPERIMENT="ofline")
    assert "did you mean offline?" in errors and "Traceback" not in errors
    assert len(only_journal(training_folder).rows) == 3


def test_the_records_of_one_install_travel_with_the_copied_package(small_checkouts):
    """`common/models.py` imports no package of ours: it is written down in that of the folder above."""
    folder = small_checkouts["baselines", True] / "small"
    record = json.loads((folder / "neptune_writer" / "installed.json").read_text())
    assert sorted(record["files"]) == ["common/models.py", "logger.py"]
    assert not (folder / "common" / "neptune_writer").exists()
