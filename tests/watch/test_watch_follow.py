"""Looking again and again: what goes on is read, what has ended is not, and what is new appears."""
import json
import os
import time

import pytest
from watched_runs import write

from scripts.runs.said import How
from scripts.watching import folders, follow, judged
from scripts.watching.follow import Follow, Looking

LEARNED = [float(row) for row in range(20)]


def looking(folder):
    return Looking([folder], How(), None)


def labels(look):
    return [one.label for one in look.found]


def grow(path, value, end=False):
    """Another row."""
    row = {"t": time.time(), "values": {"TotalEnvInteracts": 1e6, "AverageEpRet": value}}
    records = [row] + [{"t": time.time(), "end": True}] * end
    with path.open("a") as file:
        file.write("".join(json.dumps(record, separators=(",", ":")) + "\n" for record in records))


def test_what_grows_is_read_and_what_has_ended_is_not(tmp_path, monkeypatch):
    write(tmp_path, "s0", LEARNED, ago=100)
    path = write(tmp_path, "s1", LEARNED, seed=1, end=False)
    eye = looking(tmp_path)
    before = eye.again()
    read = []
    monkeypatch.setattr(follow, "Reading", lambda paths, *other: read.append(paths) or reading(paths, *other))
    assert [one.value for one in eye.again().found] == [19, 19]
    grow(path, 77.0)
    after = eye.again()
    assert [one.value for one in after.found] == [19, 77] and labels(after) == labels(before)
    assert [one.group for one in after.found] == [one.group for one in before.found]
    assert {str(found) for paths in read for found in paths} == {str(path.parent)}
    many = len(read)
    eye.again()
    assert len(read) == many
    grow(path, 78.0, end=True)
    assert [one.state for one in eye.again().found] == ["ended", "ended"]


reading = follow.Reading


@pytest.mark.parametrize("first", [0, 1, 2])
def test_a_run_whose_file_was_there_before_its_rows_appears(tmp_path, first):
    """A file that was empty, or only had its header, when it was looked at: no folder changes when the rows come, and
    they were not seen for ten minutes. Kind: what begins later than its file."""
    write(tmp_path, "s0", LEARNED, ago=100)
    path = write(tmp_path, "s1", LEARNED, seed=1, end=False)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:first]))
    eye = looking(tmp_path)
    eye.again()
    eye.again()
    with path.open("ab") as file:
        file.write(b"".join(lines[first:]))
    eye.again()
    assert sorted(labels(eye.again())) == ["ppo seed 0", "ppo seed 1"]


def test_a_file_that_was_none_when_it_was_looked_at_appears(tmp_path):
    write(tmp_path, "s0", LEARNED, ago=100)
    path = write(tmp_path, "s1", LEARNED, seed=1)
    whole = path.read_bytes()
    path.write_bytes(bytes(len(whole)))
    eye = looking(tmp_path)
    eye.again()
    assert len(eye.again().found) == 1
    path.write_bytes(whole)
    assert len(eye.again().found) == 2


def test_files_without_a_run_that_stay_so_are_no_reason_to_look_again(tmp_path, monkeypatch):
    write(tmp_path, "s0", LEARNED, ago=100)
    for place in range(3):
        (tmp_path / f"neptune-x{place}.jsonl").write_bytes(b"\0" * place)
    eye = looking(tmp_path)
    looks = []
    monkeypatch.setattr(eye, "whole", lambda *other: looks.append(1) or Looking.whole(eye, *other))
    for _ in range(5):
        eye.again()
    assert len(looks) == 2  # the second one sees what came while the first one read


def test_a_run_that_begins_appears(tmp_path):
    write(tmp_path, "s0", LEARNED, ago=100)
    eye = looking(tmp_path)
    assert labels(eye.again()) == ["ppo"]
    write(tmp_path, "s1", LEARNED, seed=1, end=False)
    assert labels(eye.again()) == ["ppo seed 0", "ppo seed 1"]


def test_what_was_dear_is_not_done_again_at_once(tmp_path):
    write(tmp_path, "s0", LEARNED, ago=100)
    eye = looking(tmp_path)
    eye.again()
    eye._spent = 60.0
    write(tmp_path, "s1", LEARNED, seed=1, end=False)
    assert labels(eye.again()) == ["ppo"]


