"""Real trackers under attack: every point once, or named, with its reason and exit 1 (S4, S6, S11, S12, S27)."""
import contextlib
import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest
from journal_records import row
from small_deliveries import END, write
from tracker_clients import readers, runs_in  # noqa: F401  # a fixture
from trainings import PACKAGE, environment, processes_of

from scripts.runs.reading import Reading

pytestmark = pytest.mark.training

HEADER = {"format": 1, "t": 1000.0, "run": "first", "name": "toy", "group": "toy", "tags": ["a"], "argv": []}
SENDER = """
import sys
from neptune_writer.delivery import forwarder
from neptune_writer.resend import command
forwarder.REACHED_WITHIN_SECONDS, forwarder._PAUSES = 3.0, (0.2,)
command.run(sys.argv[1:])
"""


@pytest.fixture
def folder(client_folder):
    return client_folder


def start(folder, python, spec, *paths):
    return subprocess.Popen([python, "-c", SENDER] + list(paths or ["."]) + ["--to", spec], cwd=str(folder),
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                            env=environment(), start_new_session=True)


def send(folder, python, spec, status=0):
    process = start(folder, python, spec)
    said = process.communicate(timeout=200)[1].decode()
    assert process.returncode == status, said
    return said


def journal(folder, name, *records, **header):
    path = folder / ("neptune-%s.jsonl" % name)
    write(str(path), dict(HEADER, run=name, name=name, **header), *records)
    return path


def rows(count, streams=("",)):
    made = []
    for number in range(count):
        stream = streams[number % len(streams)]
        step = number * (100 if stream else 1)
        made.append(dict(row(step), t=1000.0 + number, values={"m" + stream: float(number), "n" + stream: number / 3}))
        if stream:
            made[-1]["clock"] = stream
    return made


def points(found, *names):
    return sorted((step, value) for name in names for step, value, _ in found["series"].get(name, []))


def test_a_malformed_database_took_nothing(folder, python):
    """S4: "50 rows sent", exit 0; with the database restored "has all of it", 0 points."""
    journal(folder, "good", *rows(5))
    send(folder, python, "trackio:toy")
    database, = (folder / "trackio").glob("*.db")
    kept = database.read_bytes()
    database.write_bytes(kept[:100] + os.urandom(len(kept) - 100))
    journal(folder, "more", *rows(50), END)
    said = send(folder, python, "trackio:toy", status=1)
    assert "DatabaseError" in said and "1 of 2 runs was not sent completely: ./neptune-more.jsonl (" in said
    for path in database.parent.glob(database.name + "*"):
        path.unlink()
    database.write_bytes(kept)
    assert "50 rows sent" in send(folder, python, "trackio:toy")
    found = {one["fields"]["name"]: one for one in runs_in(folder, "trackio", python)}
    assert len(found["more"]["series"]["m"]) == 50 and len(found["good"]["series"]["m"]) == 5


@pytest.mark.parametrize("spec, client", [("trackio:toy", "trackio"), ("mlflow:", "mlflow")])
def test_what_no_tracker_takes_holds_up_nobody(folder, python, spec, client):
    """S27: a config of 900 levels, a step of 2 ** 63, and all other runs behind it."""
    deep = 1
    for _ in range(900):
        deep = {"d": deep}
    journal(folder, "a", {"t": 1.0, "config": {"lr": 0.1, "deep": deep}}, *rows(3),
            dict(row(2 ** 63), values={"huge": 1.0}), END)
    journal(folder, "b", *rows(4), END)
    said = send(folder, python, spec)
    found = {one["fields"]["name"]: one for one in runs_in(folder, client, python)}
    assert len(found["a"]["series"]["m"]) == 3 and len(found["b"]["series"]["m"]) == 4
    assert ("huge is not tracked: its step 9223372036854775808 does not fit in 64 bits" in said) == (client == "mlflow")


