"""Two names that a tracker would make one stay two, in every tracker (B9)."""
import itertools
import types

import pytest
from told_runs import Told
from small_acme import own_runs  # noqa: F401  # a fixture
from trainings import only_journal

from neptune_writer.trackers.config_entries import flatten
from neptune_writer.frameworks.acme import NeptuneLogger, clocks
from neptune_writer.trackers.series import Row
from neptune_writer.trackers import (
    goodseed, mlflow, metric_names, neptune_run, neptune_scale, tensorboard, trackio, wandb)

ALIKE = ["train/loss", "/train/loss", "train//loss", "train/loss/", "//train/loss", "_/train/loss", "__/train/loss",
         "train/_/loss", "train/loss/_", "", "/", "//", "_", "__", "_/", "/_", "step", "step_", "step__", "/step",
         "_step", "_step_", "timestamp", "timestamp_", "_timestamp", "_runtime", "_wandb", "Step",
         "group", "group_", "group/x", "sys/x", "sys_/x"]


def test_every_name_of_few_letters_stays_another():
    every = ["".join(letters) for size in range(7) for letters in itertools.product("/_a", repeat=size)]
    assert len({metric_names.path(name) for name in every}) == len(every)
    for name in every:
        assert "" not in metric_names.path(name).split("/")
    assert len({metric_names.unreserved(name, ("a", "_a")) for name in every}) == len(every)
    assert not {metric_names.unreserved(name, ("a", "_a")) for name in every} & {"a", "_a"}


@pytest.mark.parametrize("name", ["loss", "train/loss", "rollout/ep_rew_mean", "_private/x", "a_/b_", "e/_x", "\u03b2"])
def test_names_as_people_have_them_stay_as_they_are(name):
    assert metric_names.path(name) == metric_names.unreserved(name, ("step", "_step")) == name


def neptune(rows):
    told = Told()
    neptune_run.NeptuneRun(told, ours=True).write_rows(rows)
    return [entry[0] for entry in told.told]


def scale(rows):
    told = []
    run = types.SimpleNamespace(log_metrics=lambda values, step, timestamp: told.extend(values))
    neptune_scale.ScaleRun(run, ours=True).write_rows(rows)
    return told


def goodseed_names(rows):
    told = []
    storage = types.SimpleNamespace(log_metric_points=lambda points: told.extend(point[0] for point in points))
    goodseed.Goodseed(types.SimpleNamespace(_storage=storage), ours=True).write_rows(rows)
    return told


def wandb_names(rows):
    told = []
    run = types.SimpleNamespace(settings=types.SimpleNamespace(mode="disabled"), log=told.append)
    tracker = wandb.Wandb(run, ours=True)
    tracker.write_rows(rows)
    return [name for values in told for name in list(values)[:-2]]


def trackio_names(rows):
    told = []
    storage = types.SimpleNamespace(bulk_log=lambda metrics_list, **how: told.extend(metrics_list),
                                    get_project_db_path=lambda project: "none")
    tracker = trackio.Trackio(storage, ours=True)
    tracker._run = {"project": "toy"}
    tracker.write_rows(rows)
    return [name for values in told for name in values]


def tensorboard_names(rows):
    told = []

    class Written(tensorboard.TensorBoard):
        def _log(self, rows):
            told.extend(name for row in rows for name in row.values)
    Written(types.SimpleNamespace(), ours=True).write_rows(rows)
    return told


@pytest.mark.parametrize("names_in", [neptune, scale, goodseed_names, wandb_names, trackio_names, tensorboard_names])
def test_no_two_are_one_in_a_tracker(names_in, warnings):
    """B9: "/train/loss", which Neptune makes "train/loss"."""
    rows = [Row(step, 1.0, {name: 1.0}, "r-%d" % step, "") for step, name in enumerate(ALIKE)]
    found = names_in(rows)
    assert len(found) == len(set(found)) == len(ALIKE) and not warnings
    if names_in in (neptune, scale, goodseed_names):
        clean = {"/".join(part for part in name.split("/") if part) for name in found}
        assert len(clean) == len(ALIKE) and "" not in clean
    if names_in is neptune:
        assert not {name.split("/")[0] for name in found} & {"sys", "group"}
    if names_in is wandb_names:
        assert not set(found) & {"step", "_step", "_timestamp", "_runtime", "_wandb"}


def test_mlflow_gets_no_name_that_is_no_path(monkeypatch):
    told = mlflow.MLflow(None, ours=True)
    module = types.ModuleType("mlflow.entities")
    module.Metric = lambda name, *rest: name
    monkeypatch.setitem(__import__("sys").modules, "mlflow.entities", module)
    found = [name for one in ALIKE for name in told._metrics(one, ([1.0], [1], [1.0]))]
    assert len(set(found)) == len(ALIKE) and "train/loss" in found and "_/train/loss" in found


@pytest.mark.parametrize("config, paths", [
    ({"a": 1, "b": {"c": 2}}, ["config/a", "config/b/c"]),
    ({"a/b": 1, "a": {"b": 2}}, ["config/a/b", "config/a/b_"]),
    ({"a": 1, "/a": 2, "a/": 3}, ["config/a", "config/a_", "config/a__"]),
    ({"": 1, "_": 2}, ["config/_", "config/__"]),
])
def test_no_two_entries_of_a_config_are_one(config, paths):
    """The kind of B9."""
    assert [path for path, _ in flatten(config)] == paths


# Acme, where they come from

def test_a_logger_without_prefix_and_one_whose_prefix_its_key_begins_with(folder):
    """B9, as it came: "/train/loss"."""
    with_prefix, without = NeptuneLogger("journal", "train"), NeptuneLogger("journal")
    with_prefix.write({"loss": 1.0, "steps": 1})
    without.write({"train/loss": 2.0, "steps": 1})
    found = [set(row["values"]) for row in only_journal(".").rows]
    assert found == [{"train/loss", "train/steps"}, {"logger_2/train/loss", "steps"}]


def test_no_metric_is_of_two_clocks_whoever_comes_first():
    for order in itertools.permutations([("", "a/x", ""), ("a", "x", "a"), ("a", "x", "a_2"), ("", "a_2/x", "logger_2"),
                                         ("a_2", "x", "a_2_2")]):
        several = clocks.Clocks()
        made = [several.metric_name(*one) for one in order]
        assert len(set(made)) == 5 and [several.metric_name(*one) for one in order] == made
