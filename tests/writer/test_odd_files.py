"""S21: what has the name of a run's file and is none, and folders that may not be read: named, never waited for.

A FIFO that nobody writes to is never open, a device never ends, and a folder that cannot be listed looks empty.
"""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from adversary import PLANTS, UID, as_user, needs_root, open_folder, plant
from report_runs import index_of, report, write_journal
from small_checkout import make
from trainings import PROLOGUE, RECORDING, ROOT, environment, only_journal, recorded_points, wait_until

from neptune_writer.resend import found_runs, command
from neptune_writer.frameworks.rllib import trials
from neptune_writer.journal.reading import Reader

ODD = sorted(set(PLANTS) - {"a symlink", "another name of a file"}) + ["a symlink to a FIFO"]
# every file that a reader of the report, or what it looks for beside it, opens
OPENED = ["neptune-odd.jsonl", "progress.txt", "progress.csv", "progress.json", "result.json", "monitor.csv",
          "0.monitor.csv", "logs.csv", "events.out.tfevents.1", "run_part_0.parquet", "data-1.log"]
BESIDE = {"config.json": "progress.txt", "params.json": "result.json"}


@pytest.fixture(autouse=True)
def never_for_ever():
    def fail(*_):
        raise AssertionError("it waits for ever")
    old = signal.signal(signal.SIGALRM, fail)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, old)


def odd(what, path):
    """Put it there; the FIFO of a link lies outside."""
    if what == "a symlink to a FIFO":
        os.mkfifo(str(path.parent.parent / "fifo"))
        os.symlink(str(path.parent.parent / "fifo"), str(path))
    else:
        plant(what, path, path.parent / "nothing")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """One good run, in a folder that may hold others."""
    write_journal(tmp_path / "runs" / "neptune-good.jsonl", (1, {"loss": 0.5}), run="good")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "runs"


def replay(*arguments, python=sys.executable, status=1):
    """Run the command; what it says."""
    done = subprocess.run([str(python), str(ROOT / "scripts" / "replay.py"), *map(str, arguments), "--to", "offline"],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60,
                          env=environment(RECORDING))
    said = done.stdout.decode()
    assert done.returncode == status and "Traceback" not in said, said
    return said


# Sent again

@pytest.mark.parametrize("what", ODD)
def test_what_is_named_like_a_journal_and_is_none(folder, what, capsys, monkeypatch, warnings):
    odd(what, folder / "neptune-odd.jsonl")
    monkeypatch.syspath_prepend(str(RECORDING))
    for arguments in ([str(folder)], [str(folder), str(folder / "neptune-odd.jsonl")]):
        del warnings[:]
        if what == "a folder" and len(arguments) > 1:
            continue  # which is one to look into, named like that
        assert command.main(arguments + ["--to", "offline", "--dry-run"]) == 1
        assert [line for line in warnings if "neptune-odd.jsonl: " in line] == [
            "%s: %s" % (folder / "neptune-odd.jsonl", "there is no such file or folder" if what.endswith("nothing") else
                        "%s, not a file; it is left alone" % what.split("to ")[-1])]
        assert "1 row of 1 run to offline" in capsys.readouterr().out


def test_a_good_run_beside_is_sent(folder):
    os.mkfifo(str(folder / "neptune-odd.jsonl"))
    said = replay("runs")
    assert "neptune-odd.jsonl: not sent to offline: a FIFO, not a file" in said
    assert [step for step, _, _ in recorded_points(folder.parent, "loss")] == [1]


def test_a_trial_of_ray_goes_on_where_a_fifo_is_among_its_journals(folder):
    os.mkfifo(str(folder / "neptune-odd.jsonl"))
    assert trials._group_before(str(folder), "other") == {}


def test_a_journal_that_becomes_a_fifo_ends_nothing(folder):
    path = folder / "neptune-good.jsonl"
    reader = Reader(str(path))
    assert len(reader.read()) == 4
    path.unlink()
    os.mkfifo(str(path))
    assert reader.read() == []
    reader.close()


# Folders that may not be read

