"""delivery/detached and parent: the child process is not the training's child (S10), and yet neither outlives
the other. The kind: what a process is by its parent, its descriptors and the system it runs on."""
import os
import signal
import subprocess
import sys
import threading

import pytest
from trainings import (
    FIRST_ROW, HANGING, OFFLINE, RECORDING, TRAIN, processes_of, recorded, recorded_points, run, start, wait_until)

from neptune_writer.delivery import detached, parent


@pytest.fixture
def folder(training_folder):
    return training_folder


WITHOUT = {  # what a system may lack -> how a training is made to lack it
    "nothing": "",
    "a shell": "detached._SHELL = ['/no/shell', '-c', '', 'sh']",
    "locks": "detached._lock = lambda: None",
    "files in memory": "del os.memfd_create",
    "poll": "del detached.select.poll",
    "what Windows lacks": "detached.fcntl = parent.fcntl = None; del os.killpg, os.getpgrp, os.getsid",
}
LACKING = "from neptune_writer.delivery import detached, parent\n%s\n"


@pytest.mark.parametrize("lacking", WITHOUT)
def test_the_rows_arrive_and_nobody_is_left_whatever_a_system_lacks(folder, lacking):
    errors = run(LACKING % WITHOUT[lacking] + TRAIN % 20, folder, clients=[RECORDING], **OFFLINE)
    assert len(recorded_points(folder, "Epoch")) == 20 and recorded(folder)[-1][0] == "stop"
    assert "not been sent" not in errors and "20 rows sent" in errors


@pytest.mark.parametrize("lacking", WITHOUT)
def test_the_end_of_the_child_is_not_that_of_a_training_that_leads_its_session(folder, lacking):
    """As below `setsid`, in a container, or as a command of ssh."""
    run("os.setsid()\n" + LACKING % WITHOUT[lacking] + TRAIN % 3 + """
from neptune_writer.delivery import route
neptune_writer.ending._finish(os.getpid())
assert route._child._process.has_left(20)
time.sleep(0.2)
open("lives", "w").close()
""", folder, clients=[RECORDING], **OFFLINE)
    assert (folder / "lives").exists() and len(recorded_points(folder, "Epoch")) == 3


@pytest.mark.slow
@pytest.mark.parametrize("lacking", ["nothing", "locks", "files in memory", "poll"])
def test_a_training_that_reaps_its_workers_until_there_is_none_does_not_wait_for_ours(folder, lacking):
    """S10."""
    errors = run(LACKING % WITHOUT[lacking] + FIRST_ROW + """
for _ in range(3):
    os.fork() or os._exit(0)
reaped = 0
try:
    while True:
        os.wait()
        reaped += 1
except ChildProcessError:
    assert reaped == 3, reaped
""", folder, clients=[HANGING], seconds=30, **OFFLINE, NEPTUNE_WRITER_EXIT_SECONDS="0")
    assert "1 row of" in errors


@pytest.mark.slow
@pytest.mark.parametrize("lacking", ["locks", "a shell"])
def test_a_training_that_is_killed_is_missed_beside_a_worker_that_holds_all_it_had_open(folder, lacking):
    training = start(LACKING % WITHOUT[lacking] + FIRST_ROW + """
import ctypes
while not os.path.exists("recorded.jsonl"):
    time.sleep(0.02)
if ctypes.CDLL(None).fork() == 0:  # of which Python knows nothing
    os.closerange(0, 3)
    while not os.path.exists("go home"):
        time.sleep(0.02)
    os._exit(0)
os.kill(os.getpid(), 9)
""", folder, clients=[RECORDING], **OFFLINE)
    training.communicate(timeout=10)
    assert wait_until(lambda: len(processes_of(folder)) == 1)
    assert len(recorded_points(folder, "Epoch")) == 1
    (folder / "go home").write_text("")


@pytest.mark.slow
def test_a_training_that_closes_the_file_of_the_lock_is_not_taken_for_gone(folder):
    """A descriptor of it that is opened and closed frees the lock, too."""
    run(FIRST_ROW + """
while not os.path.exists("recorded.jsonl"):
    time.sleep(0.02)
from neptune_writer.delivery import route
from neptune_writer.system import own_descriptors
lock, = [one.number for one in own_descriptors.ours if one is route._child._process._lock]
os.close(os.open("/proc/self/fd/%d" % lock, os.O_RDWR))
time.sleep(0.5)
neptune_writer.write_row(logger, {"Epoch": 1, "TotalEnvInteracts": 1}, "TotalEnvInteracts")
while len(open("recorded.jsonl").read().split("extend")) < 3:
    time.sleep(0.02)
""",
        folder, clients=[RECORDING], seconds=30, **OFFLINE)
    assert len(recorded_points(folder, "Epoch")) == 2


