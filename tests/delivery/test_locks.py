"""neptune_writer.system.locks: one process at a time sends one journal to one target."""
import os
import signal
import subprocess
import sys
import time

import pytest
from adversary import PLANTS, UID, as_user, needs_root, open_folder, plant, state
from trainings import environment

from neptune_writer.system import locks

HOLD = """
import sys
from neptune_writer.system import locks
with locks.held(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def other(tmp_path):
    """A process that holds the lock."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path / "j.cursor")], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, env=environment())
    assert process.stdout.readline() == b"held\n"
    yield process
    process.communicate()


def test_another_process_is_told_who_has_it(tmp_path, other):
    with pytest.raises(locks.AlreadyLocked) as raised:
        with locks.held(str(tmp_path / "j.cursor")):
            pass
    assert "already being sent by process %d on " % other.pid in str(raised.value)


def test_it_goes_with_a_process_that_is_killed(tmp_path, other):
    other.kill()
    other.wait()
    with locks.held(str(tmp_path / "j.cursor")):
        pass
    assert os.listdir(str(tmp_path)) == []


def test_afterwards_nothing_is_left(tmp_path):
    for _ in range(2):
        with locks.held(str(tmp_path / "new" / "j.cursor")):
            assert os.listdir(str(tmp_path / "new")) == ["j.cursor.lock"]
    assert os.listdir(str(tmp_path / "new")) == []


def test_targets_do_not_hinder_each_other(tmp_path, other):
    with locks.held(str(tmp_path / "k.cursor")):
        assert other.poll() is None


def test_where_there_can_be_no_lock_sending_goes_on(tmp_path):
    (tmp_path / "file").write_text("")
    with locks.held(str(tmp_path / "file" / "j.cursor")):
        pass


# What is there under its name (S1)

@pytest.mark.parametrize("what", sorted(PLANTS))
def test_a_lock_that_somebody_planted_is_left_alone_and_nothing_is_sent(tmp_path, what):
    """Sent all the same, it might be sent twice."""
    victim, path = tmp_path / "victim", tmp_path / "j.cursor.lock"
    victim.write_text("a file of the victim's")
    plant(what, path, victim)
    before = state(victim), state(path)
    said = "%s: .*, not a file of this user; it is left alone; remove that file, then send again" % path
    with pytest.raises(locks.AlreadyLocked, match="cannot be kept from being sent twice: " + said):
        with locks.held(str(tmp_path / "j.cursor")):
            pass
    assert (state(victim), state(path)) == before


def test_a_file_that_is_no_lock_is_not_written_into(tmp_path):
    path = tmp_path / "j.cursor.lock"
    path.write_text("notes of mine")
    with pytest.raises(locks.AlreadyLocked, match="is not a lock file; remove it, then send again"):
        with locks.held(str(tmp_path / "j.cursor")):
            pass
    assert path.read_text() == "notes of mine"


def test_what_another_holder_wrote_there_is_shown_only_where_it_is_what_we_write(tmp_path):
    path = tmp_path / "j.cursor.lock"
    with locks.held(str(tmp_path / "j.cursor")):
        path.write_text("\x1b[2Jprocess 1 on x")
        with pytest.raises(locks.AlreadyLocked, match="^already being sent by another process$"):
            with locks.held(str(tmp_path / "j.cursor")):
                pass


def test_a_file_that_took_its_place_meanwhile_is_not_removed(tmp_path):
    path = tmp_path / "j.cursor.lock"
    with locks.held(str(tmp_path / "j.cursor")):
        path.unlink()
        path.write_text("notes of mine")
    assert path.read_text() == "notes of mine"


@needs_root
def test_a_colleagues_lock_keeps_us_out_until_their_process_is_gone():
    with open_folder(0o2770) as folder:
        os.chown(folder, -1, UID)
        path = os.path.join(folder, "j.cursor")
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.setgroups([])
            os.setgid(UID)
            os.setuid(UID)
            with locks.held(path):
                os.write(writing, b".")
                time.sleep(60)
        os.read(reading, 1)
        with pytest.raises(locks.AlreadyLocked, match="already being sent by process %d on " % child):
            with locks.held(path):
                pass
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        assert os.stat(path + ".lock").st_uid == UID
        with locks.held(path):
            assert os.stat(path + ".lock").st_uid == 0
        assert os.listdir(folder) == []


@needs_root
def test_a_lock_of_another_user_in_a_folder_of_everybodys_is_left_alone():
    with open_folder() as folder:
        path = os.path.join(folder, "j.cursor")
        as_user(lambda: open(path + ".lock", "w").close())
        before = state(path + ".lock")
        with pytest.raises(locks.AlreadyLocked, match=r"a file of another user \(uid %d\)" % UID):
            with locks.held(path):
                pass
        assert state(path + ".lock") == before