@pytest.fixture
def python(tmp_path):
    """A Python that the modes of files bind, also where it is root's."""
    if os.getuid():
        return sys.executable
    if shutil.which("setpriv") is None:
        pytest.skip("NOT TESTED: a folder that may not be read. For root it takes util-linux's setpriv")
    path = tmp_path / "python"
    path.write_text("#!/bin/sh\nexec setpriv --bounding-set -dac_override,-dac_read_search '%s' \"$@\"\n"
                    % sys.executable)
    path.chmod(0o755)
    return path


@pytest.fixture
def closed(folder):
    """A folder and a file of runs that nobody may read."""
    write_journal(folder / "closed" / "neptune-1.jsonl", (1, {"loss": 0.5}), run="one")
    path = write_journal(folder / "neptune-closed.jsonl", (1, {"loss": 0.5}), run="two")
    (folder / "closed").chmod(0)
    path.chmod(0)
    yield folder / "closed", path
    (folder / "closed").chmod(0o700)


@pytest.mark.parametrize("how", [[], ["--dry-run"]])
@pytest.mark.parametrize("others", [False, True])
def test_a_run_that_may_not_be_read_is_named_where_runs_are_sent_again(folder, closed, python, how, others):
    if others:
        (folder / "past").mkdir()
        (folder / "past/progress.csv").write_text("loss,step\n1,1\n")
    said = replay("runs", *how, python=python)
    for path in closed:
        name = str(path).replace(str(folder), "runs")
        assert said.count("%s: %sPermission denied\n" % (name, "" if how else "not sent to offline: ")) == 1, said
    assert ("1 row of 1 run" if not others else "2 rows of 2 runs") in said if how else "1 row sent to offline" in said


def test_a_run_that_may_not_be_read_is_named_in_a_report(folder, closed, python):
    done = subprocess.run([str(python), str(ROOT / "scripts" / "report.py"), "runs"], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=60)
    said = done.stdout.decode()
    assert done.returncode == 1 and said.endswith("1 run, 1 metric: report.html\n"), said
    for path in closed:
        assert said.count("report: runs/%s: Permission denied\n" % path.name) == 1
    problems = index_of("report.html")["problems"]
    assert ["runs/closed", "", "Permission denied"] in problems
    assert ["runs/neptune-closed.jsonl", "not read", "Permission denied"] in problems


def test_a_folder_that_may_not_be_read_is_named_by_the_installer(tmp_path, python):
    folder = make(tmp_path / "clone")
    (folder / "closed").mkdir(mode=0)
    done = subprocess.run([str(python), str(ROOT / "scripts" / "install.py"), str(folder)], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=60)
    said = done.stdout.decode()
    assert done.returncode == 1 and "install: closed: not read: Permission denied; it may hold a logger" in said


# The report

@pytest.mark.parametrize("what", ODD)
def test_a_report_names_what_is_no_file_under_any_name_that_it_reads(folder, what, capsys):
    for index, name in enumerate(OPENED):
        (folder / str(index)).mkdir()
        odd(what, folder / str(index) / name)
        if os.path.lexists(str(folder / "fifo")):
            os.remove(str(folder / "fifo"))
            os.mkfifo(str(folder / str(index) / "fifo"))
            os.remove(str(folder / str(index) / name))
            os.symlink("fifo", str(folder / str(index) / name))
    said = report(folder, "-o", "r.html", capsys=capsys)
    found = "a link to nothing" if what == "a symlink to nothing" else "not a regular file"
    for index, name in enumerate(OPENED):
        assert said.count("%s: %s\n" % (folder / str(index) / name, found)) == 1
    assert len(index_of("r.html")["runs"]) == 1


@pytest.mark.parametrize("name", sorted(BESIDE))
@pytest.mark.parametrize("what", ["a FIFO", "a folder"])
def test_a_config_that_is_no_file_is_named_and_the_run_shown(folder, name, what, capsys):
    (folder / "other").mkdir()
    (folder / "other" / BESIDE[name]).write_text(
        "Epoch\tLoss\n1\t0.5\n" if name == "config.json" else json.dumps({"training_iteration": 1, "loss": 1}) + "\n")
    odd(what, folder / "other" / name)
    said = report(folder, "-o", "r.html", capsys=capsys)
    assert "other/%s: %s, not a file; it is left alone; the run is shown without its config\n" % (
        name, what) in said
    assert len(index_of("r.html")["runs"]) == 2


