"""Where a system has not what Linux has (B13): the names that Windows' Python lacks are taken away, and a training and
the process beside it go on without. It stands for a run on Windows, which these tests have not."""
import os
import subprocess
import sys

import pytest
from small_checkout import REPO, make, snapshot
from trainings import (
    CLIENTS, HANGING, OFFLINE, RECORDING, TRAIN, command_in, only_journal, recorded_points, run, send)

LACKS = """
import os, select, signal, socket, sys
for name in ("fcntl", "resource", "pwd", "grp"):
    sys.modules[name] = None
for module, names in (
        (os, "killpg getpgrp setpgid getsid setsid pread register_at_fork fork fchmod fchown geteuid getuid getxattr"
             " memfd_create set_blocking mkfifo O_NOFOLLOW O_NONBLOCK O_NOCTTY O_CLOEXEC O_DIRECTORY"),
        (signal, "SIGKILL SIGQUIT SIGPIPE SIGALRM SIGUSR1 pthread_sigmask"), (socket, "AF_UNIX MSG_NOSIGNAL"),
        (select, "poll epoll")):
    for name in names.split():
        if hasattr(module, name):
            delattr(module, name)
"""


@pytest.fixture
def folder(training_folder):
    return training_folder


@pytest.fixture
def lacking(tmp_path_factory):
    """What takes the names away at the start of each Python that finds it."""
    place = tmp_path_factory.mktemp("lacking")
    (place / "sitecustomize.py").write_text(LACKS)
    return place


def test_rows_are_kept_and_sent(folder, lacking):
    errors = run("import os\nassert not hasattr(os, 'killpg')\n" + TRAIN % 20, folder, clients=[RECORDING, lacking],
                 **OFFLINE)
    assert len(only_journal(folder).rows) == len(recorded_points(folder, "Epoch")) == 20
    assert "20 rows sent to offline" in errors and len(errors.splitlines()) == 2


@pytest.mark.slow
def test_a_tracker_that_hangs_is_left_behind(folder, lacking):
    errors = run(TRAIN % 3, folder, clients=[HANGING, lacking], **OFFLINE, NEPTUNE_WRITER_EXIT_SECONDS="0")
    assert send(folder, command_in(errors))[0] == 0
    assert len(recorded_points(folder, "Epoch")) == 3


def test_a_journal_that_is_deleted_is_made_anew(folder, lacking):
    run(TRAIN % 3 + """
import glob
os.remove(glob.glob("out/*.jsonl")[0])
neptune_writer._writers.get(logger)._journal._look_at = 0.0
neptune_writer.write_row(logger, {"Epoch": 3}, "Epoch")
""", folder, clients=[lacking], NEPTUNE_EXPERIMENT="journal")
    assert [row["values"]["Epoch"] for row in only_journal(folder).rows] == [0, 1, 2, 3]


@pytest.mark.slow
def test_the_commands_do_their_work(folder, lacking):
    """Install, status, report, replay, uninstall, and every byte back."""
    path = os.pathsep.join([str(lacking), str(CLIENTS / "recording")])

    def command(name, *arguments):
        done = subprocess.run([sys.executable, str(REPO / "scripts" / f"{name}.py"), *map(str, arguments)], cwd=folder,
                              env=dict(os.environ, PYTHONPATH=path),
                              capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    checkout = make(folder / "clone")
    before = snapshot(checkout)
    command("install", checkout)
    assert "applied" in command("status", checkout)
    run(TRAIN % 5, folder, NEPTUNE_EXPERIMENT="journal")
    assert "report.html" in command("report", folder / "out", "-o", folder / "report.html")
    assert "5 rows sent to offline" in command("replay", folder / "out", "--to", "offline")
    command("uninstall", checkout)
    assert snapshot(checkout) == before
