"""Stable-Baselines3 of the package index, trained for real, with the install script's patch in it."""
import json
import re

import pytest
from real_training import (
    EXAMPLES, ROOT, assert_holds, carried_on, columns, copy_of, left_by, patched, python, release, run, script)
from report_runs import points
from small_checkout import snapshot
from trainings import journals, offline_runs, only_journal, processes_of, stored, wait_until

from scripts.runs.reading import Reading

pytestmark = pytest.mark.training
NEWEST = "stable_baselines3==2.9.2"


@pytest.fixture(scope="module")
def interpreter():
    return python("stable-baselines3")


@pytest.fixture(scope="module")
def unpatched(tmp_path_factory):
    return release(NEWEST, tmp_path_factory.mktemp("unpatched"))


@pytest.fixture(scope="module")
def checkout(unpatched, tmp_path_factory):
    return patched(copy_of(unpatched, tmp_path_factory.mktemp("patched")))


# Trainings through two learn() calls, environments in two processes, beside the framework's own CSV format

SCRIPT = """
import sys
from stable_baselines3 import A2C, DQN, PPO, SAC
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.logger import configure
from stable_baselines3.common.vec_env import SubprocVecEnv
if __name__ == "__main__":
    algorithm, env, verbose, timesteps = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    made = dict(PPO=dict(n_steps=64, batch_size=64, n_epochs=2), A2C=dict(), DQN=dict(learning_starts=50),
                SAC=dict(learning_starts=200, train_freq=50, gradient_steps=2))[algorithm]
    interval = dict(PPO=1, A2C=20, DQN=2, SAC=1)[algorithm]
    model = globals()[algorithm]("MlpPolicy", make_vec_env(env, n_envs=2, seed=0, vec_env_cls=SubprocVecEnv), seed=0,
                                 verbose=verbose, **made)
    model.set_logger(configure("out", ["csv"] + ["stdout"] * verbose))
    model.learn(timesteps, log_interval=interval)
    with open("first", "w") as file:
        file.write(str(len(open("out/progress.csv").readlines()) - 1))
    model.learn(timesteps, log_interval=interval)
    model.env.close()
"""


@pytest.mark.parametrize("algorithm, env, verbose, timesteps", [
    ("PPO", "CartPole-v1", 0, 512), ("PPO", "CartPole-v1", 1, 512), ("A2C", "CartPole-v1", 0, 600),
    ("DQN", "CartPole-v1", 0, 600), ("SAC", "Pendulum-v1", 0, 1200)])
def test_the_run_is_what_the_csv_format_wrote(checkout, interpreter, training_folder, algorithm, env, verbose,
                                              timesteps):
    (training_folder / "train.py").write_text(SCRIPT)
    output, _ = run(interpreter, checkout, training_folder, "train.py", algorithm, env, verbose, timesteps,
                    NEPTUNE_EXPERIMENT="offline")
    table = columns(training_folder / "out" / "progress.csv")
    assert len(table["time/total_timesteps"]) >= 4 and bool(output) == bool(verbose)
    stored_run, = offline_runs(training_folder, interpreter)
    assert_holds(stored_run, table)
    steps = [step for step, _, _ in stored_run["series"]["time/total_timesteps"]]
    assert steps == carried_on(table["time/total_timesteps"], int((training_folder / "first").read_text()))
    assert stored_run["fields"]["config/algorithm"] == algorithm and stored_run["fields"]["config/env"] == env
    assert stored_run["fields"]["config/n_envs"] == 2
    assert stored_run["fields"]["sys/name"] == "%s-%s seed 0" % (algorithm, env)
    only_journal(training_folder)  # and none of a worker


def test_the_readme_shows_what_is_changed(checkout):
    shown = re.findall("```diff\n(.*?)```", (ROOT / "patches" / "README.md").read_text(), re.DOTALL)[0].splitlines()
    assert len(shown) == 7 and set(shown) <= set(script("diff.py", checkout).splitlines())


# x of each metric

