"""scripts/runs: what trackers left, as their files lie there, at rest, broken or at odd places."""
import contextlib
import json
import os
import sqlite3
import struct
import zlib

import pytest
from protobuf_records import field
from report_runs import points, read

from scripts.runs import readers, records
from scripts.runs.parsing import sqlite
from scripts.runs.reading import Reading
from scripts.runs.said import How

POINTS = [(0, 1.0), (1, 0.5)]


def trackio(path, *rows, mode="wal"):
    """A database of trackio's with a row for each (run, values), whatever its name."""
    made = path.parent / "made"
    database = sqlite3.connect(made)
    database.execute(f"PRAGMA journal_mode={mode}")
    database.execute("CREATE TABLE metrics (run_id TEXT, run_name TEXT, step INTEGER, timestamp TEXT, metrics TEXT)")
    for step, (run, values) in enumerate(rows or [("a", {"loss": value}) for _, value in POINTS]):
        database.execute("INSERT INTO metrics VALUES (?, ?, ?, ?, ?)", (
            run, run, step, "2026-01-01T00:00:0%d" % step, json.dumps(values)))
    database.commit()
    database.close()
    os.rename(made, path)


@pytest.mark.parametrize("mode", ["wal", "delete"])
def test_a_database_at_rest_is_left_as_it_lies(tmp_path, mode):
    trackio(tmp_path / "p.db", mode=mode)
    (run,), problems = read(tmp_path)
    assert points(run, "loss") == POINTS and not problems
    assert os.listdir(tmp_path) == ["p.db"]


def test_what_is_in_the_log_of_a_database_alone_is_read(tmp_path):
    trackio(tmp_path / "p.db")
    with contextlib.closing(sqlite3.connect(tmp_path / "p.db")) as database:
        database.execute("INSERT INTO metrics VALUES ('a', 'a', 2, '2026-01-01T00:00:02', '{\"loss\": 0.25}')")
        database.commit()
        assert (tmp_path / "p.db-wal").stat().st_size
        (run,), problems = read(tmp_path)
    assert points(run, "loss") == [*POINTS, (2, 0.25)] and not problems


@pytest.mark.parametrize("name", [b"\xff.db", b"a?b#c%20.db"])
def test_a_database_of_any_name(tmp_path, name):
    trackio(tmp_path / os.fsdecode(name))
    (run,), problems = read(tmp_path)
    assert points(run, "loss") == POINTS and not problems


def test_a_path_that_is_too_long_for_sqlite_is_named(tmp_path):
    folder = tmp_path.joinpath(*["f" * 200] * 3)
    folder.mkdir(parents=True)
    trackio(tmp_path / "moved")
    os.rename(tmp_path / "moved", folder / "p.db")
    runs, (problem,) = read(tmp_path)
    assert not runs and (problem.path, problem.what) == (str(folder / "p.db"), "not read: unable to open database file")
    with sqlite.opened(folder / "p.db", lambda path, what: None) as database:
        assert database is None


def test_a_run_of_trackio_without_numbers_is_named(tmp_path):
    trackio(tmp_path / "p.db", ("a", {"loss": 1.0}), ("b", {"note": "text"}), ("a", {"note": "text"}))
    (run,), problems = read(tmp_path)
    assert run.name == "a" and points(run, "loss") == [(0, 1)]
    assert [problem.what for problem in problems] == [
        "note: not shown, since they are no numbers", "b: a trackio run with no numbers"]


@pytest.mark.parametrize("name", ["train.csv", "x.db", "table.csv", "progress.csv"])
def test_a_pipe_is_not_opened(tmp_path, monkeypatch, name):
    (tmp_path / "params.json").write_text("{}")
    os.mkfifo(tmp_path / name)
    opened = []

    def open_what_ends(path, *arguments, **named):
        if path == tmp_path / name:
            opened.append(path)
            path = os.devnull
        return really_open(path, *arguments, **named)

    really_open = open
    monkeypatch.setattr("builtins.open", open_what_ends)
    runs, _ = read(tmp_path)
    found = [reader.find(tmp_path, ["params.json", name]) for reader in readers.all_readers()]
    assert not runs and sum(map(len, found)) == (name == "progress.csv") and not opened


