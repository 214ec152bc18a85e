"""scripts/runs/same_training.py: what several files tell of one training is shown once, and nothing else is."""
import contextlib
import dataclasses
import datetime
import json
import sqlite3
import struct
import types
import zlib

import pytest
from framework_files import events
from protobuf_records import field
from report_runs import points, read, write_journal

from scripts.runs.joined.same_training import shown_once


def table(path, values, head="step,loss"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([head, *("%d,%r" % (100 * n, value) for n, value in enumerate(values, 1))]) + "\n")


def dreamer(path, values, name="train/loss"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps({"step": 100 * n, name: value}) + "\n" for n, value in enumerate(values, 1)))


LOSSES = [0.1 * n + 0.01 for n in range(30)]


@pytest.mark.parametrize("below", ["tb", "files/deep"])
def test_the_fuller_of_two_is_shown_and_the_other_is_named(tmp_path, below):
    table(tmp_path / "run" / "progress.csv", LOSSES)
    dreamer(tmp_path / "run" / below / "metrics.jsonl", LOSSES[:20])
    (run,), (problem,) = read(tmp_path)
    assert points(run, "loss") == [(100 * n, value) for n, value in enumerate(LOSSES, 1)]
    assert problem.path.endswith("metrics.jsonl") and problem.what.endswith(", which has more of it; shown once")


def test_of_two_that_are_as_full_none_is_said_to_have_more(tmp_path):
    dreamer(tmp_path / "metrics.jsonl", LOSSES)
    (run,), _ = read(tmp_path)
    other, said = dataclasses.replace(run, keeper="mlflow", source=str(tmp_path / "mlflow.db")), []
    kept, = shown_once([run, other], lambda *one: said.append(one))
    assert kept.source == run.source and said == [(other.source, f"the same training as {run.source}; shown once")]


def test_the_same_numbers_elsewhere_are_said_where_no_times_tell_whose_they_are(tmp_path):
    """As of Lightning's CSVLogger and TensorBoardLogger, which have folders of their own."""
    said = f"the same numbers as in {tmp_path / 'csv' / '1' / 'progress.csv'}; no times tell whether it is the same " \
        "training, so both are shown"
    for run, more in ((1, ""), (2, "; 1 more pair like this"), (3, "; 2 more pairs like this")):
        table(tmp_path / "csv" / str(run) / "progress.csv", [run + loss for loss in LOSSES])
        dreamer(tmp_path / "tb" / str(run) / "metrics.jsonl", [run + loss for loss in LOSSES])
        runs, problems = read(tmp_path)
        assert len(runs) == 2 * run and [problem.what for problem in problems] == [said + more]


def test_two_runs_of_one_framework_are_two_whatever_their_numbers_are(tmp_path):
    table(tmp_path / "lr_1" / "progress.csv", LOSSES)
    table(tmp_path / "lr_2" / "progress.csv", LOSSES)
    assert len(read(tmp_path)[0]) == 2


def wandb(path, values):
    path.parent.mkdir(parents=True)
    content = b":W&B\0\0\0"
    for n, value in enumerate(values, 1):
        items = {"_step": n, "_timestamp": 1000.0 + n, "global_step": 100 * n, "loss": value}
        record = field(2, b"".join(field(1, field(1, name.encode()) + field(16, json.dumps(item).encode()))
                                   for name, item in items.items()))
        content += struct.pack("<IHB", zlib.crc32(record, zlib.crc32(b"\1")), len(record), 1) + record
    path.write_bytes(content)


def test_two_runs_of_wandb_are_two_whatever_their_numbers_are(tmp_path):
    """Of two that ran at once, as agents of a sweep, and logged the same, only one was shown; a copy of one is one."""
    wandb(tmp_path / "wandb" / "run-a" / "run-a.wandb", LOSSES)
    wandb(tmp_path / "wandb" / "run-b" / "run-b.wandb", LOSSES)
    assert len(read(tmp_path)[0]) == 2
    wandb(tmp_path / "copied" / "run-a" / "run-a.wandb", LOSSES)
    assert len(read(tmp_path)[0]) == 2


def test_two_folders_of_events_are_two_whatever_their_numbers_are(tmp_path):
    for lr in "12":
        events(tmp_path / f"lr_{lr}", [(100 * n, value) for n, value in enumerate(LOSSES, 1)])
    assert len(read(tmp_path)[0]) == 2