def test_descriptors_that_the_training_closed_and_got_for_itself_are_left_alone(folder):
    errors = run(FIRST_ROW + """
while not os.path.exists("recorded.jsonl"):
    time.sleep(0.02)
from neptune_writer.system import own_descriptors
numbers = [one.number for one in own_descriptors.ours]
assert len(numbers) == 2
for number in numbers:
    os.close(number)
own = [os.open("own%d" % number, os.O_RDWR | os.O_CREAT) for number in range(40)]
assert set(numbers) <= set(own)
other = Logger("other", "other")
neptune_writer.write_row(other, {"Epoch": 0}, "Epoch")
if os.fork() == 0:
    for one in own:
        os.fstat(one)  # not closed by us
    os._exit(0)
assert os.wait()[1] == 0
neptune_writer.ending._finish(os.getpid())
for one in own:
    assert os.fstat(one).st_size == 0
""", folder, clients=[RECORDING], seconds=30, **OFFLINE)
    assert "not been sent" not in errors and len(recorded_points(folder, "Epoch")) == 2


@pytest.mark.slow
def test_a_signal_of_a_broken_pipe_that_kills_does_not_kill_the_training(folder):
    errors = run("import signal\nsignal.signal(signal.SIGPIPE, signal.SIG_DFL)\n" + FIRST_ROW + """
from neptune_writer.delivery import route
process = route._child._process
process.kill()
assert process.has_left(10)
process._has_left = False  # as where it goes in between
other = Logger("other", "other")
neptune_writer.write_row(other, {"Epoch": 0}, "Epoch")
""", folder, clients=[HANGING], **OFFLINE, NEPTUNE_WRITER_EXIT_SECONDS="0")
    assert errors.count("1 row of") == 2


def test_a_child_that_is_stopped_does_not_make_the_training_wait(folder):
    """What it has no room for is told later."""
    run("""
from neptune_writer.delivery import route
logger = Logger("0", "0")
neptune_writer.write_row(logger, {"Epoch": 0}, "Epoch")
import signal
os.killpg(route._child._process._process.pid, signal.SIGSTOP)
for number in range(1, 30):
    route._child.announce(os.path.abspath("x" * 20000), "journal")
begun = time.monotonic()
os.killpg(route._child._process._process.pid, signal.SIGCONT)
other = Logger("last", "last")
neptune_writer.write_row(other, {"Epoch": 0}, "Epoch")
""", folder, clients=[RECORDING], **OFFLINE)
    assert len(recorded_points(folder, "Epoch")) == 2


def test_closed_standard_streams_get_no_descriptor_of_ours(folder):
    training = start("os.closerange(0, 3)\n" + TRAIN % 5 + """
from neptune_writer.system import own_descriptors
assert [one.number > 9 for one in own_descriptors.ours] == [True, True]
""", folder, clients=[RECORDING], **OFFLINE)
    training.communicate(timeout=30)
    assert training.returncode == 0 and len(recorded_points(folder, "Epoch")) == 5


def test_a_process_is_known_by_its_number_and_when_it_was_started():
    began = parent.started(os.getpid())
    assert began.isdigit() and parent.started(os.getpid()) == began
    child = subprocess.Popen([sys.executable, "-c", ""])
    assert wait_until(lambda: parent.started(child.pid) == parent.GONE)  # a zombie, which still has its number
    child.wait()
    assert parent.started(child.pid) == parent.GONE


@pytest.mark.parametrize("held", ["-", "0:0:0", "99999:1:1"], ids=["none", "another file", "closed"])
def test_where_no_lock_came_through_the_process_is_watched(held):
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    watching = threading.Thread(target=parent.wait_until_gone, args=(held, str(child.pid), parent.started(child.pid)),
                                daemon=True)
    watching.start()
    watching.join(0.05)
    assert watching.is_alive()
    child.send_signal(signal.SIGKILL)
    watching.join(10)
    assert not watching.is_alive()
    child.communicate()


def test_a_command_is_told_by_its_stdin_and_its_end_is_seen():
    process = detached.start([sys.executable, "-c", "import sys; sys.stdout.write(sys.stdin.read())"], dict(os.environ),
                             subprocess.DEVNULL)
    assert process.send(b"a word") == 6 and not process.has_left(0)
    process.shut()
    assert process.has_left(20)
    process.kill()  # no longer there
