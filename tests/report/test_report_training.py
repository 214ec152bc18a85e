"""The report of real, unpatched trainings: the page draws what their own files hold."""
import csv
import json
import math
from pathlib import Path

import pytest
from real_training import copy_of, patched, python, release, run
from report_runs import points, read
from shown_report import assert_drawn
from spinningup_clone import progress
from trainings import journals

pytestmark = pytest.mark.training
ONE_THREAD = dict(OMP_NUM_THREADS="1", PYTHONWARNINGS="ignore")

STABLE_BASELINES3 = """
from stable_baselines3 import PPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.logger import configure
for seed in (0, 1):
    folder = "runs/PPO_%d" % seed
    model = PPO("MlpPolicy", make_vec_env("CartPole-v1", 2, seed=seed, monitor_dir=folder), seed=seed, n_steps=256)
    model.set_logger(configure(folder, FORMATS))
    model.learn(2048)
"""
SPINNINGUP = """
import runpy, sys
for seed in (0, 1):
    sys.argv = [EXAMPLE, "--epochs", "3", "--steps-per-epoch", "400", "--seed", str(seed), "--output-dir",
                "runs/ppo_s%d" % seed]
    runpy.run_path(EXAMPLE, run_name="__main__")
"""
ACME = """
import acme, dm_env, numpy as np
from acme import specs
from acme.utils import counting, loggers


class Environment(dm_env.Environment):
    def reset(self):
        self.left = 5 + np.random.randint(20)
        return dm_env.restart(np.zeros(1, np.float32))
    def step(self, action):
        self.left -= 1
        reward = float(action) * 0.1
        step = dm_env.transition if self.left else dm_env.termination
        return step(reward, np.zeros(1, np.float32))
    def observation_spec(self): return specs.Array((1,), np.float32)
    def action_spec(self): return specs.DiscreteArray(4)

class Actor(acme.core.Actor):
    def select_action(self, observation): return np.random.randint(4)
    def observe_first(self, timestep): pass
    def observe(self, action, next_timestep): pass
    def update(self, wait=False): pass

counter = counting.Counter()
for label in ("train_loop", "evaluator"):
    logger = loggers.make_default_logger(label, time_delta=0.0)
    acme.EnvironmentLoop(Environment(), Actor(), counter=counting.Counter(counter, label), logger=logger).run(30)
    loggers_of = [logger]
    while loggers_of:
        one = loggers_of.pop()
        loggers_of += [getattr(one, name) for name in ("_to", "_logger") if hasattr(one, name)]
        loggers_of += list(getattr(one, "_loggers", ()))
        getattr(one, "flush", lambda: None)()
"""
RLLIB = """
import os, ray
from ray import tune
from ray.rllib.algorithms.ppo import PPOConfig
ray.init(num_cpus=2, include_dashboard=False, object_store_memory=200 * 1024 * 1024)
config = (PPOConfig().environment("CartPole-v1").env_runners(num_env_runners=0).debugging(seed=0).training(
    lr=tune.grid_search([1e-3, 1e-4]), train_batch_size_per_learner=400, minibatch_size=100, num_epochs=1))
tune.Tuner("PPO", param_space=config, run_config=tune.RunConfig(
    stop={"training_iteration": 3}, storage_path=os.path.abspath("runs"), name="ppo_cartpole", verbose=0)).fit()
"""


def train(folder, interpreter, checkout, text, **variables):
    """Run a script in a folder, which then holds ``runs``."""
    (folder / "train.py").write_text(text)
    run(interpreter, checkout, folder, "train.py", **ONE_THREAD, **variables)
    return folder / "runs"


def table(path, separator=","):
    with Path(path).open(newline="") as file:
        return list(csv.DictReader(file, delimiter=separator))


def assert_has(found, rows, step, prefix=""):
    """The run has every number of the rows, at their step."""
    names = {name for row in rows for name, cell in row.items() if cell not in ("", None)}
    assert names and rows
    for name in names:
        try:
            expected = [(float(row[step]), float(row[name])) for row in rows if row.get(name) not in ("", None)]
        except ValueError:
            continue  # a text
        assert points(found, prefix + name) == expected, name


