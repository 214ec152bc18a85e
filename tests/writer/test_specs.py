"""neptune_writer.experiment.specs: the texts that name an experiment."""
import os

import pytest

from neptune_writer.experiment import specs


@pytest.mark.parametrize("text, spec", [
    ("offline", "offline"), ("journal", "journal"), ("ws/project", "ws/project"), ("WS/Project-1", "WS/Project-1"),
    ("OFFLINE", "offline"), (" async\n", "async"), ("Sync", "sync"), ("debug", "debug"),
    ("neptune:", "async"), ("neptune:ws/project", "ws/project"), ("Neptune:offline", "offline"),
    ("wandb:", "wandb:"), ("wandb:entity/project", "wandb:entity/project"), ("WandB:Project", "wandb:Project"),
    ("mlflow:sqlite:///runs.db", "mlflow:sqlite:///runs.db"), ("mlflow:", "mlflow:"),
    ("tensorboard:my runs", "tensorboard:" + os.path.abspath("my runs")),
    ("mlflow:runs.db", "mlflow:" + os.path.abspath("runs.db")),  # the same from any working directory
    ("scale:offline", "scale:offline"), ("minfx:async", "minfx:async"), ("trackio:toy", "trackio:toy"),
])
def test_a_spec(text, spec):
    assert specs.parse(text) == spec


@pytest.mark.parametrize("text, meant", [
    ("ofline", "offline"), ("jurnal", "journal"), ("none", None), ("a/b/c", None), ("/project", None), ("ws/", None),
    ("wandbb:x", "wandb:x"), ("tensorboard", "tensorboard:"),
    ("https://app.example/ws/project", None), ("ws/my project", None), ("", None),
    ("neptune:nothing", None), ("tensorboard:two\nlines", "tensorboard:two\nlines"),
])
def test_what_is_none_says_what_is_and_what_may_have_been_meant(text, meant):
    with pytest.raises(ValueError) as refused:
        specs.parse(text)
    said = str(refused.value)
    assert said == ("%r is not a spec%s; use journal, offline, debug, async, sync, workspace/project, or SCHEME:TARGET "
                    "with a scheme of goodseed, minfx, mlflow, neptune, scale, tensorboard, trackio, wandb" % (
                        text.rpartition("neptune:")[2], " (did you mean %s?)" % meant if meant else ""))


@pytest.mark.parametrize("target", [
    "https://me:s3cr3t@tracking.example", "https://s3cr3t@tracking.example", "https://me:s3/cr3t@tracking.example",
    "postgresql://host/db?user=me&password=s3cr3t", "https://tracking.example/?token=s3cr3t",
    "https://tracking.example/?sig=s3cr3t-s3cr3t", "Server=host;Password=s3cr3t"])
def test_a_password_is_no_part_of_a_spec_and_is_not_shown(target):
    """S18: it would stand in printed commands, in names of files and of groups, and in every process list."""
    with pytest.raises(ValueError) as refused:
        specs.parse("mlflow:" + target)
    assert "MLFLOW_TRACKING_PASSWORD" in str(refused.value) and "cr3t" not in str(refused.value)


@pytest.mark.parametrize("target", ["sqlite:////data/runs.db", "https://tracking.example:5000/key=3", "/data/tokens",
                                    "postgresql://host/db?user=me", "ssh://git@host/runs"])
def test_other_addresses_are_specs(target):
    assert specs.parse("mlflow:" + target) == "mlflow:" + target


@pytest.mark.parametrize("target, mode, project", [
    ("offline", "offline", None), ("ws/project", "async", "ws/project"), ("", "async", None), ("Debug", "debug", None)])
def test_clients_of_neptunes_api_are_told_a_mode_or_a_project(target, mode, project):
    assert specs.mode_and_project(target, "async") == (mode, project)