EVALUATES = """
import sys
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback, EvalCallback
from stable_baselines3.common.env_util import make_vec_env
class Episodes(BaseCallback):
    episodes = 0
    def _on_step(self):
        for info in self.locals["infos"]:
            if "episode" in info:
                self.episodes += 1
                self.logger.record("episode/return", info["episode"]["r"])
                self.logger.dump(step=self.episodes)
        return True
model = PPO("MlpPolicy", make_vec_env("CartPole-v1", seed=0), n_steps=64, batch_size=64, n_epochs=1, seed=0)
callbacks = [EvalCallback(make_vec_env("CartPole-v1"), eval_freq=64, n_eval_episodes=1), Episodes()]
model.learn(320, callback=callbacks[:int(sys.argv[1])])
"""


@pytest.mark.parametrize("callbacks", [1, 2])
def test_what_is_dumped_between_rollouts_moves_no_other_metric(checkout, interpreter, training_folder, callbacks):
    """X1, X5: rollouts came at 64, 192, 384, ...; an evaluation at a rollout's step shifted all by one. Live, and in
    the report. What SB3 records after a rollout goes out with whatever is dumped next."""
    (training_folder / "train.py").write_text(EVALUATES)
    run(interpreter, checkout, training_folder, "train.py", callbacks, NEPTUNE_EXPERIMENT="offline")
    stored_run, = offline_runs(training_folder, interpreter)
    run_, = Reading([training_folder]).read()[0]
    shown = {name: points(run_, name) for name in run_.series}
    for at in (lambda name: [step for step, _, _ in stored_run["series"][name]],
               lambda name: [step for step, _ in shown[name]]):
        assert at("rollout/ep_len_mean") == at("time/total_timesteps") == [64, 128, 192, 256, 320]
        assert at("eval/mean_reward") == [64, 128, 192, 256, 320]
        if callbacks == 1:
            assert at("train/loss") == [128, 192, 256, 320]
        else:
            episodes = len(shown["episode/return"])
            assert episodes > 5 and at("episode/return") == list(range(1, episodes + 1))


# An unchanged script

def test_three_seeds_of_an_unchanged_script_are_three_runs(checkout, interpreter, training_folder):
    run(interpreter, checkout, training_folder, EXAMPLES / "stable_baselines3_ppo.py", "--timesteps", 4096,
        NEPTUNE_EXPERIMENT="offline")
    runs = offline_runs(training_folder, interpreter)
    assert sorted(stored_run["fields"]["config/seed"] for stored_run in runs) == [0, 1, 2]
    assert len({stored_run["fields"]["group"] for stored_run in runs}) == 1
    for stored_run in runs:
        assert [step for step, _, _ in stored_run["series"]["rollout/ep_rew_mean"]] == [2048, 4096]
        assert stored_run["fields"]["config/policy"] == "ActorCriticPolicy"
        assert stored_run["fields"]["config/learning_rate"] == 0.0003
        assert stored_run["fields"]["config/clip_range"] == 0.2
        assert stored_run["fields"]["sys/tags"] == ["stable_baselines3"]
    assert len(journals(training_folder / "neptune_journals")) == 3


def test_a_logger_for_each_learn_is_one_run(checkout, interpreter, training_folder):
    """With verbose=0, and steps that begin anew where the last ones ended: 256, 256."""
    (training_folder / "train.py").write_text(
        "from stable_baselines3 import PPO\n"
        "model = PPO('MlpPolicy', 'CartPole-v1', n_steps=256, n_epochs=1)\n"
        "for again in (True, True, False):\n"
        "    model.learn(256, reset_num_timesteps=again)\n")
    run(interpreter, checkout, training_folder, "train.py", NEPTUNE_EXPERIMENT="offline")
    stored_run, = offline_runs(training_folder, interpreter)
    assert [point[:2] for point in stored_run["series"]["time/total_timesteps"]] == [
        [256, 256], [512, 256], [768, 512]]