@pytest.mark.parametrize("formats", [["csv"], ["json"]])
def test_stable_baselines3(tmp_path, formats):
    folder = train(tmp_path, python("stable-baselines3"), release("stable_baselines3==2.9.2", tmp_path),
                   STABLE_BASELINES3.replace("FORMATS", str(formats)))
    runs, problems = read(folder)
    assert len(runs) == 2 and runs[0].group == runs[1].group and not problems
    for found in runs:
        place = Path(found.source).parent
        rows = table(place / "progress.csv") if formats == ["csv"] else [
            json.loads(line) for line in (place / "progress.json").read_text().splitlines()]
        assert_has(found, rows, "time/total_timesteps")
        episodes = [row for path in place.glob("*.monitor.csv") for row in
                    csv.DictReader(path.read_text().splitlines()[1:])]
        assert sorted(float(row["r"]) for row in episodes) == sorted(
            value for _, value in points(found, "monitor/episode_return"))
    assert_drawn(folder, "rollout/ep_rew_mean", "monitor/episode_return")


def test_spinningup_unpatched_and_patched(tmp_path, upstream):  # noqa: F811
    from real_training import EXAMPLES
    clone, interpreter = copy_of(upstream, tmp_path), python("spinningup-py311")
    text = SPINNINGUP.replace("EXAMPLE", repr(str(EXAMPLES / "spinningup_ppo.py")))
    folder = train(tmp_path, interpreter, clone, text)
    runs, problems = read(folder)
    assert len(runs) == 2 and runs[0].group == runs[1].group and not problems
    assert sorted(found.config["seed"] for found in runs) == [0, 1]
    for found in runs:
        columns = progress(Path(found.source))
        rows = [dict(zip(columns, cells)) for cells in zip(*columns.values())]
        assert_has(found, rows, "TotalEnvInteracts")
    assert_drawn(folder, "AverageEpRet")
    (tmp_path / "again").mkdir()
    folder = train(tmp_path / "again", interpreter, patched(clone), text, NEPTUNE_EXPERIMENT="journal")
    runs, _ = read(folder)
    assert len(journals(folder)) == len(runs) == 2 and {found.name for found in runs} == {"ppo-cartpole"}
    assert all(str(journals(folder)[0].parent.parent) in found.source for found in runs)
    assert_drawn(folder, "AverageEpRet")


def test_acme_unpatched_and_patched(tmp_path):
    checkout, interpreter = release("dm-acme==0.2.4", tmp_path), python("acme-loggers")
    train(tmp_path, interpreter, checkout, ACME, HOME=str(tmp_path / "runs"))
    found, = read(tmp_path / "runs")[0]
    for path in (tmp_path / "runs").rglob("logs.csv"):
        label = path.parent.name
        assert_has(found, table(path), label + "_steps", label + "/")
    assert_drawn(tmp_path / "runs", "train_loop/episode_return", "evaluator/episode_return")
    again = tmp_path / "again"
    again.mkdir()
    train(again, interpreter, patched(checkout), ACME, HOME=str(again / "runs"), NEPTUNE_EXPERIMENT="journal")
    (kept,), (emitted,) = read(again / "runs")[0], read(again / "neptune_journals")[0]
    for label in ("train_loop", "evaluator"):
        metric = label + "/episode_return"
        assert points(emitted, metric) == points(kept, metric) and len(points(kept, metric)) == 30
    assert_drawn(again / "neptune_journals", "train_loop/episode_return", "evaluator/episode_return")


def test_rllib(tmp_path):
    folder = train(tmp_path, python("ray-py311"), tmp_path, RLLIB, HOME=str(tmp_path), RAY_USAGE_STATS_ENABLED="0")
    runs, problems = read(folder)
    assert sorted(found.config["lr"] for found in runs) == [1e-4, 1e-3] and not problems
    for found in runs:
        results = [json.loads(line) for line in Path(found.source).read_text().splitlines()]
        own = [(result["num_env_steps_sampled_lifetime"], result["env_runners"]["episode_return_mean"])
               for result in results]
        assert points(found, "env_runners/episode_return_mean") == own and len(own) == 3
        assert all(math.isfinite(value) for _, value in own)
    assert_drawn(folder, "env_runners/episode_return_mean")
