"""scripts/replay.py, and the same command of a copied package: runs are sent again, every point once."""
import collections
import json
import os
import pty
import random
import shutil
import signal
import time
from pathlib import Path

import pytest
from small_deliveries import END, SECOND
from replays import replay, start, steps, write_below, runs_opened
from journal_records import FIRST, row
from environment import interpreters
from trainings import PACKAGE, RECORDING, SLOW, recorded_points, wait_until


# What is sent

@pytest.mark.slow
def test_folders_of_runs_are_sent_whatever_lies_between(folder):
    for name in ("a/neptune-1.jsonl", "a/deep/er/neptune-2.jsonl", "b/neptune-3.jsonl"):
        write_below(folder / name, dict(FIRST, run=name), row(1), END)
    write_below(folder / "a" / "progress.jsonl", {"no": "journal"})
    said = replay(folder, "a", "b", "--to", "offline")
    assert said.count("1 row sent to offline") == 3 and len(runs_opened(folder)) == 3
    assert replay(folder, "a", "b", "--to", "offline").count("offline has all of it") == 3
    assert len(runs_opened(folder)) == 3


def test_a_dry_run_says_what_would_be_sent_and_sends_nothing(folder):
    write_below(folder / "a" / "neptune-1.jsonl", dict(FIRST, name="ppo"), row(1), row(2))
    write_below(folder / "b" / "neptune-2.jsonl", dict(FIRST, run="2", name="sac-long"), *map(row, range(100)))
    before = sorted(folder.rglob("*"))
    assert replay(folder, ".", "--to", "offline", "--dry-run") == (
        "rows  run       file\n"
        "   2  ppo       ./a/neptune-1.jsonl\n"
        " 100  sac-long  ./b/neptune-2.jsonl\n"
        "102 rows of 2 runs to offline\n"
        "neptune: 2 runs in 2 groups (algo)\n")
    assert sorted(folder.rglob("*")) == before


@pytest.mark.slow
def test_a_resumed_run_arrives_as_one_and_later_rows_supersede_earlier_ones(folder):
    write_below(folder / "a" / "neptune-1.jsonl", FIRST, *map(row, range(8)))
    later = [dict(row(n), values={"loss": -n}) for n in range(5, 10)]
    write_below(folder / "b" / "neptune-2.jsonl", SECOND, *later, END)
    assert "10 rows of 1 run to offline" in replay(folder, ".", "--to", "offline", "--dry-run")
    said = replay(folder, "b", "a", "--to", "offline")
    assert "3 points at 5 to 7 superseded by later ones" in said
    assert [how["custom_run_id"] for how in runs_opened(folder)] == ["first"]
    assert [(step, value) for step, value, _ in recorded_points(folder, "loss")] == (
        [(n, n) for n in range(5)] + [(n, -n) for n in range(5, 10)])
    assert "and 1 that resumes it: 10 rows sent to offline" in said


@pytest.mark.slow
def test_each_stream_of_a_resumed_run_is_superseded_from_its_own_step_on(folder):
    def at(stream, step, value):
        return dict(row(step), clock=stream, values={stream: value})

    first = [at(stream, factor * n, n) for n in range(4) for stream, factor in (("learner", 1), ("loop", 100))]
    second = [at("learner", 2, -2), at("learner", 3, -3), at("loop", 300, -3)]
    write_below(folder / "neptune-1.jsonl", FIRST, *first)
    write_below(folder / "neptune-2.jsonl", SECOND, *second, END)
    assert "8 rows of 1 run to offline" in replay(folder, ".", "--to", "offline", "--dry-run")
    replay(folder, ".", "--to", "offline")
    assert [point[:2] for point in recorded_points(folder, "learner")] == [(0, 0), (1, 1), (2, -2), (3, -3)]
    assert [point[:2] for point in recorded_points(folder, "loop")] == [(0, 0), (100, 1), (200, 2), (300, -3)]


def test_the_journals_stay_as_they_are(folder):
    path = write_below(folder / "neptune-1.jsonl", FIRST, row(1), END)
    before = path.read_bytes()
    replay(folder, path, "--to", "offline")
    assert path.read_bytes() == before


