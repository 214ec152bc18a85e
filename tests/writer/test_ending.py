"""The end of a training is bounded: what is left is said, with the command that sends it, and no process stays."""
import os
import shlex
import signal
import sys
import time

import pytest
from trainings import (
    FAILING, FIRST_ROW, FROZEN, HANGING, OFFLINE, PACKAGE, RECORDING, SLOW, STALLED, TRAIN, command_in,
    everything_written, journals, only_journal, processes_of, recorded, recorded_points, run, send, start, stored,
    wait_until)


@pytest.fixture
def folder(training_folder):
    return training_folder


def kill_the_child(folder):
    """Kill what follows the journal: the process of this folder that is not the training."""
    for process in processes_of(folder):
        with open("/proc/%d/cmdline" % process, "rb") as file:
            if b"--child" in file.read():
                os.kill(process, signal.SIGKILL)


@pytest.mark.parametrize("client", [pytest.param(HANGING, marks=pytest.mark.slow), FROZEN, SLOW],
                         ids=["hanging", "frozen", "slow"])
def test_the_exit_waits_a_bounded_time_says_what_is_left_and_how_to_send_it(folder, client):
    begun = time.monotonic()
    errors = run("""
        logger = Logger("out", "toy")
        for epoch in range(12000):
            neptune_writer.write_row(logger, {"Epoch": epoch}, "Epoch")
        """, folder, clients=[client], **OFFLINE, NEPTUNE_WRITER_EXIT_SECONDS="1")
    assert time.monotonic() - begun < 10  # which is the bound where none is given
    assert not processes_of(folder)
    path, = journals(folder)
    command = shlex.split(command_in(errors))
    assert command == [sys.executable, str(PACKAGE), str(path), "--to", "offline"]
    left = int(errors.splitlines()[-1].split()[1])
    assert 0 < left < 12000 if client is SLOW else left == 12000
    assert send(folder, command)[0] == 0
    assert [value for _, value, _ in recorded_points(folder, "Epoch")] == list(range(12000 - left, 12000))


@pytest.mark.slow
def test_what_a_client_took_and_its_server_did_not_is_told_of_too_and_sent_by_the_command_alone(folder):
    begun = time.monotonic()
    errors = run(TRAIN % 3, folder, clients=[STALLED], NEPTUNE_EXPERIMENT="ws/project", NEPTUNE_WRITER_EXIT_SECONDS="1")
    assert time.monotonic() - begun < 6
    assert "3 rows of" in errors and "neptune sync" not in errors  # which would send them a second time
    assert not list(folder.glob(".neptune/async/*"))
    assert send(folder, command_in(errors))[0] == 0
    assert len(recorded_points(folder, "Epoch")) == 3


@pytest.mark.slow
def test_a_wait_that_a_person_notices_is_announced_once(folder):
    errors = run(TRAIN % 3 + "neptune_writer.ending._PATIENCE_SECONDS = 0.1", folder, clients=[HANGING], **OFFLINE,
                 NEPTUNE_WRITER_EXIT_SECONDS="0.6")
    assert errors.count("waiting up to 1 s for rows to be sent") == 1


@pytest.mark.slow
def test_with_no_time_given_the_exit_does_not_wait(folder):
    begun = time.monotonic()
    errors = run(TRAIN % 3, folder, clients=[HANGING], **OFFLINE, NEPTUNE_WRITER_EXIT_SECONDS="0")
    assert time.monotonic() - begun < 4
    assert "3 rows of" in errors


@pytest.mark.slow
def test_a_child_that_was_killed_is_told_of_and_the_command_sends_the_rest(folder):
    training = start(TRAIN % 5 + """
while not os.path.exists("go on"):
    time.sleep(0.05)
for epoch in range(5, 12):
    neptune_writer.write_row(logger, {"Epoch": epoch, "TotalEnvInteracts": 4000 * epoch}, "TotalEnvInteracts")
""", folder, clients=[RECORDING], **OFFLINE)
    assert wait_until(lambda: list(folder.rglob("*.cursor")))
    kill_the_child(folder)
    (folder / "go on").write_text("")
    _, errors = training.communicate(timeout=30)
    assert training.returncode == 0
    path, = journals(folder)
    assert len(stored(path).rows) == 12
    assert "7 rows of %s have not been sent. To send them: " % path in errors
    status, said = send(folder, command_in(errors))
    assert status == 0 and said.startswith("neptune: %s: 7 rows sent to offline: " % path)
    assert [step for step, _, _ in recorded_points(folder, "Epoch")] == [4000 * epoch for epoch in range(12)]
    status, said = send(folder, command_in(errors))
    assert status == 0 and said.startswith("neptune: %s: offline has all of it. " % path)
    assert len(recorded_points(folder, "Epoch")) == 12


@pytest.mark.slow
def test_a_path_with_spaces_and_quotes_is_in_a_command_that_runs(folder):
    odd = folder / "it's  a folder"
    odd.mkdir()
    errors = run(TRAIN % 3, odd, clients=[FAILING], **OFFLINE)
    assert send(folder, command_in(errors))[0] == 0
    assert len(recorded_points(folder, "Epoch")) == 3