def test_a_reader_that_fails_is_named_and_the_others_go_on(tmp_path, monkeypatch):
    def find(folder, names):
        raise UnicodeEncodeError("utf-8", "x", 0, 1, "of a name")

    failing, = (reader for reader in readers.all_readers() if reader.__name__.endswith(".optuna"))
    monkeypatch.setattr(failing, "find", find)
    trackio(tmp_path / "p.db")
    (run,), (problem,) = read(tmp_path)
    assert run.name == "a" and problem.path == str(tmp_path)
    assert problem.what.startswith(f"no {failing.WHAT} found (UnicodeEncodeError: ")


def wandb(path, *rows, project=None):
    """The file of a run, of rows that are dicts, or the text of one item that is no JSON."""
    content = b":W&B\0\0\0"[:7]
    if project:
        record = field(17, field(3, project.encode()))
        content += struct.pack("<IHB", zlib.crc32(record, zlib.crc32(b"\1")), len(record), 1) + record
    for row in rows:
        items = row.items() if isinstance(row, dict) else [("loss", row)]
        history = b"".join(field(1, field(1, name.encode()) + field(16, (
            value if isinstance(value, str) else json.dumps(value)).encode())) for name, value in items)
        record = field(2, history)
        content += struct.pack("<IHB", zlib.crc32(record, zlib.crc32(b"\1")), len(record), 1) + record
    path.write_bytes(content)


@pytest.mark.parametrize("broken", ["{", "[" * 10000])
def test_an_unreadable_row_of_wandb_changes_no_other(tmp_path, broken):
    rows = [{"_step": step, "loss": 1.0 / (step + 1), "global_step": 100 * step} for step in range(6)]
    wandb(tmp_path / "run-abc.wandb", *rows[:2], broken, *rows[3:])
    (run,), (problem,) = read(tmp_path)
    assert points(run, "loss") == [(100 * step, 1 / (step + 1)) for step in (0, 1, 3, 4, 5)]
    assert problem.what == "1 unreadable records were skipped"


def test_a_torn_end_of_wandb_is_named(tmp_path):
    """It was left out without a word; a file that is being written is read as far as it goes."""
    path = tmp_path / "run-abc.wandb"
    wandb(path, *[{"_step": step, "loss": 1.0 / (step + 1), "global_step": 100 * step} for step in range(6)])
    assert not read(tmp_path)[1]
    path.write_bytes(path.read_bytes()[:-5])
    (run,), (problem,) = read(tmp_path)
    assert len(points(run, "loss")) == 5 and problem.what == "its last record is torn, and left out"