# Standard streams that are closed (S25), a user without a home (S20), a folder that takes nothing (B16)

CLOSED = ["<&- >&- 2>&-", *(pytest.param(one, marks=pytest.mark.slow) for one in ("<&-", ">&-", "2>&-"))]


@pytest.mark.slow
@pytest.mark.parametrize("closed", CLOSED)
def test_commands_work_where_their_streams_are_closed(folder, closed, tmp_path):
    def run(name, *arguments):
        return subprocess.run(["/bin/sh", "-c", 'exec "$@" ' + closed, "sh", sys.executable,
                               str(ROOT / "scripts" / name), *arguments], env=environment(RECORDING),
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60).returncode
    clone = make(tmp_path / "clone")
    assert [run("replay.py", "runs", "--to", "offline"), run("report.py", "runs"), run("install.py", str(clone)),
            run("status.py", str(clone)), run("uninstall.py", str(clone))] == [0] * 5
    assert [step for step, _, _ in recorded_points(folder.parent, "loss")] == [1]
    assert len(index_of("report.html")["runs"]) == 1


PRINTING = """
import ctypes
C = ctypes.CDLL(None)
for epoch in range(50):
    neptune_writer.write_row(logger, {"loss": epoch, "Epoch": epoch}, "Epoch")
    for number in range(3):  # as C code prints, whatever has these numbers
        C.write(number, b"printed by C\\n", 13)
"""


@pytest.mark.parametrize("closed", CLOSED)
def test_what_c_prints_gets_into_no_file_or_pipe_of_ours(training_folder, closed):
    script = training_folder / "training.py"
    script.write_text(PROLOGUE + 'logger = Logger("out", "toy")' + PRINTING)
    subprocess.run(["/bin/sh", "-c", 'exec "$@" ' + closed, "sh", sys.executable, str(script)], timeout=60, check=True,
                   cwd=str(training_folder), env=environment(RECORDING, NEPTUNE_EXPERIMENT="offline"),
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for path in (training_folder / "out").iterdir():
        assert b"printed by C" not in path.read_bytes(), path
    assert [row["step"] for row in only_journal(training_folder).rows] == list(range(50))
    wait_until(lambda: len(recorded_points(training_folder, "loss")) == 50)
    assert [step for step, _, _ in recorded_points(training_folder, "loss")] == list(range(50))


@needs_root
def test_a_user_without_a_home_sends_runs_and_no_folder_is_called_after_it(monkeypatch):
    with open_folder(0o777) as place:
        def work():
            os.environ.pop("HOME", None)
            os.environ.pop("XDG_CACHE_HOME", None)
            os.chdir(place)
            os.mkdir("runs")
            write_journal(Path("runs/neptune-1.jsonl"), (1, {"loss": 0.5}))
            os.chmod("runs", 0o500)
            from neptune_writer.delivery.cursor import Cursor
            cursor = Cursor("runs/neptune-1.jsonl", "offline")
            cursor.offset = 3
            cursor.save()
            assert Cursor("runs/neptune-1.jsonl", "offline").offset == 3
            assert os.listdir("runs") == ["neptune-1.jsonl"]
        monkeypatch.setattr(tempfile, "tempdir", place)
        as_user(work)
        assert sorted(os.listdir(place)) == ["neptune-writer-%d" % UID, "runs"]


def test_all_journals_are_found_whatever_lies_beside(folder):
    said = []
    os.mkfifo(str(folder / "neptune-odd.jsonl"))
    os.mkdir(str(folder / "neptune-inner.jsonl"))
    write_journal(folder / "neptune-inner.jsonl" / "neptune-2.jsonl", (1, {"loss": 0.5}))
    found = found_runs.journals([str(folder)], lambda path, error: said.append(path))
    assert sorted(map(os.path.basename, found)) == ["neptune-2.jsonl", "neptune-good.jsonl"]
    assert sorted(map(os.path.basename, said)) == ["neptune-inner.jsonl", "neptune-odd.jsonl"]