def test_two_monitors_are_two_whatever_their_numbers_are(tmp_path):
    for lr in "12":
        (tmp_path / f"lr_{lr}.monitor.csv").write_text('#{"t_start": 1000.0}\nr,l,t\n' + "".join(
            "%r,10,%d\n" % (value, n) for n, value in enumerate(LOSSES, 1)))
    assert len(read(tmp_path)[0]) == 2


def test_single_precision_is_the_same(tmp_path):
    import numpy as np
    table(tmp_path / "run" / "progress.csv", LOSSES)
    dreamer(tmp_path / "run" / "tb" / "metrics.jsonl", [float(np.float32(value)) for value in LOSSES])
    assert len(read(tmp_path)[0]) == 1


@pytest.mark.parametrize("other, place", [
    ([value + 0.001 for value in LOSSES], "run/tb"),  # another training
    (LOSSES[:5], "run/tb"),  # too little to tell
    ([float(n) for n in range(30)], "run/tb"),  # counts tell nothing
])
def test_two_trainings_stay_two(tmp_path, other, place):
    table(tmp_path / "run" / "progress.csv", LOSSES)
    dreamer(tmp_path / place / "metrics.jsonl", other)
    runs, problems = read(tmp_path)
    assert len(runs) == 2 and not problems


def test_two_that_have_an_id_each_stay_two(tmp_path):
    rows = [(100 * n, {"loss": value}) for n, value in enumerate(LOSSES, 1)]
    for run in "ab":
        write_journal(tmp_path / f"neptune-{run}.jsonl", *rows, run=run)
    runs, problems = read(tmp_path)
    assert sorted(run.id for run in runs) == ["a", "b"] and not problems


def trackio(path, runs):
    """A database of trackio's: {id: values}, each at the moment at which a journal has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE metrics (run_id, run_name, step, timestamp, metrics)")
        for run, values in runs.items():
            database.executemany("INSERT INTO metrics VALUES (?, ?, ?, ?, ?)", [
                (run, "toy", 100 * n, datetime.datetime.fromtimestamp(1001.5 + n, datetime.timezone.utc).isoformat(),
                 json.dumps({"loss": value, "step_": n})) for n, value in enumerate(values)])
        database.commit()


@pytest.mark.parametrize("place", ["run/trackio.db", "elsewhere/deep/trackio.db"])
def test_a_trackers_run_beside_the_journal_that_was_sent_there_is_the_same(tmp_path, place):
    """Both have ids, each its own; the times tell it where they do not lie together. The journal is shown, though the
    tracker keeps the step as a metric."""
    write_journal(tmp_path / "run" / "neptune-a.jsonl", *((100 * n, {"loss": value}) for n, value in enumerate(LOSSES)))
    trackio(tmp_path / place, {"x": LOSSES})
    (run,), (problem,) = read(tmp_path)
    assert run.source.endswith("neptune-a.jsonl") and "shown once" in problem.what and "trackio" in problem.path


def test_runs_of_one_tracker_stay_as_many_as_they_are(tmp_path):
    trackio(tmp_path / "trackio.db", {"x": LOSSES, "y": LOSSES})
    assert len(read(tmp_path)[0]) == 2
    write_journal(tmp_path / "neptune-a.jsonl", *((100 * n, {"loss": -value}) for n, value in enumerate(LOSSES)))
    assert len(read(tmp_path)[0]) == 3


def test_a_config_that_a_tracker_has_too_stands_there_once(tmp_path):
    """Trackers keep ours below ``config/``; what they alone know joins it."""
    from scripts.runs.joined import same_training
    more = {"config/lr": 1, "config/a/b": 2, "gpu": 3, "config/c": 4}
    run = types.SimpleNamespace(config={"lr": 1, "a/b": 2}, id="", keeper="")
    assert same_training._together(run, more) == {"lr": 1, "a/b": 2, "gpu": 3, "config/c": 4}
    assert same_training._together(run, {"env_config/lr": 7})["env_config/lr"] == 7  # it was taken for ours, and gone
    run.id = "of a journal, which has all of it"
    assert same_training._together(run, more) == run.config
