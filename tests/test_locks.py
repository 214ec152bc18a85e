"""neptune_writer.locks: one process at a time sends one journal to one target."""
import os
import subprocess
import sys

import pytest
from trainings import environment

from neptune_writer import locks

HOLD = """
import sys
from neptune_writer import locks
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
    with pytest.raises(locks.Held) as raised:
        with locks.held(str(tmp_path / "j.cursor")):
            pass
    assert "is being sent by process %d on " % other.pid in str(raised.value)


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