def test_a_loaded_model_goes_on_where_it_was_saved(checkout, interpreter, training_folder):
    (training_folder / "train.py").write_text(
        "from stable_baselines3 import PPO\n"
        "model = PPO('MlpPolicy', 'CartPole-v1', n_steps=256, n_epochs=1, learning_rate=lambda left: left * 1e-3)\n"
        "model.learn(256)\nmodel.save('model')\n"
        "model = PPO.load('model', env=model.env)\nmodel.learn(256, reset_num_timesteps=False)\n")
    run(interpreter, checkout, training_folder, "train.py", NEPTUNE_EXPERIMENT="journal")
    runs = [stored(path) for path in journals(training_folder)]
    assert sorted([row["step"] for row in one.rows] for one in runs) == [[256], [512]]
    assert {one.configs[0]["learning_rate"] for one in runs} == {"lambda left: left * 1e-3"}


# Named in code

IN_CODE = """
import neptune
from stable_baselines3 import PPO
from stable_baselines3.common.logger import CSVOutputFormat, Logger, NeptuneOutputFormat
experiment = neptune.init_run(mode="offline")
logger = Logger("out", [CSVOutputFormat("progress.csv"), NeptuneOutputFormat(experiment)])
for seed in range(2):
    model = PPO("MlpPolicy", "CartPole-v1", n_steps=256, n_epochs=1, seed=seed)
    model.set_logger(logger)
    model.learn(512)
experiment.stop()
"""


@pytest.mark.parametrize("variables", [{}, {"NEPTUNE_EXPERIMENT": "offline"}], ids=["alone", "environment"])
def test_a_live_run_of_ones_own(checkout, interpreter, training_folder, variables):
    (training_folder / "train.py").write_text(IN_CODE)
    run(interpreter, checkout, training_folder, "train.py", **variables)
    stored_run, = offline_runs(training_folder, interpreter)
    assert_holds(stored_run, columns(training_folder / "progress.csv"))
    assert [step for step, _, _ in stored_run["series"]["time/fps"]] == [256, 512, 768, 1024]


def test_selected_by_name_like_any_other_format(checkout, interpreter, training_folder):
    (training_folder / "train.py").write_text(
        "from stable_baselines3 import PPO\nfrom stable_baselines3.common.logger import configure\n"
        "model = PPO('MlpPolicy', 'CartPole-v1', n_steps=256, n_epochs=1)\n"
        "model.set_logger(configure('out', ['csv', 'neptune']))\nmodel.learn(512)\n")
    run(interpreter, checkout, training_folder, "train.py", NEPTUNE_MODE="offline")
    stored_run, = offline_runs(training_folder, interpreter)
    assert_holds(stored_run, columns(training_folder / "out" / "progress.csv"))


def test_an_unknown_name_is_the_frameworks_own_error(checkout, unpatched, interpreter, tmp_path):
    code = "from stable_baselines3.common.logger import configure\nconfigure('out', ['nptune'])"
    errors = [run(interpreter, folder, tmp_path, "-c", code, status=1, NEPTUNE_EXPERIMENT="offline")[1].splitlines()[-1]
              for folder in (checkout, unpatched)]
    assert errors[0] == errors[1] == "ValueError: Unknown format specified: nptune"


CALLBACK = """
import numpy as np, torch
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.logger import Figure, HParam, Image, Video
class Record(BaseCallback):
    def _on_training_start(self):
        self.logger.record("hparams", HParam({"learning rate": self.model.learning_rate}, {"rollout/ep_len_mean": 0}),
                           exclude=("stdout", "log", "json", "csv"))
    def _on_step(self):
        for name, value in (("video", Video(torch.ones(1, 1, 3, 4, 4), 30)), ("figure", Figure(None, True)),
                            ("image", Image(np.ones((4, 4)), "HW")), ("note", "text"), ("weights", torch.ones(3))):
            self.logger.record("kinds/" + name, value, exclude=("stdout", "log", "json", "csv"))
        self.logger.record("kinds/tensor", torch.tensor(0.5))
        self.logger.record("kinds/hidden", 1.0, exclude=("neptune",))
        return True
PPO("MlpPolicy", "CartPole-v1", n_steps=256, n_epochs=1, verbose=1).learn(512, callback=Record())
"""


