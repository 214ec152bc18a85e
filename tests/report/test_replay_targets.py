"""scripts/replay.py never reads what it writes. The kind: what one run of a command leaves is the next one's input."""
import os
import subprocess
import sys

import pytest
from neptune_writer import messages
from neptune_writer.experiment import specs
from report_runs import index_of, write_journal, write_spinningup
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer import event_file_writer
from trainings import RECORDING, ROOT, environment

from scripts.replaying import as_journals, following
from scripts.runs import real_paths, targets

NOT_READ = "neptune: events: not read, it is where these runs are sent\n"


def with_runs(folder):
    write_spinningup(folder / "runs" / "ppo")
    write_journal(folder / "neptune-1.jsonl", (1, {"loss": 0.5}), (2, {"loss": 0.25}))
    return folder


@pytest.fixture
def folder(training_folder):
    return with_runs(training_folder)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """The working folder, with a run in the target, too."""
    monkeypatch.chdir(with_runs(tmp_path))
    monkeypatch.setattr(messages, "_said", set())
    real_paths.forget()  # which knows paths as from one working folder
    small_events(tmp_path / "events" / "run")
    (tmp_path / "link").symlink_to("events")
    return tmp_path


def environment_of(folder):
    return environment(RECORDING, XDG_CACHE_HOME=str(folder.parent / (folder.name + "-cache")))


def replay(folder, *arguments, status=0):
    done = subprocess.run([sys.executable, str(ROOT / "scripts" / "replay.py"), *map(str, arguments)], cwd=str(folder),
                          env=environment_of(folder), stderr=subprocess.STDOUT, stdout=subprocess.PIPE, timeout=60)
    assert done.returncode == status, done.stdout.decode()
    return done.stdout.decode()


def written(folder):
    return sorted(folder.rglob("*.tfevents.*"))


@pytest.mark.slow
def test_what_was_sent_is_not_sent_again(folder):
    """15 runs were sent, then 9 more, each time."""
    assert "not read" not in replay(folder, ".", "--to", "tensorboard:events")
    before = written(folder)
    assert len({path.parent for path in before}) == 2
    said = replay(folder, ".", "--to", "tensorboard:events")
    assert said.count(NOT_READ) == 1 and "tfevents" not in said and written(folder) == before
    said = replay(folder, ".", "--to", "tensorboard:events", "--dry-run")
    assert said.count(NOT_READ) == 1 and "0 rows of 2 runs" in said
    assert replay(folder, "events", "--to", "tensorboard:events", status=1) == NOT_READ


@pytest.mark.slow
def test_what_was_sent_into_the_same_tree_is_shown_once(training_folder):
    """Whole numbers alone, as CartPole's returns are, do not tell that two runs are one; what replay wrote does."""
    for name in ("a", "b"):
        (training_folder / name).mkdir()
        (training_folder / name / "progress.csv").write_text("total_timesteps,ep_rew_mean\n100,9\n200,12\n")
    replay(training_folder, ".", "--to", "tensorboard:events")
    shown, said = report(training_folder)
    assert shown == ["a", "b"] and said.count("what replay has sent of ") == 2
    (training_folder / "b" / "progress.csv").write_text("total_timesteps,ep_rew_mean\n100,8\n200,12\n300,20\n")
    shown, said = report(training_folder)  # another training has taken its place, and the copy is all there is of it
    assert len(shown) == 3 and said.count("what replay has sent of ") == 1
    (training_folder / "b" / "progress.csv").write_text("total_timesteps,ep_rew_mean\n100,9\n200,12\n300,20\n")
    for path in list(written(training_folder)) + list((training_folder / "a").glob("*")):
        if "a-" in path.parent.name or path.parent.name == "a":
            path.unlink()
    shown, said = report(training_folder)  # of a, nothing is left; of b, the original
    assert shown == ["b"] and said.count("what replay has sent of ") == 1
    (training_folder / "b" / "progress.csv").unlink()
    shown, said = report(training_folder)  # what was sent is all there is
    assert len(shown) == 1 and "what replay has sent of " not in said


def report(folder):
    """The runs' labels, and what is said."""
    done = subprocess.run([sys.executable, str(ROOT / "scripts" / "report.py"), ".", "-o", str(folder / "r.html")],
                          cwd=str(folder), env=environment_of(folder), stderr=subprocess.PIPE, timeout=60)
    assert done.returncode == 0, done.stderr
    return [run["name"] for run in index_of(folder / "r.html")["runs"]], done.stderr.decode()


def read(here, *paths, to):
    """What is sent to a spec: journals, and folders with some."""
    return as_journals.sources(paths, here / "kept", written=targets.of(specs.parse(to)))


