"""runs/metric_order.py and runs/groups/labels.py: which metric comes first, and what runs and groups are called."""
import dataclasses
import math
import time

import numpy as np
import pytest

from scripts.runs.groups import grouping, labels
from scripts.runs import metric_order
from scripts.runs.table import Run


@pytest.mark.parametrize("names", [
    ["AverageEpRet", "EpLen", "Entropy", "LossPi", "Epoch", "Time", "TotalEnvInteracts"],  # SpinningUp
    ["rollout/ep_rew_mean", "rollout/ep_len_mean", "train/loss", "time/fps", "train/n_updates"],  # Stable-Baselines3
    ["ep_reward_mean", "ep_len_mean", "approxkl", "fps"],  # Stable Baselines 2
    ["mean 100 episode reward", "episodes", "steps"],
    ["rollout/ep_rew_mean", "monitor/episode_return", "rollout/ep_len_mean"],
    ["env_runners/episode_return_mean", "env_runners/episode_return_max", "env_runners/episode_len_mean",
     "learners/default_policy/entropy", "env_runners/env_step_timer", "env_runners/timers/connectors/x",
     "num_env_steps_sampled_lifetime", "timers/sample",
     "training_iteration"],  # RLlib
    ["episode_reward_mean", "episode_reward_max", "episode_len_mean", "info/learner/loss"],  # its old API stack
    ["train_loop/episode_return", "train_loop/episode_length", "learner/critic_loss", "learner/steps",
     "learner/walltime", "train_loop/steps", "train_loop/steps_per_second"],  # Acme
])
def test_the_episode_return_comes_first_and_what_only_counts_last(names):
    assert metric_order.ordered(sorted(names)) == names


@pytest.mark.parametrize("name, lower", [("train/loss", True), ("LossPi", True), ("critic_loss", True),
                                         ("episode_return", False), ("td_error", True), ("EpLen", False)])
def test_of_losses_the_lowest_is_the_best(name, lower):
    assert metric_order.lower_is_better(name) == lower


def run(name, source, **config):
    return Run(name, name, config, source, np.zeros(0), np.zeros(0), {})


def called(*runs):
    return labels.of_groups(grouping.of(runs), runs)


def test_groups_are_called_by_what_they_differ_in():
    runs = [run("ppo", "a", lr=lr, seed=seed, gamma=0.9) for lr in (0.1, 0.2) for seed in (0, 1)]
    assert called(*runs) == ["lr=0.1", "lr=0.2"]
    assert called(*runs, run("sac", "b", lr=0.1)) == ["ppo lr=0.1", "ppo lr=0.2", "sac"]
    assert called(*runs[:2]) == ["ppo"]


def test_runs_are_called_by_their_seed_or_their_folder():
    assert labels.of_runs([run("ppo", "a", seed=3), run("ppo", "b", seed=4)], ["ppo", "ppo"]) == [
        "ppo seed 3", "ppo seed 4"]
    assert labels.of_runs([run("x", "d/one/progress.csv"), run("x", "d/two/progress.csv")], ["x", "x"]) == [
        "x one", "x two"]


@pytest.fixture
def utc(monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_runs_of_one_folder_are_called_by_when_they_began(utc):
    files = ["d/neptune-1.jsonl", "d/neptune-2.jsonl"]

    def called(*began):
        found = [dataclasses.replace(run("x", file), began=at) for file, at in zip(files, began)]
        return labels.of_runs(found, ["x", "x"])
    assert called(0.0, 3700.0) == ["x 00:00", "x 01:01"]
    assert called(0.0, 5.0) == ["x 00:00:00", "x 00:00:05"]
    assert called(0.0, 2 * 86400.0) == ["x Jan 01 00:00", "x Jan 03 00:00"]
    assert called(0.0, math.nan) == ["x neptune-1.jsonl", "x neptune-2.jsonl"]


def test_runs_of_folders_that_hold_several_are_called_by_when_they_began(utc):
    files = ["d/a/neptune-1.jsonl", "d/a/neptune-2.jsonl", "d/b/neptune-3.jsonl", "d/b/neptune-4.jsonl"]
    found = [dataclasses.replace(run("x", file), began=60.0 * n) for n, file in enumerate(files)]
    assert labels.of_runs(found, ["x"] * 4) == ["x 00:00", "x 00:01", "x 00:02", "x 00:03"]
    assert labels.of_runs(found[1:3], ["x"] * 2) == ["x a", "x b"]


def test_no_two_are_called_alike():
    same = [run("ppo", "same", seed=1) for _ in range(3)]
    assert len(set(labels.of_runs(same, ["ppo"] * 3))) == 3
    assert len(set(called(*(dataclasses.replace(one, config={}) for one in same)))) == 3
