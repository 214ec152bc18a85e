"""Stable Baselines 2 and OpenAI baselines of the package index, trained for real, with the install script's patch."""
import re

import pytest
from environment import interpreters
from real_training import (
    EXAMPLES, assert_holds, carried_on, columns, copy_of, left_by, patched, python, release, run, script)
from small_checkout import snapshot
from trainings import journals, offline_runs, only_journal, stored

pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def interpreter():
    return python("stable-baselines-py37")


@pytest.fixture(scope="module")
def unpatched(tmp_path_factory):
    return release("stable_baselines==2.10.2", tmp_path_factory.mktemp("unpatched"))


@pytest.fixture(scope="module")
def checkout(unpatched, tmp_path_factory):
    return patched(copy_of(unpatched, tmp_path_factory.mktemp("patched")))


# Trainings through two learn() calls, beside the framework's own CSV format

SCRIPT = """
import sys
import gym
from stable_baselines import A2C, DQN, PPO2, SAC, logger
from stable_baselines.common.vec_env import DummyVecEnv, SubprocVecEnv
def make():
    return gym.make(sys.argv[2])
if __name__ == "__main__":
    algorithm, timesteps = sys.argv[1], int(sys.argv[3])
    env = SubprocVecEnv([make, make]) if algorithm in ("PPO2", "A2C") else make()
    made = dict(PPO2=dict(n_steps=64), A2C={}, DQN=dict(learning_starts=50), SAC=dict(learning_starts=500))[algorithm]
    interval = dict(PPO2=1, A2C=20, DQN=2, SAC=1)[algorithm]
    logger.configure("out", ["csv"])
    model = globals()[algorithm]("MlpPolicy", env, verbose=1, seed=0, **made)
    model.learn(timesteps, log_interval=interval)
    with open("first", "w") as file:
        file.write(str(len(open("out/progress.csv").readlines()) - 1))
    model.learn(timesteps, log_interval=interval)
"""


@pytest.mark.parametrize("algorithm, env, timesteps, step", [
    ("PPO2", "CartPole-v1", 640, "total_timesteps"), ("A2C", "CartPole-v1", 600, "total_timesteps"),
    ("DQN", "CartPole-v1", 500, "steps"), ("SAC", "Pendulum-v0", 800, "total timesteps")])
def test_the_run_is_what_the_csv_format_wrote(checkout, interpreter, training_folder, algorithm, env, timesteps, step):
    (training_folder / "train.py").write_text(SCRIPT)
    run(interpreter, checkout, training_folder, "-W", "ignore", "train.py", algorithm, env, timesteps,
        NEPTUNE_EXPERIMENT="offline")
    table = columns(training_folder / "out" / "progress.csv")
    assert len(table[step]) >= 4
    stored_run, = offline_runs(training_folder, interpreter)
    assert_holds(stored_run, table)
    first = int((training_folder / "first").read_text())
    assert [point[0] for point in stored_run["series"][step]] == carried_on(table[step], first)
    assert stored_run["fields"]["config/algorithm"] == algorithm and stored_run["fields"]["config/env"] == env
    assert stored_run["fields"]["config/policy"] == "MlpPolicy" and stored_run["fields"]["config/seed"] == 0
    assert stored_run["fields"]["sys/name"] == "%s-%s seed 0" % (algorithm, env)
    only_journal(training_folder)  # and none of a worker


# An unchanged script

def test_three_seeds_of_an_unchanged_script_are_three_runs(checkout, interpreter, training_folder):
    run(interpreter, checkout, training_folder, "-W", "ignore", EXAMPLES / "stable_baselines_ppo2.py",
        "--timesteps", 512, NEPTUNE_EXPERIMENT="offline")
    runs = offline_runs(training_folder, interpreter)
    assert sorted(stored_run["fields"]["config/seed"] for stored_run in runs) == [0, 1, 2]
    assert len({stored_run["fields"]["group"] for stored_run in runs}) == 1
    for stored_run in runs:
        assert [step for step, _, _ in stored_run["series"]["policy_loss"]] == [128, 256, 384, 512]
        assert stored_run["fields"]["config/learning_rate"] == 0.00025
        assert stored_run["fields"]["sys/tags"] == ["stable_baselines"]


