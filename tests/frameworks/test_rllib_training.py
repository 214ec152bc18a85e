"""RLlib of the package index, trained for real, with the install script's patch in it."""
import json
import math

import pytest
from ray_training import NEW_STACK, OLD_STACK, SMALL, assert_is_the_trial, leaves, trial_folders
from real_training import EXAMPLES, script
from trainings import journals, stored

pytestmark = pytest.mark.training


# An unchanged script

@pytest.mark.parametrize("stack, x, metrics", [
    ([], NEW_STACK, ["env_runners/episode_return_mean", "learners/default_policy/total_loss"]),
    (["--old-api-stack"], OLD_STACK,
     ["env_runners/episode_reward_mean", "info/learner/default_policy/learner_stats/total_loss"])], ids=["new", "old"])
def test_a_grid_search_is_a_run_a_trial(ray, training_folder, stack, x, metrics):
    ray.run(training_folder, EXAMPLES / "rllib_ppo.py", "--storage", training_folder / "results", *stack,
            NEPTUNE_EXPERIMENT="offline")
    runs, folders = ray.runs(training_folder), trial_folders(training_folder / "results")
    assert len(runs) == 2 and sorted(one["fields"]["config/lr"] for one in runs.values()) == [0.0001, 0.001]
    for name, one in runs.items():
        assert_is_the_trial(one, folders[name], x)
        assert set(metrics) <= set(one["series"]) and len(one["series"]) > 60
        assert [step for step, _, _ in one["series"]["training_iteration"]] == [1000, 2000, 3000]
        assert name.startswith("PPO_CartPole-v1_") and one["fields"]["config/trial_state"] == "terminated"
        assert one["fields"]["config/env"] == "CartPole-v1" and one["fields"]["sys/tags"] == ["rllib"]


DIRECT = """
import json
import ray
from ray.rllib.algorithms.ppo import PPOConfig
ray.init(%s)
for new in (True, False):
    config = PPOConfig().environment("CartPole-v1").env_runners(num_env_runners=0)
    config.training(train_batch_size=500, num_epochs=1)
    config.api_stack(enable_rl_module_and_learner=new, enable_env_runner_and_connector_v2=new)
    algo = config.build_algo() if hasattr(config, "build_algo") else config.build()
    for _ in range(2):
        result = algo.train()
        with open("result-%%s.json" %% new, "a") as file:
            as_ray_does = lambda value: value.item() if hasattr(value, "item") else None
            file.write(json.dumps(result, default=as_ray_does) + "\\n")
    algo.stop()
""" % SMALL


def test_algorithms_that_are_trained_without_tune(ray, training_folder):
    (training_folder / "train.py").write_text(DIRECT)
    ray.run(training_folder, "train.py", NEPTUNE_EXPERIMENT="journal")
    found = [stored(path) for path in journals(training_folder)]
    assert len(found) == 2
    for one, new in zip(found, (True, False)):
        expected = [leaves(json.loads(line)) for line in
                    (training_folder / ("result-%s.json" % new)).read_text().splitlines()]
        assert [row["values"] for row in one.rows] == [
            {name: value if math.isfinite(value) else "NaN" for name, value in result.items()} for result in expected]
        assert one.header["name"] == "PPO_CartPole-v1" and [row["step"] for row in one.rows] == [500, 1000]
        assert one.configs[0]["train_batch_size"] == 500


# A driver that is killed, and a trial that fails

KILLED = """
import os, sys
import ray
from ray import tune
from ray.rllib.algorithms.ppo import PPOConfig
from ray.rllib.callbacks.callbacks import RLlibCallback
class Kill(tune.Callback):
    def on_trial_result(self, iteration, trials, trial, result, **info):
        if sys.argv[1] == "kill" and result["training_iteration"] == 3 and trial.checkpoint:
            os.kill(os.getpid(), 9)
class Fail(RLlibCallback):
    def on_train_result(self, *, algorithm, result, **more):
        if result["training_iteration"] == 3:
            raise ValueError("it fails half-way")
ray.init(%s)
if sys.argv[1] == "restore":
    tuner = tune.Tuner.restore(os.path.abspath("results/ppo"), "PPO")
else:
    config = PPOConfig().environment("CartPole-v1").env_runners(num_env_runners=0)
    config.training(train_batch_size=500, num_epochs=1)
    if sys.argv[1] == "fail":
        config.callbacks(Fail)
    tuner = tune.Tuner("PPO", param_space=config, run_config=tune.RunConfig(
        name="ppo", storage_path=os.path.abspath("results"), stop={"training_iteration": 4}, verbose=0,
        callbacks=[Kill()],
        checkpoint_config=tune.CheckpointConfig(checkpoint_frequency=1)))
tuner.fit()
""" % SMALL


def test_a_restored_tuner_goes_on_in_the_same_run(ray, training_folder):
    (training_folder / "train.py").write_text(KILLED)
    ray.run(training_folder, "train.py", "kill", status=-9, NEPTUNE_EXPERIMENT="journal",
            TUNE_GLOBAL_CHECKPOINT_S="0")
    ray.run(training_folder, "train.py", "restore", NEPTUNE_EXPERIMENT="journal")
    first, second = map(stored, journals(training_folder))
    assert first.header["resumes"] == second.header["resumes"] and first.header["group"] == second.header["group"]
    assert not first.ended and second.ended and second.configs[-1]["trial_state"] == "terminated"
    steps = [[row["step"] for row in one.rows] for one in (first, second)]
    assert steps[0][0] == 500 and steps[1][-1] == 2000 and 500 < steps[1][0] <= steps[0][-1] + 500
    sent = script("replay.py", training_folder / "results", "--to", "tensorboard:there", "--dry-run")
    assert "4 rows of 1 run" in sent


def test_a_trial_that_fails_half_way(ray, training_folder):
    (training_folder / "train.py").write_text(KILLED)
    ray.run(training_folder, "train.py", "fail", NEPTUNE_EXPERIMENT="offline")
    (name, one), = ray.runs(training_folder).items()
    assert_is_the_trial(one, trial_folders(training_folder / "results")[name], NEW_STACK)
    assert one["fields"]["config/trial_state"] == "error" and len(one["series"]["training_iteration"]) == 2
    assert "ValueError: it fails half-way" in one["fields"]["config/trial_error"]
