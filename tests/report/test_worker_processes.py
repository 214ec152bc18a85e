"""Runs that are read by processes of their own: scripts/runs/worker_processes.py."""
import multiprocessing
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from report_runs import write_spinningup

from scripts.runs import worker_processes

ROOT = Path(__file__).parents[2]
SCRIPT = """import sys
sys.path.append(sys.argv[1])
from scripts.runs import reading
reading._WORTH_A_PROCESS = 0
print("begun", flush=True)
runs, problems = reading.Reading([reading.Path("runs")]).read()
print(len(runs), problems)
"""
SLEEPING = """import os, signal, sys, threading, time
sys.path.append(sys.argv[1])
from scripts.runs import worker_processes
try:
    threading.Timer(float(sys.argv[2]), os.killpg, (0, signal.SIGINT)).start()
    list(worker_processes.results(time.sleep, [60] * 6, 2))
except KeyboardInterrupt:
    print("stopped")
"""


def end_the_process(number):
    if number == 3 and multiprocessing.parent_process():
        os.kill(os.getpid(), signal.SIGKILL)
    return number * 2


@pytest.mark.parametrize("how", ["file", "stdin"])
def test_a_script_that_reads_runs_at_its_top_level_runs_once(tmp_path, how):
    """As people write `df = frame(["runs"])`: each process ran the script once more, and the reading ended with
    Python's advice on `if __name__ == "__main__"`."""
    for seed in range(3):
        write_spinningup(tmp_path / "runs" / str(seed))
    (tmp_path / "look.py").write_text(SCRIPT)
    done = subprocess.run([sys.executable, "look.py" if how == "file" else "-", str(ROOT)], cwd=tmp_path, text=True,
                          capture_output=True, input=SCRIPT)
    assert done.stdout == "begun\n3 []\n", done.stderr


def test_what_a_process_that_is_killed_leaves_is_done_here():
    """A lack of memory ended the whole report with a traceback."""
    main = sys.modules["__main__"]
    assert list(worker_processes.results(end_the_process, range(8), 2)) == list(range(0, 16, 2))
    assert sys.modules["__main__"] is main


@pytest.mark.parametrize("after", [0.05, 0.3, pytest.param(1.0, marks=pytest.mark.slow),
                                   pytest.param(2.0, marks=pytest.mark.slow)])
def test_ctrl_c_ends_the_processes_and_none_of_them_says_where_it_was(after):
    done = subprocess.run([sys.executable, "-c", SLEEPING, str(ROOT), str(after)], capture_output=True, text=True,
                          start_new_session=True, timeout=50)
    assert (done.stdout, done.stderr) == ("stopped\n", "")
