"""Ray Tune of the package index, with small trainables: trials that come again, storages, a cluster of two nodes."""
import os
import re

import pytest
from ray_training import (
    NEW_STACK, SMALL, assert_is_the_trial, assert_journal_has_the_trial, assert_journal_is_the_trial, results_of,
    trial_folders)
from real_training import ROOT, script
from trainings import VENDORED, journals, stored

pytestmark = pytest.mark.training

PROLOGUE = """
import json, os, sys, tempfile, time
import ray
from ray import tune
here, results = os.getcwd(), os.path.abspath("results")
class Walk(tune.Trainable):
    def setup(self, config):
        self.lr, self.steps = config["lr"], 0
    def step(self):
        self.steps += self.config.get("pace", 100)
        if self.steps == self.config.get("fails_at") and not os.path.exists(here + "/failed"):
            open(here + "/failed", "w").close()
            raise ValueError("it fails once")
        return {"num_env_steps_sampled_lifetime": self.steps, "score": self.steps * self.lr, "done": self.steps >= 800,
                "env_runners": {"episode_return_mean": self.lr, "lr_now": self.lr}, "lists": [1, 2], "text": "walking"}
    def save_checkpoint(self, folder):
        with open(folder + "/steps", "w") as file:
            file.write(str(self.steps))
    def load_checkpoint(self, folder):
        with open(folder + "/steps") as file:
            self.steps = int(file.read())
    def reset_config(self, config):
        self.config, self.lr = config, config["lr"]
        return True
def fit(space, name, storage=results, tune_config=None, trainable=Walk, **run_config):
    return tune.Tuner(trainable, param_space=space, tune_config=tune_config, run_config=tune.RunConfig(
        name=name, storage_path=storage, verbose=0, **run_config)).fit()
"""
INIT = "ray.init(%s)\n" % SMALL


def train(ray, folder, code, init=INIT, **how):
    (folder / "train.py").write_text(PROLOGUE + init + code)
    return ray.run(folder, "train.py", **how)


def test_the_readme_shows_what_is_changed(ray):
    shown = re.findall("```diff\n(.*?)```", (ROOT / "patches" / "README.md").read_text(), re.DOTALL)[2].splitlines()
    assert len(shown) == 8 and set(shown) <= set(script("diff.py", ray.checkout).splitlines())


AGAIN = """
fit({"lr": 0.5, "fails_at": 500}, "retried", failure_config=tune.FailureConfig(max_failures=1),
    checkpoint_config=tune.CheckpointConfig(checkpoint_frequency=3))
scheduler = tune.schedulers.PopulationBasedTraining(
    time_attr="training_iteration", metric="score", mode="max", perturbation_interval=4, quantile_fraction=0.5,
    hyperparam_mutations={"lr": tune.uniform(0.1, 1)}, synch=True)
fit({"lr": tune.grid_search([0.1, 1.0])}, "perturbed", tune_config=tune.TuneConfig(scheduler=scheduler),
    checkpoint_config=tune.CheckpointConfig(checkpoint_frequency=2))
"""


def test_trials_that_are_retried_and_perturbed_go_on_in_their_runs(ray, training_folder):
    """The one fails on its way to 500, and goes on from the checkpoint of 300; the others get one another's."""
    train(ray, training_folder, AGAIN, NEPTUNE_EXPERIMENT="offline")
    folders, runs = trial_folders(training_folder / "results"), ray.runs(training_folder)
    assert len(folders) == len(runs) == 3 == len(journals(training_folder))
    for path in journals(training_folder / "results"):
        assert_journal_has_the_trial(path, NEW_STACK)  # with what came twice
    for one in runs.values():
        for name, points in one["series"].items():
            steps = [step for step, _, _ in points]
            assert steps == sorted(set(steps)) and steps[-1] == 800, name
    retried, = journals(training_folder / "results" / "retried")
    assert [(row["step"], row.get("mark") == "checkpoint") for row in stored(retried).rows] == [
        (100, False), (200, False), (300, False), (400, False), (400, True), (500, False), (600, False), (700, False),
        (800, False)]
    of_retried = runs[stored(retried).header["name"]]
    assert [step for step, _, _ in of_retried["series"]["score"]] == [100, 200, 300, 400, 500, 600, 700, 800]
    assert of_retried["fields"]["config/trial_state"] == "terminated"
    perturbed = [stored(path) for path in journals(training_folder / "results" / "perturbed")]
    assert any(len({config["lr"] for config in one.configs}) > 1 for one in perturbed)
    for one in perturbed:  # each config was recorded before the rows that it was for
        assert [row["step"] for row in one.rows] == [100, 200, 300, 400, 500, 600, 700, 800]
        assert one.rows[-1]["values"]["env_runners/lr_now"] == one.configs[-1]["lr"]