def test_a_quiet_model_says_that_it_logs_nothing(checkout, interpreter, training_folder):
    (training_folder / "train.py").write_text(
        "from stable_baselines import PPO2\nPPO2('MlpPolicy', 'CartPole-v1').learn(256)\n")
    _, errors = run(interpreter, checkout, training_folder, "-W", "ignore", "train.py", NEPTUNE_EXPERIMENT="offline")
    assert errors.count("neptune: ") == 1 and "PPO2: logs nothing with verbose=0" in errors
    assert not journals(training_folder)


def test_two_ranks_under_mpi_are_one_run(checkout, interpreter, training_folder):
    (training_folder / "train.py").write_text(
        "from stable_baselines import PPO1\n"
        "PPO1('MlpPolicy', 'CartPole-v1', timesteps_per_actorbatch=128, verbose=1).learn(512)\n")
    run(interpreter, checkout, training_folder, "-c", "import subprocess, sys; sys.exit(subprocess.call(%r))" % (
        ["mpirun", "-np", "2", interpreter, "-W", "ignore", "train.py"],), NEPTUNE_EXPERIMENT="offline")
    stored_run, = offline_runs(training_folder, interpreter)
    table = stored_run["series"]["TimestepsSoFar"]
    assert [step for step, _, _ in table] == [value for _, value, _ in table] and len(table) >= 2


# Named in the environment, and in code

def test_selected_by_name_like_any_other_format(checkout, interpreter, training_folder):
    (training_folder / "train.py").write_text(
        "from stable_baselines import PPO2, logger\nlogger.configure('out')\n"
        "PPO2('MlpPolicy', 'CartPole-v1', verbose=1).learn(512)\n")
    output, _ = run(interpreter, checkout, training_folder, "-W", "ignore", "train.py",
                    OPENAI_LOG_FORMAT="csv,neptune", NEPTUNE_EXPERIMENT="offline")
    assert "policy_loss" not in output
    stored_run, = offline_runs(training_folder, interpreter)
    assert_holds(stored_run, columns(training_folder / "out" / "progress.csv"))
    assert len(journals(training_folder / "out")) == 1


def test_an_unknown_name_is_the_frameworks_own_error(checkout, unpatched, interpreter, tmp_path):
    code = "from stable_baselines import logger\nlogger.configure('out')"
    errors = [run(interpreter, folder, tmp_path, "-W", "ignore", "-c", code, status=1, OPENAI_LOG_FORMAT="nptune",
                  NEPTUNE_EXPERIMENT="offline")[1].splitlines()[-1] for folder in (checkout, unpatched)]
    assert errors[0] == errors[1] == "ValueError: Unknown format specified: nptune"


APPENDED = """
import neptune
from stable_baselines import A2C, PPO2, logger
from stable_baselines.logger import NeptuneOutputFormat
experiment = neptune.init_run(mode="offline")
logger.configure("out", ["csv"])
logger.Logger.CURRENT.output_formats.append(NeptuneOutputFormat(experiment))
PPO2("MlpPolicy", "CartPole-v1", verbose=1).learn(512)
PPO2("MlpPolicy", "CartPole-v1", verbose=1, n_steps=64).learn(256)
experiment.stop()
"""


@pytest.mark.parametrize("variables", [{}, {"NEPTUNE_EXPERIMENT": "offline"}], ids=["alone", "environment"])
def test_a_live_run_that_is_appended_to_the_formats(checkout, interpreter, training_folder, variables):
    (training_folder / "train.py").write_text(APPENDED)
    run(interpreter, checkout, training_folder, "-W", "ignore", "train.py", **variables)
    stored_run, = offline_runs(training_folder, interpreter)
    assert_holds(stored_run, columns(training_folder / "out" / "progress.csv"))
    assert [step for step, _, _ in stored_run["series"]["fps"]] == [128, 256, 384, 512, 576, 640, 704, 768]


# Guarantee 1, and saved models

SEEDED = """
from stable_baselines import PPO2, logger
for formats in (["stdout"], ["stdout", "log", "csv", "json"]):
    logger.configure("out", formats)
    model = PPO2("MlpPolicy", "CartPole-v1", seed=0, n_cpu_tf_sess=1, verbose=1)
    model.learn(512)
    model.save("model")
    PPO2.load("model", env=model.env).learn(256, reset_num_timesteps=False)
"""


@pytest.mark.parametrize("experiment", [None, "journal"])
def test_stdout_and_files_are_those_of_the_unpatched_framework(checkout, unpatched, interpreter, tmp_path, experiment):
    """With an experiment, too: what is written for Neptune is written besides."""
    variables = {"NEPTUNE_EXPERIMENT": experiment} if experiment else {}
    left = left_by(interpreter, checkout, tmp_path / "patched", SEEDED, **variables)
    expected = left_by(interpreter, unpatched, tmp_path / "unpatched", SEEDED)
    assert set(left) == {"stdout", "log.txt", "progress.csv", "progress.json"} == set(expected)
    for name, text in left.items():
        assert masked(text) == masked(expected[name]), name


