"""A run failed where the process that writes it is gone from this machine; elsewhere nothing is concluded."""
import os
import signal
import subprocess
import sys

import pytest
from neptune_writer.system import process_ids
from report_runs import read
from trainings import journals

from scripts.runs.table import Process
from scripts.watching import judged, processes

pytestmark = pytest.mark.skipif(not process_ids.space(), reason="says nothing where there is no /proc")
TRAIN = """if True:
    import os, signal, sys, time
    sys.path.insert(0, sys.argv[1])
    import neptune_writer
    class Logger: output_dir = "out"
    logger = Logger()
    neptune_writer.connect(logger, "journal", output_dir="out", exp_name="toy")
    for step in range(3):
        neptune_writer.write_row(logger, {"EpRet": 1.0}, step)
    %s
"""


def trained(folder, then):
    """A training that has ended; returns its run."""
    vendored = os.path.dirname(os.path.dirname(os.path.dirname(process_ids.__file__)))
    subprocess.run([sys.executable, "-c", TRAIN % then, vendored], cwd=folder, stderr=subprocess.DEVNULL)
    runs, _ = read(folder)
    return runs[0]


def test_a_killed_training_failed(tmp_path):
    one = trained(tmp_path, "os.kill(os.getpid(), signal.SIGKILL)")
    state, verdict = judged.state(one, [], one.times[-1] + 1)
    assert state == "failed" and verdict.is_bad
    assert verdict.why == (f"process {one.process.pid} is gone, and its file records no end: killed, or crashed")


def test_one_that_ended_ended(tmp_path):
    one = trained(tmp_path, "pass")
    assert judged.state(one, [], one.times[-1] + 1)[0] == "ended"


@pytest.mark.parametrize("space", ["", "another-boot pid:[1]", process_ids.space() + "0"])
def test_where_its_number_does_not_count_nothing_is_concluded(tmp_path, space):
    """Another machine, another boot, another container."""
    one = trained(tmp_path, "os.kill(os.getpid(), signal.SIGKILL)")
    one.process = one.process._replace(space=space)
    assert judged.state(one, [], one.times[-1] + 1)[0] == "running"


def test_an_end_that_was_written_meanwhile_is_no_failure(tmp_path):
    """The file was read before the end, the process looked for after it."""
    one = trained(tmp_path, "pass")
    one.ended, one.end = False, ""
    assert judged.state(one, [], one.times[-1] + 1)[0] == "running"


def test_journals_of_older_versions_name_no_process(tmp_path):
    one = trained(tmp_path, "os.kill(os.getpid(), signal.SIGKILL)")
    path = one.process.path
    with open(path) as file:
        text = file.read()
    with open(path, "w") as file:
        file.write(text.replace('"pids"', '"other"'))
    assert read(tmp_path)[0][0].process is None


def test_a_process_that_lives_is_not_gone_and_one_that_is_stopped_is_named(tmp_path):
    sleeping = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        process = Process(str(tmp_path / "none"), sleeping.pid, process_ids.space())
        assert processes.what_became_of(process, 1e12) == ""
        sleeping.send_signal(signal.SIGSTOP)
        os.waitpid(sleeping.pid, os.WUNTRACED)
        assert processes.what_became_of(process, 1e12) == (
            f"process {sleeping.pid} is stopped by a signal; kill -CONT {sleeping.pid} lets it go on")
    finally:
        sleeping.kill()
        sleeping.communicate()


def test_a_number_that_another_process_has_by_now_is_not_it(tmp_path):
    one = trained(tmp_path, "os.kill(os.getpid(), signal.SIGKILL)")
    sleeping = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        process = one.process._replace(pid=sleeping.pid)
        assert processes.what_became_of(process, one.times[-1]) == ""
        assert processes.what_became_of(process, one.times[-1] - 3600) == (
            f"gone: process {sleeping.pid} is gone, and another one has its number now")
    finally:
        sleeping.communicate()


def test_a_zombie_is_dead(tmp_path):
    one = trained(tmp_path, "os.kill(os.getpid(), signal.SIGKILL)")
    child = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert "its parent has not noticed" in processes.what_became_of(one.process._replace(pid=child.pid), 1e12)
    child.wait()


def test_the_header_names_the_process(tmp_path):
    one = trained(tmp_path, "pass")
    assert one.process == Process(str(one.source), one.process.pid, process_ids.space())
    assert f"-{one.process.pid}-" in one.id
    assert len(journals(tmp_path)) == 1