@pytest.mark.slow
@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM])
def test_where_the_training_is_killed_the_child_sends_what_there_is_and_leaves(folder, sign):
    training = start(TRAIN % 2000 + "time.sleep(60)", folder, clients=[RECORDING], **OFFLINE)
    assert wait_until(lambda: b'"Epoch":1999,' in everything_written(folder))
    training.send_signal(sign)
    training.communicate(timeout=30)
    assert wait_until(lambda: not processes_of(folder))
    assert len(recorded_points(folder, "Epoch")) == 2000
    assert recorded(folder)[-1][0] == "stop"


@pytest.mark.slow
def test_where_the_training_is_killed_and_the_tracker_hangs_the_child_leaves_in_its_time(folder):
    training = start(TRAIN % 3 + "time.sleep(60)", folder, clients=[HANGING], **OFFLINE,
                     NEPTUNE_WRITER_EXIT_SECONDS="1")
    assert wait_until(lambda: journals(folder) and len(processes_of(folder)) == 2)
    training.kill()
    training.communicate(timeout=30)
    assert wait_until(lambda: not processes_of(folder), 5)


@pytest.mark.parametrize("fork, end", [  # of the second fork, Python knows nothing
    ("os.fork()", "sys.exit(0)"), ("ctypes.CDLL(None).fork()", "os.kill(os.getpid(), 9)"),
    pytest.param("os.fork()", "os.kill(os.getpid(), 9)", marks=pytest.mark.slow),
    pytest.param("ctypes.CDLL(None).fork()", "sys.exit(0)", marks=pytest.mark.slow)])
def test_a_worker_that_outlives_the_training_does_not_hold_the_child(folder, fork, end):
    training = start(FIRST_ROW + """
import ctypes
while not os.path.exists("recorded.jsonl"):
    time.sleep(0.05)
if %s == 0:
    os.closerange(0, 3)  # but not the pipe to the child
    while not os.path.exists("go home"):
        time.sleep(0.1)
    os._exit(0)
%s
""" % (fork, end), folder, clients=[RECORDING], **OFFLINE)
    training.communicate(timeout=6)  # the writer's own bound is 10
    assert wait_until(lambda: len(processes_of(folder)) == 1)
    assert len(recorded_points(folder, "Epoch")) == 1
    (folder / "go home").write_text("")


@pytest.mark.parametrize("leave", ["os._exit(0)", "sys.exit(0)"])
def test_a_forked_worker_neither_sends_nor_waits_at_its_exit(folder, leave):
    training = start(FIRST_ROW + """
if os.fork() == 0:
    neptune_writer.write_row(logger, {"Epoch": 9, "TotalEnvInteracts": 9}, "TotalEnvInteracts")
    %s
begun = time.monotonic()
os.wait()
assert time.monotonic() - begun < 10, "the worker waited for the tracker"
os._exit(0)
""" % leave, folder, clients=[HANGING], **OFFLINE, NEPTUNE_WRITER_EXIT_SECONDS="15")
    assert training.wait(30) == 0
    kill_the_child(folder)  # which waits for the tracker, and rightly so
    _, errors = training.communicate(timeout=30)
    assert len(only_journal(folder).rows) == 1 and "not been sent" not in errors


@pytest.mark.slow
def test_ctrl_c_in_the_terminal_is_the_trainings_alone(folder):
    training = start("os.setpgid(0, 0)\n" + TRAIN % 5 + "time.sleep(60)", folder, clients=[RECORDING], **OFFLINE)
    assert wait_until(lambda: recorded_points(folder, "Epoch"))
    os.killpg(training.pid, signal.SIGINT)
    _, errors = training.communicate(timeout=30)
    assert errors.count("Traceback") == 1 and "not been sent" not in errors
    assert recorded(folder)[-1][0] == "stop"


def test_other_ranks_start_no_child(folder):
    errors = run(TRAIN % 3, folder, clients=[RECORDING], **OFFLINE, PMI_RANK="1")
    assert errors == "" and os.listdir(str(folder)) == ["training.py"]


@pytest.mark.slow
def test_write_row_does_not_wait_for_a_tracker_that_hangs(folder):
    run(FIRST_ROW + """
slowest = 0.0
for epoch in range(1, 2000):
    begun = time.perf_counter()
    neptune_writer.write_row(logger, {"Epoch": epoch, "TotalEnvInteracts": epoch}, "TotalEnvInteracts")
    slowest = max(slowest, time.perf_counter() - begun)
assert slowest < 0.5, slowest
""", folder, clients=[HANGING], **OFFLINE, NEPTUNE_WRITER_EXIT_SECONDS="0")


@pytest.mark.parametrize("seconds", [
    "nan", "soon", pytest.param("inf", marks=pytest.mark.slow), pytest.param("1e300", marks=pytest.mark.slow)])
def test_a_strange_bound_stops_nothing(folder, seconds):
    run(TRAIN % 3, folder, clients=[RECORDING], **OFFLINE, NEPTUNE_WRITER_EXIT_SECONDS=seconds)
    assert len(recorded_points(folder, "Epoch")) == 3
