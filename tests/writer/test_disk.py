"""A disk that is full, a folder that takes nothing, a journal that is deleted: the training goes on, rows are kept."""
import os
import shutil
import subprocess
import sys

import pytest
from trainings import (
    OFFLINE, RECORDING, connected, journals, only_journal, processes_of, recorded_points, run, wait_until)

import neptune_writer

ROWS = """
from neptune_writer.journal import journal
journal._RETRY_SECONDS = journal._LOOK_SECONDS = 0.05  # instead of a second
def rows(first, last):
    for epoch in range(first, last):
        neptune_writer.write_row(logger, {"Epoch": epoch}, "Epoch")
def wait_for_the_tracker():
    while not os.path.exists("recorded.jsonl") or "extend" not in open("recorded.jsonl").read():
        time.sleep(0.05)
"""
FULL = ROWS + """
ballast = os.open("disk/ballast", os.O_CREAT | os.O_WRONLY)
def fill_the_disk():
    try:
        while True:
            os.write(ballast, bytes(4096))
    except OSError:
        pass
def make_room():
    os.ftruncate(ballast, 0)
logger = Logger("disk/out", "toy")
"""
NO_ROOM = "cannot be written ([Errno 28] No space left on device); rows wait in memory"


@pytest.fixture
def folder(training_folder, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(training_folder / "cache"))
    return training_folder


@pytest.fixture
def disk(folder):
    """A disk of its own of 256 KiB, at ``disk`` in the folder."""
    path = folder / "disk"
    path.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(path)], stderr=subprocess.PIPE)
    if done.returncode:
        pytest.skip("NOT TESTED: a full disk, and a read-only one. Mounting them takes root on Linux: %s"
                    % done.stderr.decode().split("\n")[0])
    yield path
    wait_until(lambda: not processes_of(folder))
    subprocess.run(["umount", str(path)], check=True)


@pytest.fixture
def python(folder):
    """A Python that the modes of files bind, also where it is root's."""
    if os.getuid():
        return sys.executable
    if shutil.which("setpriv") is None:
        pytest.skip("NOT TESTED: a read-only folder. For root it takes util-linux's setpriv")
    path = folder / "python"
    path.write_text("#!/bin/sh\nexec setpriv --bounding-set -dac_override,-dac_read_search '%s' \"$@\"\n"
                    % sys.executable)
    path.chmod(0o755)
    return path


def epochs(folder):
    """The rows of the one journal, in order; each of its lines must parse."""
    return [row["step"] for row in only_journal(folder).rows]


def sent(folder):
    return [step for step, _, _ in recorded_points(folder, "Epoch")]


# A full disk

@pytest.mark.slow
def test_a_full_disk_costs_no_row_once_there_is_room(folder, disk):
    errors = run(FULL + """
rows(0, 50)
wait_for_the_tracker()
fill_the_disk()
rows(50, 1000)
make_room()
time.sleep(0.1)
rows(1000, 1010)
""", folder, clients=[RECORDING], **OFFLINE)
    assert epochs(folder) == sent(folder) == list(range(1010))
    assert errors.count(NO_ROOM) == 1 and "lost" not in errors and "not been sent" not in errors


@pytest.mark.slow
def test_a_disk_that_is_full_from_the_start_costs_no_row_either(folder, disk):
    errors = run(FULL + """
fill_the_disk()
neptune_writer.write_config(logger, {"lr": 1e-3})
rows(0, 50)
time.sleep(0.1)
rows(50, 60)
assert not os.path.exists("recorded.jsonl")
make_room()
time.sleep(0.1)
rows(60, 70)
""", folder, clients=[RECORDING], **OFFLINE)
    assert epochs(folder) == sent(folder) == list(range(70))
    assert only_journal(folder).configs == [{"lr": 1e-3}]
    assert errors.count(NO_ROOM) == 1 and "not been sent" not in errors


def test_room_at_the_end_is_early_enough(folder, disk):
    errors = run(FULL + """
fill_the_disk()
rows(0, 70)
make_room()
""", folder, clients=[RECORDING], **OFFLINE)
    assert epochs(folder) == sent(folder) == list(range(70))
    assert "not been sent" not in errors