def masked(text):
    """Without what the clock says; of a CSV file, whose columns come in any order, the sorted fields of each row."""
    text = re.sub(r"(\| (?:fps|time_elapsed) +\|)[^|]*\|", r"\1", text)
    text = re.sub(r'"(fps|time_elapsed)": [0-9.e-]+', r"\1", text)
    names, *rows = [line.split(",") for line in text.splitlines()]
    if "n_updates" in names and "fps" in names:
        return [sorted((name, value) for name, value in zip(names, row) if name not in ("fps", "time_elapsed"))
                for row in rows]
    return re.sub(r"(?m)^-+$", "---", text)


# Every release that people have

DRIVE = """
from stable_baselines import PPO2
for seed in range(2):
    model = PPO2("MlpPolicy", "CartPole-v1", verbose=1)
    for _ in range(2):
        model.learn(128)
"""
LOGGER_ALONE = """
import sys, types
package = types.ModuleType({package!r})  # the others of its modules need a TensorFlow of 2018
package.__path__, package.__version__ = [{folder!r}], {version!r}
sys.modules[{package!r}] = package
sys.modules["mpi4py"] = types.SimpleNamespace(MPI=types.SimpleNamespace(
    COMM_WORLD=types.SimpleNamespace(Get_rank=lambda: 0)))
from {package} import logger
logger.configure("out", ["stdout", "csv"])
for step in (128, 256):
    logger.logkv("total_timesteps", step)
    logger.logkv("loss", 1.0 / step)
    logger.dumpkvs()
"""


def assert_comes_back(folder, before):
    assert "applied" in script("status.py", folder)
    script("uninstall.py", folder)
    assert {path: content for path, content in snapshot(folder).items() if "__pycache__" not in path} == before


@pytest.mark.parametrize("version, step", [("2.5.1", 144), ("2.8.0", 128), ("2.10.2", 128)])  # as each counts them
def test_a_release_is_patched_trained_and_comes_back_byte_for_byte(interpreter, training_folder, tmp_path_factory,
                                                                   version, step):
    folder = release("stable_baselines==" + version, tmp_path_factory.mktemp("release"))
    before = snapshot(folder)
    script("install.py", folder)
    (training_folder / "train.py").write_text(DRIVE)
    run(interpreter, folder, training_folder, "-W", "ignore", "train.py", NEPTUNE_EXPERIMENT="journal")
    runs = [stored(path) for path in journals(training_folder)]
    assert [[(row["step"], row.get("mark") == "restart") for row in one.rows] for one in runs] == [
        [(step, False), (2 * step, True)]] * 2
    for one in runs:
        assert one.header["framework"] == "stable_baselines" and one.header["framework_version"] == version
        assert (one.configs[0]["env"], one.configs[0]["learning_rate"]) == ("CartPole-v1", 0.00025)
    assert_comes_back(folder, before)


@pytest.mark.parametrize("requirement", ["stable_baselines==2.0.0", "baselines==0.1.5"])
def test_the_logger_of_an_old_release_writes_and_comes_back(training_folder, tmp_path_factory, requirement):
    folder = release(requirement, tmp_path_factory.mktemp("release"))
    before = snapshot(folder)
    script("install.py", folder)
    package, version = requirement.split("==")
    for number, oldest in enumerate(sorted(interpreters(), key=lambda name: int(name[2:]))[:1] + ["3.11"]):
        python_of_then = interpreters()[oldest]
        run(str(python_of_then), folder, training_folder, "-m", "py_compile", folder / package / "logger.py")
        (training_folder / "train.py").write_text(
            LOGGER_ALONE.format(package=package, folder=str(folder / package), version=version))
        run(str(python_of_then), folder, training_folder, "train.py", NEPTUNE_EXPERIMENT="journal")
        one = stored(journals(training_folder / "out")[number])
        assert [(row["step"], row["values"]["loss"]) for row in one.rows] == [(128, 1 / 128), (256, 1 / 256)]
        assert (one.header["framework"], one.header["framework_version"]) == (package, version)
    assert columns(training_folder / "out" / "progress.csv")["loss"] == [1 / 128, 1 / 256]
    assert_comes_back(folder, before)