def small_events(path):
    path.mkdir(parents=True)
    file = event_file_writer.EventFileWriter(str(path))
    for step in range(3):
        file.add_event(Event(wall_time=step, step=step, summary=Summary(value=[
            Summary.Value(tag="loss", simple_value=step + 0.5)])))
    file.close()


@pytest.mark.parametrize("to", ["events", "./runs/../events/", "link", "ALL", "."])
def test_however_the_target_is_called(here, to, capsys):
    found = read(here, ".", to="tensorboard:" + to.replace("ALL", str(here / "events")))
    said = capsys.readouterr().err
    assert said.count(targets.NOT_READ) == 1 and "tfevents" not in said
    assert "progress.txt is sent as" in said and "." in found  # with the journal; a target's other files are read


def test_however_the_source_is_called(here):
    for path in ("link", "link/run", "events/../link/run"):
        assert read(here, path, to="tensorboard:events") == []


def test_another_target_may_be_read(here, capsys):
    assert len(read(here, ".", to="tensorboard:more")) == 3 and targets.NOT_READ not in capsys.readouterr().err


def test_it_is_not_followed(here, capsys):
    looks = following.Looks(["."], here / "kept", written=targets.of(specs.parse("tensorboard:events")))
    assert len(looks.look()) == 1
    small_events(here / "events" / "another")
    assert looks.look() == []
    assert capsys.readouterr().err.count(targets.NOT_READ) == 1


@pytest.mark.parametrize("spec, variables, path, is_one", [
    ("tensorboard:EVENTS", {}, "EVENTS/a/b/events.out.tfevents.1", True),
    ("tensorboard:EVENTS", {}, "EVENTS/a/progress.csv", False),
    ("tensorboard:EVENTS", {}, "EVENTS2/events.out.tfevents.1", False),
    ("mlflow:a.db", {}, "a.db", True),
    ("mlflow:a.db", {}, "mlflow.db", False),
    ("mlflow:", {}, "mlflow.db", True),
    ("mlflow:", {"MLFLOW_TRACKING_URI": "sqlite:///b.db"}, "b.db", True),
    ("mlflow:sqlite:///HERE/b.db", {}, "b.db", True),
    ("mlflow:file:HERE/mlruns", {}, "mlruns/0/x/meta.yaml", True),
    ("mlflow:file:./mlruns", {}, "mlruns/0/x/meta.yaml", True),
    ("mlflow:http://host:5000", {}, "mlflow.db", False),
    ("mlflow:databricks", {}, "databricks", False),
    ("wandb:offline", {}, "wandb/offline-run-1/run-1.wandb", True),
    ("wandb:me/project", {}, "wandb/run-1/run-1.wandb", True),
    ("wandb:", {"WANDB_DIR": "w"}, "w/wandb/run-1/run-1.wandb", True),
    ("wandb:", {"WANDB_DIR": "w"}, "wandb/run-1/run-1.wandb", False),
    ("trackio:my project", {"TRACKIO_DIR": "t"}, "t/myproject.db", True),
    ("trackio:p", {"TRACKIO_DIR": "t"}, "t/q.db", False),
    ("trackio:", {"TRACKIO_DIR": "t"}, "t/neptune.db", True),
    ("trackio:", {"TRACKIO_DIR": "", "HF_HOME": "h"}, "h/trackio/neptune.db", True),
    ("offline", {}, ".neptune/offline/run__1/data-1.log", True),
    ("offline", {"NEPTUNE_DATA_DIRECTORY": "n"}, "n/offline/run__1/data-1.log", True),
    ("me/project", {}, ".neptune/async/run__1/data-1.log", True),
    ("me/project", {}, ".neptune/offline/run__1/data-1.log", False),  # which may be the user's own
    ("me/project", {"NEPTUNE_MODE": "offline"}, ".neptune/offline/run__1/data-1.log", True),
    ("mlflow:file:./mlruns", {}, "mlruns/neptune-1.jsonl", False),
    ("goodseed:offline", {}, ".neptune/async/run__1/data-1.log", False),
])
def test_where_clients_write(tmp_path, monkeypatch, spec, variables, path, is_one):
    """Other instances: every tracker that a reader of ours reads."""
    monkeypatch.chdir(tmp_path)
    for name in ("MLFLOW_TRACKING_URI", "WANDB_DIR", "TRACKIO_DIR", "TRACKIO_PROJECT", "HF_HOME", "NEPTUNE_MODE",
                 "NEPTUNE_DATA_DIRECTORY", "NEPTUNE_LOG_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    found = targets.of_file(os.path.realpath(path), targets.of(spec.replace("HERE", str(tmp_path))))
    assert (found is not None) == is_one