def test_the_frameworks_kinds_of_values(checkout, interpreter, training_folder):
    (training_folder / "train.py").write_text(CALLBACK)
    _, errors = run(interpreter, checkout, training_folder, "train.py", NEPTUNE_EXPERIMENT="journal")
    one = only_journal(training_folder)
    assert [name for name in one.rows[0]["values"] if name.startswith("kinds/")] == ["kinds/tensor"]
    assert one.configs[-1]["learning rate"] == 0.0003 and one.configs[-1]["algorithm"] == "PPO"
    assert sorted(re.findall("neptune: kinds/(.+): skipped, expected a number, found", errors)) == [
        "figure", "image", "note", "video", "weights"]


# Guarantee 1, and the way back

SEEDED = """
from stable_baselines3 import PPO
from stable_baselines3.common.logger import configure
model = PPO("MlpPolicy", "CartPole-v1", n_steps=256, n_epochs=2, seed=0, verbose=1)
model.learn(512)
model.set_logger(configure("out", ["stdout", "csv", "json", "log"]))
model.learn(512)
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
    """Without what the clock says."""
    text = re.sub(r"(\| +(?:fps|time_elapsed) +\|)[^|]*\|", r"\1", text)
    text = re.sub(r'"time/(fps|time_elapsed)": \d+', r"\1", text)
    if text.startswith(("time/", "rollout/", "train/")):  # a table: its names, and all columns but those two
        rows = [line.split(",") for line in text.splitlines()]
        keep = [name for name in sorted(rows[0]) if name not in ("time/fps", "time/time_elapsed")]
        return json.dumps([[row[rows[0].index(name)] for name in keep] for row in rows])
    return text


def test_a_training_that_is_killed_has_lost_no_row(checkout, interpreter, training_folder):
    (training_folder / "train.py").write_text(
        "import os, signal\nfrom stable_baselines3 import PPO\n"
        "from stable_baselines3.common.callbacks import BaseCallback\n"
        "class Kill(BaseCallback):\n    def _on_step(self):\n        if self.num_timesteps > 520:\n"
        "            os.kill(os.getpid(), signal.SIGKILL)\n        return True\n"
        "PPO('MlpPolicy', 'CartPole-v1', n_steps=256, n_epochs=1).learn(2048, callback=Kill())\n")
    run(interpreter, checkout, training_folder, "train.py", status=-9, NEPTUNE_EXPERIMENT="offline")
    assert wait_until(lambda: not processes_of(training_folder), 30)
    stored_run, = offline_runs(training_folder, interpreter)
    assert [step for step, _, _ in stored_run["series"]["time/fps"]] == [256, 512]


# Every release that people have

RELEASES = {"1.0": "stable-baselines3-old", "1.8.0": "stable-baselines3-old",
            "2.0.0": "stable-baselines3-old", "2.3.2": "stable-baselines3-old",
            "2.9.2": "stable-baselines3"}
DRIVE = """
from stable_baselines3 import PPO
for seed in range(2):
    model = PPO("MlpPolicy", "CartPole-v1", n_steps=128, n_epochs=1, seed=seed)
    model.learn(128)
    model.learn(128)
"""


@pytest.mark.parametrize("version", sorted(RELEASES))
def test_a_release_is_patched_trained_and_comes_back_byte_for_byte(training_folder, tmp_path_factory, version):
    folder = release("stable_baselines3==" + version, tmp_path_factory.mktemp("release"))
    before, interpreter = snapshot(folder), python(RELEASES[version])
    script("install.py", folder)
    run(interpreter, folder, training_folder, "-m", "compileall", "-q", folder / "stable_baselines3" / "common")
    (training_folder / "train.py").write_text(DRIVE)
    run(interpreter, folder, training_folder, "-W", "ignore", "train.py", NEPTUNE_EXPERIMENT="journal")
    runs = [stored(path) for path in journals(training_folder)]
    assert [[(row["step"], row.get("mark") == "restart") for row in one.rows] for one in runs] == [
        [(128, False), (256, True)]] * 2
    for one in runs:
        assert one.header["framework"] == "stable_baselines3" and one.header["framework_version"] == version
        assert (one.configs[0]["env"], one.configs[0]["learning_rate"]) == ("CartPole-v1", 0.0003)
    assert "applied" in script("status.py", folder)
    script("uninstall.py", folder)
    assert {path: content for path, content in snapshot(folder).items() if "__pycache__" not in path} == before