def test_what_cannot_be_sent_is_named_and_the_rest_is_sent(folder):
    write_below(folder / "a" / "neptune-1.jsonl", FIRST, row(1), END)
    (folder / "a" / "neptune-2.jsonl").write_text("hello\n")
    said = replay(folder, "a", "missing.jsonl", "--to", "offline", status=1)
    assert "neptune-2.jsonl: not sent to offline: not a journal" in said
    assert "missing.jsonl: not sent to offline: there is no such file or folder" in said and steps(folder) == [1]


def test_a_source_that_takes_no_file_keeps_its_cursor_in_the_users_cache(folder, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    path = write_below(folder / "a" / "neptune-1.jsonl", FIRST, row(1), END)
    monkeypatch.setattr(os, "access", lambda *arguments: False)  # root may write anywhere
    from neptune_writer.delivery.cursor import Cursor
    cursor = Cursor(str(path), "offline")
    cursor.offset = 10
    cursor.save()
    assert (folder / "cache") in Path(cursor.path).parents and Cursor(str(path), "offline").offset == 10
    assert sorted(each.name for each in (folder / "a").iterdir()) == ["neptune-1.jsonl"]


@pytest.mark.parametrize("spec", ["wandb:toy", "trackio:"])
def test_a_client_that_is_not_installed_is_named_with_what_installs_it(folder, spec):
    path = write_below(folder / "neptune-1.jsonl", FIRST, row(1), END)
    said = replay(folder, path, "--to", spec, status=1)
    assert "-m pip install %s, or point NEPTUNE_WRITER_PYTHON at a Python that has it" % spec.split(":")[0] in said


@pytest.mark.skipif("3.6" not in interpreters(), reason="no Python 3.6 on this machine")
def test_a_copied_package_alone_does_the_same_on_python_3_6(folder):
    copy = folder / "framework" / "utils" / "neptune_writer"
    shutil.copytree(str(PACKAGE), str(copy), ignore=shutil.ignore_patterns("__pycache__"))
    path = write_below(folder / "neptune-1.jsonl", FIRST, *map(row, range(5)), END)
    only_client = dict(os.environ, PYTHONPATH=str(RECORDING))
    said = replay(folder, path, "--to", "offline", script=copy, python=interpreters()["3.6"], env=only_client)
    assert "5 rows sent to offline" in said and steps(folder) == list(range(5))


# Interrupted

@pytest.mark.slow
def test_ctrl_c_ends_it_between_two_batches_and_again_it_goes_on_from_there(folder):
    write_below(folder / "neptune-1.jsonl", FIRST, *map(row, range(5000)), END)
    (folder / "hold").touch()
    process = start(folder, ".", "--to", "offline")
    assert wait_until(lambda: steps(folder))
    process.send_signal(signal.SIGINT)
    assert b"finishing this batch" in process.stderr.readline()
    (folder / "hold").unlink()
    said = process.communicate(timeout=30)[1].decode()
    sent = len(steps(folder))
    assert process.returncode == 130 and "run the command again to go on from here" in said
    assert 0 < sent < 5000 and "%d rows sent to offline" % sent in said
    replay(folder, ".", "--to", "offline")
    assert steps(folder) == list(range(5000))


@pytest.mark.parametrize("kills", [2, pytest.param(8, marks=pytest.mark.slow)])
def test_after_a_kill_at_any_moment_one_batch_repeats_at_the_most_and_none_is_missing(folder, kills):
    moments = random.Random(4)
    for attempt in range(kills):
        place = folder / str(attempt)
        write_below(place / "neptune-1.jsonl", FIRST, *map(row, range(20000)), END)
        process = start(place, ".", "--to", "offline")
        wait_until(lambda: steps(place))
        time.sleep(moments.uniform(0, 0.4))
        process.kill()
        process.communicate(timeout=30)
        replay(place, ".", "--to", "offline")
        times = collections.Counter(steps(place))
        assert set(times) == set(range(20000)) and max(times.values()) <= 2
        assert sum(count - 1 for count in times.values()) <= 1000


@pytest.mark.slow
def test_two_at_once_send_every_point_once(folder):
    write_below(folder / "neptune-1.jsonl", FIRST, *map(row, range(5000)), END)
    both = [start(folder, ".", "--to", "offline") for _ in range(2)]
    said = [process.communicate(timeout=30)[1].decode() for process in both]
    for _ in range(2):
        replay(folder, ".", "--to", "offline")
    assert steps(folder) == list(range(5000)), said


# Followed

@pytest.mark.slow
def test_journals_that_are_still_written_are_followed_and_new_ones_found(folder):
    first = write_below(folder / "runs" / "a" / "neptune-1.jsonl", FIRST, row(0))
    process = start(folder, "runs", "--to", "offline", "--follow")
    assert wait_until(lambda: steps(folder) == [0])
    write_below(first, row(1), row(2))
    assert wait_until(lambda: steps(folder) == [0, 1, 2])
    write_below(folder / "runs" / "b" / "neptune-2.jsonl", dict(FIRST, run="other"), row(7), END)
    assert wait_until(lambda: steps(folder) == [0, 1, 2, 7])
    write_below(folder / "runs" / "b" / "neptune-3.jsonl", SECOND, row(3), END)  # goes on with the first
    assert wait_until(lambda: steps(folder) == [0, 1, 2, 7, 3])
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 130
    assert sorted(how["custom_run_id"] for how in runs_opened(folder)) == ["first", "other"]
    replay(folder, "runs", "--to", "offline")
    assert steps(folder) == [0, 1, 2, 7, 3]


@pytest.mark.slow
def test_following_named_journals_ends_with_them(folder):
    path = write_below(folder / "neptune-1.jsonl", FIRST, row(0))
    process = start(folder, path, "--to", "offline", "--follow")
    assert wait_until(lambda: steps(folder) == [0])
    assert process.poll() is None
    write_below(path, row(1), END)
    process.communicate(timeout=30)
    assert process.returncode == 0 and steps(folder) == [0, 1]


@pytest.mark.slow
def test_several_followers_send_to_several_trackers(folder):
    path = write_below(folder / "neptune-1.jsonl", FIRST, row(0))
    places = [folder / "one", folder / "two"]
    processes = []
    for place, spec in zip(places, ("ws/one", "ws/two")):
        place.mkdir()
        processes.append(start(place, path, "--to", spec, "--follow"))
    assert wait_until(lambda: all(steps(place) == [0] for place in places))
    write_below(path, row(1), END)
    for process in processes:
        process.communicate(timeout=30)
    assert [steps(place) for place in places] == [[0, 1], [0, 1]]
    assert [runs_opened(place)[0]["project"] for place in places] == ["ws/one", "ws/two"]


# For a person

@pytest.mark.slow
def test_a_terminal_shows_how_far_it_is_and_a_file_does_not(folder):
    path = write_below(folder / "neptune-1.jsonl", FIRST, *map(row, range(3500)), END)
    other = write_below(folder / "other" / "neptune-2.jsonl", dict(FIRST, run="2"), *map(row, range(3500)), END)
    ours, theirs = pty.openpty()
    process = start(folder, path, "--to", "offline", client=SLOW, stderr=theirs)
    os.close(theirs)
    beside = start(folder, other, "--to", "offline", client=SLOW)
    shown = b""
    try:
        while True:
            shown += os.read(ours, 4096)
    except OSError:  # closed at its other end
        pass
    os.close(ours)
    process.communicate(timeout=30)
    assert b"] " in shown and b" %" in shown and b"3500 rows sent to offline" in shown
    said = beside.communicate(timeout=30)[1]
    assert b"%" not in said and b"3500 rows sent to offline" in said


def test_its_help_names_every_tracker(folder):
    said = replay(folder, "--help")
    for scheme in ("goodseed", "minfx", "mlflow", "scale", "tensorboard", "trackio", "wandb", "workspace/project"):
        assert scheme in said
    assert "usage: replay.py" in said and json.dumps("--follow")[1:-1] in said


@pytest.mark.slow
def test_a_run_that_is_sent_by_other_steps_too_is_said_to_have_both(folder):
    rows = [dict(row(n), values={"loss": n, "frames": 10 * n}) for n in range(3)]
    write_below(folder / "neptune-1.jsonl", FIRST, *rows, END)
    assert "another --x" not in replay(folder, ".", "--to", "offline")
    said = replay(folder, ".", "--to", "offline", "--x", "frames")
    assert "already has it with another --x or --restarts" in said and "3 rows sent" in said
    assert "another --x" in replay(folder, ".", "--to", "offline")