def test_a_predecessor_that_goes_on_is_compared_with_as_it_is_now(tmp_path):
    first = write(tmp_path, "s0", LEARNED, ago=0, end=False)
    write(tmp_path, "s1", LEARNED, seed=1, end=False)
    eye = looking(tmp_path)
    assert len(eye.again().found[1].predecessors[0].run.steps) == 20
    grow(first, 1.0)
    assert len(eye.again().found[1].predecessors[0].run.steps) == 21


def test_a_run_that_was_deleted_is_no_failure_of_the_look(tmp_path):
    path = write(tmp_path, "s0", LEARNED, end=False)
    eye = looking(tmp_path)
    eye.again()
    path.unlink()
    path.parent.rmdir()
    eye.again()
    assert eye.again().found == []


def test_of_thousands_of_folders_those_written_lately_are_first(tmp_path, monkeypatch):
    monkeypatch.setattr(follow, "_AT_FIRST", 2)
    for number in range(30):
        path = write(tmp_path, f"old{number}", LEARNED, ago=1e6, seed=number)
        os.utime(path, (time.time() - 1e6,) * 2)
    assert looking(tmp_path).first() is None
    write(tmp_path, "new", LEARNED, end=False)
    first = looking(tmp_path).first()
    assert len(first.found) == 1 and not first.is_all


def test_a_small_tree_is_read_at_once(tmp_path):
    write(tmp_path, "s0", LEARNED)
    assert looking(tmp_path).first() is None


def test_the_thread_tells_each_look_and_one_that_failed(tmp_path, monkeypatch):
    monkeypatch.setattr(follow, "PAUSE", 0.01)
    told = []

    class Broken:
        def first(self):
            return None

        def again(self, progress):
            if len(told) == 1:
                raise OSError(5, "Input/output error")
            return follow.Look([], [], 0.0)

    eye = Follow(Broken(), lambda look: told.append(look.error) or (len(told) == 3 and eye._ended.set()), None)
    eye.start()
    eye._thread.join(30)
    assert told == ["", "OSError: [Errno 5] Input/output error", ""]


@pytest.mark.parametrize("has_folder", [False, True])
def test_a_run_is_read_by_its_folder_or_its_files(tmp_path, has_folder):
    path = write(tmp_path, "s0", LEARNED)
    if has_folder:
        (path.parent / "below").mkdir()
    assert folders.files_of(str(path)) == ([path] if has_folder else [path.parent])


def test_of_thousands_of_seeds_the_last_ones_are_compared_with(tmp_path, monkeypatch):
    monkeypatch.setattr(judged, "PREDECESSORS", 3)
    for seed in range(6):
        write(tmp_path, f"s{seed}", LEARNED, ago=1000 - 100 * seed, seed=seed)
    last = looking(tmp_path).again().found[-1]
    assert [before.label for before in last.predecessors] == ["ppo seed 2", "ppo seed 3", "ppo seed 4"]


def test_runs_of_one_file_are_read_once_a_look(tmp_path, monkeypatch):
    import sqlite3
    with sqlite3.connect(str(tmp_path / "mlflow.db")) as database:
        database.executescript("""
            CREATE TABLE experiments (experiment_id, name); CREATE TABLE params (run_uuid, key, value);
            CREATE TABLE tags (run_uuid, key, value);
            CREATE TABLE runs (run_uuid, name, experiment_id, status, lifecycle_stage, start_time, end_time);
            CREATE TABLE metrics (run_uuid, key, value, timestamp, step, is_nan);""")
        now = 1000 * int(time.time())
        for run in "abc":
            database.execute("INSERT INTO runs VALUES (?, ?, 0, 'RUNNING', 'active', ?, NULL)", (run, run, now))
            database.executemany("INSERT INTO metrics VALUES (?, 'loss', 1.5, ?, ?, 0)", [
                (run, now, step) for step in range(3)])
    eye = looking(tmp_path)
    assert [one.state for one in eye.again().found] == ["running"] * 3
    read = []
    monkeypatch.setattr(follow, "Reading", lambda paths, *other: read.append(paths) or reading(paths, *other))
    eye.again()
    assert len(read) == 1