def test_mlflow_has_the_time_of_the_training_not_of_the_sending(folder, python):
    """N7: a run of long ago began on the day when it was sent. Its name tells its seed."""
    journal(folder, "old", {"t": 1000.0, "config": {"seed": 3}}, *rows(5), END)
    send(folder, python, "mlflow:mlflow.db")
    code = ("from mlflow import MlflowClient\nclient = MlflowClient('sqlite:///mlflow.db')\n"
            "number = client.get_experiment_by_name('toy').experiment_id\nrun, = client.search_runs([number])\n"
            "print(run.info.start_time, run.info.end_time, run.info.run_name)")
    done = subprocess.run([python, "-c", code], cwd=str(folder), capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[0] == "1000000 1004000 old seed 3"


def test_mlflow_groups_share_the_experiment_that_is_named(folder, python, monkeypatch):
    """N7: each group was an experiment of its own. A run that was begun elsewhere goes on there."""
    first = journal(folder, "first", *rows(3))
    send(folder, python, "mlflow:mlflow.db")
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "everything")
    write(str(first), dict(HEADER, run="first", name="first"), *rows(5), END)
    wide = journal(folder, "wide", *rows(5), group="wide")
    journal(folder, "deep", *rows(5), END, group="deep")
    send(folder, python, "mlflow:mlflow.db")
    found = runs_in(folder, "mlflow", python)
    assert sorted((one["fields"]["group"], one["fields"]["name"], len(one["series"]["m"])) for one in found) == [
        ("everything", "deep", 5), ("everything", "wide", 5), ("toy", "first", 5)]
    monkeypatch.delenv("MLFLOW_EXPERIMENT_NAME")
    write(str(wide), dict(HEADER, run="wide", name="wide", group="wide"), *rows(8), END)
    send(folder, python, "mlflow:mlflow.db")
    found = runs_in(folder, "mlflow", python)
    assert len(found) == 3 and [len(one["series"]["m"]) for one in found if one["fields"]["name"] == "wide"] == [8]
    groups = {run.name: run.group for run in Reading([folder / "mlflow.db"]).read()[0]}
    assert len(set(groups.values())) == 3, "they are groups when they are read back, too"


def kill_all(folder, process):
    with contextlib.suppress(ProcessLookupError):  # it may have sent all meanwhile
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    for other in processes_of(folder):
        with contextlib.suppress(ProcessLookupError):
            os.kill(other, signal.SIGKILL)


def test_a_kill_while_mlflows_database_is_made_costs_nothing(folder, python):
    """S11: 2 of 12 by our own SIGKILL and 8 of 20 by `kill -9` left one that no send could ever open."""
    journal(folder, "a", *rows(50), END)
    draw = random.Random(1)
    for _ in range(2):
        process = start(folder, python, "mlflow:")
        while process.poll() is None and not list(folder.glob("mlflow.db*.new")):
            time.sleep(0.01)
        time.sleep(draw.uniform(0, 1.5))
        kill_all(folder, process)
    send(folder, python, "mlflow:")
    found, = runs_in(folder, "mlflow", python)
    assert points(found, "m") == [(step, float(step)) for step in range(50)]
    assert not list(folder.glob("mlflow.db?*"))


@pytest.mark.parametrize("streams", [("",), ("", "learner")], ids=["one", "streams"])
@pytest.mark.parametrize("spec, client", [("tensorboard:", "tensorboard"), ("wandb:offline", "wandb")])
def test_kills_of_all_processes_repeat_no_point(folder, python, spec, client, streams):
    """S12: 420 and 4,030 points twice of a run with streams in TensorBoard, 391 in W&B in 5 of 20."""
    path, draw = journal(folder, "first", *rows(6000, streams), END), random.Random(len(streams))
    for _ in range(3):
        process, before = start(folder, python, spec), position(folder)
        while process.poll() is None and position(folder) == before:
            time.sleep(0.01)
        time.sleep(draw.uniform(0, 0.3))
        kill_all(folder, process)
    send(folder, python, spec)
    series = {}
    for found in runs_in(folder, client, python):
        for name, stored in found["series"].items():
            series.setdefault(name, []).extend(stored)
    names = [letter + stream for stream in streams for letter in "mn"]
    assert {name: sorted(step for step, _, _ in series[name]) for name in names} == {
        name: sorted(one["step"] for one in rows(6000, streams) if name in one["values"]) for name in names}
    assert path.exists()


def position(folder):
    return [found.read_bytes() for found in folder.glob("*.cursor")]


@pytest.mark.parametrize("spec, client, store", [("trackio:toy", "trackio", "trackio/*.db"),
                                                 ("mlflow:", "mlflow", "mlflow.db"),
                                                 ("tensorboard:", "tensorboard", "runs/toy/*/*.tfevents.*"),
                                                 ("wandb:offline", "wandb", "wandb/*/run-*.wandb")])
def test_what_is_written_to_a_deleted_file_is_written_again(folder, python, spec, client, store):
    """The kind of S6: what counts is what is on the disk."""
    path = journal(folder, "a", {"t": 1.0, "config": {"lr": 0.1}}, *rows(20))
    process = subprocess.Popen([python, str(PACKAGE), str(path), "--to", spec, "--follow"], cwd=str(folder),
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment())
    while not position(folder):
        time.sleep(0.05)
        assert process.poll() is None
    for found in list(folder.glob(store)) + list(folder.glob(store + "-*")):
        with contextlib.suppress(FileNotFoundError):  # W&B has a link to its folder
            found.unlink()
    write(str(path), *rows(30)[20:], END)
    said = process.communicate(timeout=120)[1].decode()
    assert process.returncode == 0, said
    steps = {int(step) for found in runs_in(Path(folder), client, python) for step, _, _ in found["series"]["m"]}
    assert steps >= set(range(20, 30)), said