RSL_RL = [{"step": step, name: float(step)} for iteration in range(6) for name, step in (
    ("reward", iteration), ("reward/time", iteration // 3), ("loss", iteration))]


def test_what_is_sent_of_wandb_is_what_was_logged(tmp_path):
    """A run that was looked at twice while it grew was sent as two: the rule had found its step only at the second."""
    for rows in (RSL_RL[:2], RSL_RL):
        wandb(tmp_path / "run-abc.wandb", *rows)
        (run,), _ = Reading([tmp_path], How(is_for_replay=True)).read()
        sent = [row.values for row in run.said]
        assert sent == rows


def test_metrics_of_wandb_that_count_apart_are_no_restarts(tmp_path):
    """A replay of rsl_rl's ``Train/mean_reward/time``, whose step is a second, was read as hundreds of restarts. Kind:
    rows whose step falls because each metric counts by itself."""
    wandb(tmp_path / "run-abc.wandb", *RSL_RL)
    (run,), problems = read(tmp_path)
    assert points(run, "reward") == points(run, "loss") == [(step, step) for step in range(6)]
    assert [problem.what for problem in problems] == [
        "each metric counts its steps by itself; x is step, which has no chart of its own"]
    assert points(run, "reward/time") == [(0, 0)] * 3 + [(1, 1)] * 3


def test_a_restart_of_wandb_is_one_where_all_metrics_fall(tmp_path):
    wandb(tmp_path / "run-abc.wandb", *[{"step": step, "loss": 1.0, "reward": place}
                                        for place, step in enumerate([0, 1, 2, 3, 2, 3, 4])])
    (run,), (problem,) = read(tmp_path)
    assert points(run, "reward") == [(0, 0), (1, 1), (2, 4), (3, 5), (4, 6)] and "superseded" in problem.what


def resumed(folder, *parts, projects=("p", "p")):
    """Two files of one id, of which the later one comes first by its name."""
    for name, rows, project in zip(("run-20260102_000000-abc", "offline-run-20260103_000000-abc"), parts, projects):
        (folder / name).mkdir()
        wandb(folder / name / "run-abc.wandb", *rows, project=project)
    return read(folder)


def test_a_run_of_wandb_that_was_resumed_is_one(tmp_path):
    """Each file was a run, of which the mean of its group counted two. Kind: one training in several files (N4)."""
    rows = [{"_step": step, "loss": 1.0 / (step + 1), "global_step": 100 * step} for step in range(6)]
    (run,), (problem,) = resumed(tmp_path, rows[:4], [dict(row, _step=place) for place, row in enumerate(rows[3:])])
    assert points(run, "loss") == [(100 * step, 1 / (step + 1)) for step in range(6)]
    assert problem.what.startswith("2 points at 300 superseded by later ones")
    (run,), _ = Reading([tmp_path], How(is_for_replay=True)).read()  # which sends it so, too
    assert [place for place, row in enumerate(run.said) if row.mark] == [4]


@pytest.mark.parametrize("first", [0, 3])
def test_a_resumed_run_of_wandb_whose_calls_count_goes_on(tmp_path, first):
    """Offline, W&B counts the calls from 0 again."""
    (run,), _ = resumed(tmp_path, [{"_step": step, "loss": step} for step in range(3)],
                        [{"_step": first + step, "loss": 3 + step} for step in range(3)])
    assert points(run, "loss") == [(step, step) for step in range(6)]


@pytest.mark.parametrize("count", ["loss", "global_step"])
def test_a_resumed_run_of_wandb_some_of_whose_rows_the_server_had_not(tmp_path, count):
    """It counts on from what the server had."""
    rows = [{"_step": step, "loss": float(step), count: float(step)} for step in range(6)]
    (run,), _ = resumed(tmp_path, rows[:4], rows[2:])
    assert points(run, "loss") == [(step, step) for step in range(6)]


def test_one_id_in_two_projects_of_wandb_is_two_runs(tmp_path):
    runs, problems = resumed(tmp_path, [{"loss": 1.0}], [{"loss": 2.0}], projects=("p", "q"))
    assert [points(run, "loss") for run in runs] == [[(0, 1)], [(0, 2)]] and not problems


def test_a_copy_that_a_tracker_has_calls_parameters_as_its_journal_does(tmp_path):
    """MLflow's were ``config/agent/lr``, so that a copy was no run of its group. Kind: what our trackers put below
    ``config/``, whoever reads it back."""
    for name, text in (("meta.yaml", "run_id: a\nrun_name: x\n"), ("metrics/loss", "1000 1.5 0\n2000 1.25 1\n"),
                       ("params/config/agent/lr", "0.1"), ("params/experiment", "first")):
        (tmp_path / "1" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "1" / name).write_text(text)
    (run,), _ = read(tmp_path)
    assert run.config == {"agent/lr": 0.1, "experiment": "first"}
    theirs = {"config/lr": 1, "lr": 2}  # somebody's own
    assert records.without_prefix(theirs) == theirs and records.without_prefix({"net/lr": 1}) == {"net/lr": 1}