def test_what_a_disk_that_stays_full_did_not_take_is_counted_and_the_rest_is_sent(folder, disk):
    errors = run(FULL + """
rows(0, 50)
wait_for_the_tracker()
fill_the_disk()
rows(50, 1000)
""", folder, clients=[RECORDING], **OFFLINE)
    path, = journals(folder)
    whole = path.read_bytes().count(b'"values":', 0, path.read_bytes().rindex(b"\n"))
    assert 50 <= whole < 1000 and sent(folder) == list(range(whole))
    assert "%d records could not be written and are lost" % (1000 - whole + 1) in errors  # and the one of the end


def test_a_limit_on_the_size_of_files_is_a_full_disk(folder):
    errors = run(ROWS + """
import resource
logger = Logger("out", "toy")
_, most = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (3000, most))
rows(0, 100)
assert os.path.getsize("out/" + os.listdir("out")[0]) == 3000  # in the middle of a line
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
time.sleep(0.1)
rows(100, 110)
""", folder, NEPTUNE_EXPERIMENT="journal")
    assert epochs(folder) == list(range(110))
    assert errors.count("cannot be written ([Errno 27] File too large); rows wait in memory") == 1


# A folder that takes nothing

@pytest.mark.parametrize("mode", [0o555, 0o444, 0o000], ids=oct)
def test_a_folder_that_is_read_only_is_named_and_the_run_lies_elsewhere(folder, python, mode):
    (folder / "out").mkdir()
    (folder / "out").chmod(mode)
    errors = run(ROWS + """
logger = Logger("out", "toy")
rows(0, 10)
""", folder, python=python, clients=[RECORDING], **OFFLINE)
    (folder / "out").chmod(0o755)
    path, = journals(folder)
    assert path.parent == folder / "neptune_journals"
    assert "cannot write a journal to " in errors and "out ([Errno 13] Permission denied: " in errors and (
        "; writing it to %s instead\n" % path in errors)
    assert epochs(folder) == sent(folder) == list(range(10))
    assert "not been sent" not in errors


def test_a_disk_that_is_mounted_read_only_is_named_and_the_run_lies_elsewhere(folder, disk):
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    errors = run(ROWS + """
logger = Logger("disk/out", "toy")
rows(0, 10)
""", folder, clients=[RECORDING], **OFFLINE)
    assert "disk/out ([Errno 30] Read-only file system: " in errors
    assert epochs(folder) == sent(folder) == list(range(10))


NOWHERE = ROWS + """
import tempfile
os.mkdir("read-only", 0o555)
tempfile.tempdir = os.path.abspath("read-only")
logger = Logger("read-only/out", "toy")
os.chmod(".", 0o555)
rows(0, 10)
"""


def test_where_no_folder_takes_a_journal_rows_wait_for_one(folder, python):
    errors = run(NOWHERE + """
os.chmod("read-only", 0o755)
""", folder, python=python, NEPTUNE_EXPERIMENT="journal")
    folder.chmod(0o755)
    assert epochs(folder) == list(range(10)) and only_journal(folder).ended
    assert errors.count("cannot create a journal in any folder; rows wait in memory: PermissionError") == 1


def test_where_no_folder_ever_takes_one_what_is_lost_is_counted_and_the_training_is_not_stopped(folder, python):
    errors = run(NOWHERE, folder, python=python, NEPTUNE_EXPERIMENT="journal")
    folder.chmod(0o755)
    assert "11 records could not be written and are lost" in errors
    assert not journals(folder)


def test_a_folder_that_becomes_read_only_costs_nothing(folder, python):
    errors = run(ROWS + """
logger = Logger("out", "toy")
rows(0, 10)
wait_for_the_tracker()
os.chmod("out", 0o555)
rows(10, 20)
""", folder, python=python, clients=[RECORDING], **OFFLINE)
    assert epochs(folder) == sent(folder) == list(range(20))
    assert "not been sent" not in errors and "not recorded" not in errors


# A journal that someone deletes

DELETED = ROWS + """
import shutil
logger = Logger("out/toy_s0", "toy")
rows(0, 10)
if "offline" in os.environ["NEPTUNE_EXPERIMENT"]:
    wait_for_the_tracker()
%s
"""
AT_ONCE = DELETED % "shutil.rmtree('out')"