ELSEWHERE = """
import fsspec, pyarrow.fs
for kind in ("file", "memory"):
    files = pyarrow.fs.PyFileSystem(pyarrow.fs.FSSpecHandler(fsspec.filesystem(kind)))
    fit({"lr": 0.5}, kind, storage=here + "/remote" if kind == "file" else "/remote", storage_filesystem=files)
"""


def test_a_remote_storage_leaves_the_journal_on_the_drivers_disk(ray, training_folder):
    _, errors = train(ray, training_folder, ELSEWHERE, NEPTUNE_EXPERIMENT="journal")
    for kind in ("file", "memory"):
        path, = journals(training_folder / "neptune_journals" / kind)
        assert "neptune: journal %s" % path in errors
        assert [row["step"] for row in stored(path).rows] == [100, 200, 300, 400, 500, 600, 700, 800]
    states = [stored(path).configs[-1]["trial_state"] for path in journals(training_folder)]
    assert sorted(states) == ["error", "terminated"]  # Ray itself wants a storage that its workers see, too
    result, = (training_folder / "remote").rglob("result.json")
    assert len(results_of(result.parent)) == 8 and len(journals(training_folder)) == 2


def test_a_callback_without_any_patch(ray, training_folder):
    """The environment names it; beside it the patch of a Ray adds none."""
    callback = "neptune_writer.frameworks.rllib.tune.NeptuneLoggerCallback"
    os.symlink(VENDORED / "neptune_writer", training_folder / "neptune_writer")
    train(ray, training_folder, 'fit({"lr": 0.5}, "walk")', checkout=training_folder, NEPTUNE_EXPERIMENT="journal",
          RAY_TUNE_CALLBACKS=callback)
    path, = journals(training_folder / "results")
    assert_journal_is_the_trial(path, NEW_STACK)
    (training_folder / "train.py").write_text(PROLOGUE + INIT + 'fit({"lr": 0.5}, "patched")')
    ray.run(training_folder, "train.py", NEPTUNE_EXPERIMENT="journal", RAY_TUNE_CALLBACKS="ray.tune." + callback)
    assert len(journals(training_folder / "results" / "patched")) == 1


CLUSTER = """
from ray.cluster_utils import Cluster
if __name__ == "__main__":
    node = dict(num_cpus=1, object_store_memory=100 * 1024 * 1024)
    cluster = Cluster(initialize_head=True, head_node_args=dict(node, include_dashboard=False))
    cluster.add_node(**node)
    ray.init(address=cluster.address, runtime_env={"env_vars": {"NEPTUNE_EXPERIMENT": "offline"}})
    class OnANode(Walk):
        def step(self):
            assert os.environ["NEPTUNE_EXPERIMENT"] == "offline"
            time.sleep(0.2)  # so that trials do not all fit on the node that is free first
            return dict(Walk.step(self), node=ray.get_runtime_context().get_node_id())
    fit({"lr": tune.grid_search([0.1, 0.2, 0.3, 0.4])}, "nodes", trainable=OnANode)
"""


def test_trials_on_both_nodes_of_a_cluster_are_whole(ray, training_folder):
    """The spec comes with the job: the driver's own environment does not have it."""
    train(ray, training_folder, CLUSTER, init="")
    runs, folders = ray.runs(training_folder), trial_folders(training_folder / "results")
    assert len(runs) == len(folders) == 4
    nodes = set()
    for name, one in runs.items():
        assert_is_the_trial(one, folders[name], NEW_STACK)
        assert len(one["series"]["score"]) == 8 and one["fields"]["config/trial_state"] == "terminated"
        nodes.update(re.findall('"node": "([0-9a-f]+)"', (folders[name] / "result.json").read_text()))
    assert len(nodes) == 2
    assert len(journals(training_folder)) == 4  # and none of a worker
