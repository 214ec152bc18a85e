"""Files that clients keep runs in: whole or not there (S11), and told when they are gone (the kind of S6)."""
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from trainings import environment, wait_until

from neptune_writer.system import locks
from neptune_writer.trackers import on_disk
from neptune_writer.trackers.on_disk import Kept, make

MAKE = """
import sys, time
from neptune_writer.trackers import on_disk


def fill(path):
    for name in ("", "-journal"):
        with open(path + name, "ab", 0) as file:
            for _ in range(20):
                print("writing", flush=True)
                file.write(b"x")
                time.sleep(0.002)

on_disk.make(sys.argv[1], fill)
print("made", flush=True)
"""


def filled(path):
    with open(path, "ab") as file:
        file.write(b"whole")


def content(folder):
    return {entry.name: entry.read_bytes() for entry in folder.iterdir()}


def test_it_is_made_whole_and_nothing_is_left_beside(tmp_path):
    make(str(tmp_path / "new" / "a.db"), filled)
    assert content(tmp_path / "new") == {"a.db": b"whole"}


def test_what_is_there_stays(tmp_path):
    (tmp_path / "a.db").write_bytes(b"theirs")
    make(str(tmp_path / "a.db"), lambda path: pytest.fail("it is there"))
    assert content(tmp_path) == {"a.db": b"theirs"}


def test_an_empty_file_is_none(tmp_path):
    """SQLite leaves one where it was asked for a file and killed."""
    (tmp_path / "a.db").write_bytes(b"")
    make(str(tmp_path / "a.db"), filled)
    assert content(tmp_path) == {"a.db": b"whole"}


@pytest.mark.parametrize("kills", [3, pytest.param(60, marks=pytest.mark.slow)])
def test_a_kill_at_any_moment_leaves_a_whole_one_or_none(tmp_path, kills):
    """S11: 2 of 12 that our own SIGKILL cut short, and 8 of 20 by `kill -9`, could never be opened again."""
    draw, users = random.Random(kills), {"a.db.keep.new": b"of the user's", "a.db.1.newer": b"too"}
    for name in users:
        (tmp_path / name).write_bytes(users[name])
    for _ in range(kills):
        process = subprocess.Popen([sys.executable, "-c", MAKE, str(tmp_path / "a.db")], stdout=subprocess.PIPE,
                                   env=environment())
        for _ in range(draw.randrange(1, 42)):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.communicate()
        found = content(tmp_path).pop("a.db", None)
        assert found in (None, b"x" * 20)
        if found:
            os.remove(str(tmp_path / "a.db"))
    make(str(tmp_path / "a.db"), filled)
    assert content(tmp_path) == dict(users, **{"a.db": b"whole"})


def test_a_file_that_is_made_twice_is_never_filled_under_one_name_twice(tmp_path):
    """MLflow remembers a database by its address, and that it has its tables."""
    names = []
    for _ in range(2):
        make(str(tmp_path / "a.db"), lambda path: (names.append(path), filled(path)))
        os.remove(str(tmp_path / "a.db"))
    assert len(set(names)) == 2


def test_what_fails_leaves_nothing_there_and_is_tried_again(tmp_path):
    def fail(path):
        filled(path)
        raise RuntimeError("no room")

    with pytest.raises(RuntimeError):
        make(str(tmp_path / "a.db"), fail)
    assert "a.db" not in content(tmp_path)
    make(str(tmp_path / "a.db"), filled)
    assert content(tmp_path) == {"a.db": b"whole"}


def test_who_comes_while_another_makes_it_waits_and_takes_that(tmp_path, monkeypatch):
    monkeypatch.setattr(on_disk, "_LOOK_SECONDS", 0.01)
    path, done = str(tmp_path / "a.db"), threading.Event()
    with locks.held(path):
        thread = threading.Thread(target=lambda: (make(path, lambda path: pytest.fail("there is one")), done.set()))
        thread.start()
        time.sleep(0.05)
        assert not done.is_set()
        filled(path)
    assert wait_until(done.is_set, 5)


def test_who_waits_for_ever_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(on_disk, "_OTHERS_SECONDS", 0.0)
    with locks.held(str(tmp_path / "a.db")):
        with pytest.raises(OSError, match="is already being made by process %d" % os.getpid()):
            make(str(tmp_path / "a.db"), filled)


def test_a_file_that_is_deleted_or_replaced_is_there_no_more(tmp_path):
    path = tmp_path / "a.db"
    path.write_bytes(b"1")
    kept = Kept(str(path))
    assert kept.is_there()
    path.write_bytes(b"2")
    assert kept.is_there()
    other = Path(str(path) + ".other")
    other.write_bytes(b"3")
    os.replace(str(other), str(path))
    assert not kept.is_there()
    path.unlink()
    assert not kept.is_there()