@pytest.mark.parametrize("what", ["shutil.rmtree('out')", "[os.remove(file) for file in os.scandir('out/toy_s0')]"])
def test_a_deleted_journal_is_made_anew_whole_and_sent_on(folder, what):
    errors = run(DELETED % what + """
rows(10, 20)
time.sleep(0.1)
rows(20, 30)
os.kill(os.getpid(), 9)  # so it was not made at the exit
""", folder, clients=[RECORDING], status=-9, **OFFLINE)
    path, = journals(folder)
    assert path.parent == folder / "out" / "toy_s0"
    assert wait_until(lambda: not processes_of(folder))
    assert epochs(folder) == sent(folder) == list(range(30))
    assert errors.count("%s was deleted; it is written again, with all its rows\n" % path) == 1


def test_a_training_whose_working_directory_is_deleted_goes_on_in_the_same_place(folder):
    (folder / "work").mkdir()
    run(DELETED % "shutil.rmtree(os.getcwd())" + """
time.sleep(0.1)
rows(10, 20)
""", folder / "work", NEPTUNE_EXPERIMENT="journal")
    assert epochs(folder / "work" / "out") == list(range(20))


def test_a_journal_deleted_in_the_last_second_is_made_anew_at_the_end(folder):
    errors = run(DELETED % "rows(10, 20); shutil.rmtree('out')", folder, clients=[RECORDING], **OFFLINE)
    assert epochs(folder) == sent(folder) == list(range(20)) and only_journal(folder).ended
    assert "not been sent" not in errors


def test_a_journal_whose_folder_cannot_be_made_again_goes_on_elsewhere_and_says_where(folder):
    errors = run(AT_ONCE + """
open("out", "w").close()
rows(10, 20)
""", folder, NEPTUNE_EXPERIMENT="journal")
    path, = journals(folder)
    assert path.parent == folder / "neptune_journals"
    assert epochs(folder) == list(range(20))
    assert "cannot write a journal to " in errors and "writing it to %s instead\n" % path in errors


def test_a_journal_that_is_deleted_while_the_disk_is_full_is_made_anew_when_there_is_room(folder, disk):
    errors = run(FULL + """
rows(0, 300)
fill_the_disk()
rows(300, 310)
os.remove("disk/out/" + os.listdir("disk/out")[0])
time.sleep(0.1)
rows(310, 320)
make_room()
time.sleep(0.1)
rows(320, 330)
os.kill(os.getpid(), 9)
""", folder, status=-9, NEPTUNE_EXPERIMENT="journal")
    assert epochs(folder) == list(range(330))
    path, = journals(folder)
    assert errors.count("%s was deleted and cannot be written again: OSError: [Errno 28]" % path) == 1
    assert errors.count("%s was deleted; it is written again, with all its rows\n" % path) == 1


def test_a_folder_that_is_moved_takes_its_journal_along(folder):
    errors = run(DELETED % "os.rename('out', 'moved')" + """
time.sleep(0.1)
rows(10, 20)
""", folder, clients=[RECORDING], **OFFLINE)
    path, = journals(folder)
    assert path.parent == folder / "moved" / "toy_s0"
    assert epochs(folder) == sent(folder) == list(range(20))
    assert "not been sent" not in errors


def test_a_live_experiment_is_told_what_comes_after_its_journal_was_deleted(folder):
    run(AT_ONCE.replace('"toy")', '"toy", neptune.init_run())').replace("import shutil", "import neptune, shutil") + """
time.sleep(0.1)
rows(10, 20)
time.sleep(0.1)
rows(20, 30)
""", folder, clients=[RECORDING], NEPTUNE_EXPERIMENT="offline")
    assert epochs(folder) == sent(folder) == list(range(30))


def test_whether_it_was_deleted_is_asked_once_a_second_not_at_every_row(tmp_path, monkeypatch, warnings):
    monkeypatch.chdir(tmp_path)
    asked, fstat = [], os.fstat
    monkeypatch.setattr("neptune_writer.journal.journal.os.fstat", lambda file: asked.append(file) or fstat(file))
    owner = connected()
    for number in range(100):
        neptune_writer.write_row(owner, {"Epoch": number}, "Epoch")
    assert len(asked) == 1


def test_where_a_file_system_counts_no_links_a_journal_is_not_taken_for_deleted(tmp_path, monkeypatch, warnings):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("neptune_writer.journal.journal.os.fstat", lambda file: os.stat_result([0] * 10))
    neptune_writer.write_row(connected(), {"Epoch": 0}, "Epoch")
    assert epochs(tmp_path) == [0] and warnings == []
