"""Following (`--follow`) what unpatched frameworks write: rows that come, and runs that begin, are sent once (R9)."""
import os
import signal
import sys

import pytest
from small_deliveries import END
from replays import replay, start, steps, write_below
from journal_records import FIRST, row
from trainings import QUICK, RECORDING, environment, wait_until

HEAD = "time/total_timesteps,loss\n"


@pytest.fixture(autouse=True)
def cache(folder, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))


def append(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write(text)
    return path


def ended(process):
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=30)[1].decode()
    assert process.returncode == 130, said
    return said


@pytest.mark.slow
def test_rows_that_are_appended_and_runs_that_begin_are_sent_once(folder):
    """A look may come in the middle of a line: what is torn is sent when it is whole, and nothing is said of it."""
    table = append(folder / "runs" / "a" / "progress.csv", HEAD + "10,0.5\n20,0.2")
    process = start(folder, "runs", "--to", "offline", "--follow")
    assert wait_until(lambda: steps(folder) == [10])
    append(table, "5\n30,0.125\n4")
    assert wait_until(lambda: steps(folder) == [10, 20, 30])
    append(folder / "runs" / "b" / "progress.csv", HEAD + "7,1.5\n")
    assert wait_until(lambda: steps(folder) == [10, 20, 30, 7])
    write_below(folder / "runs" / "c" / "neptune-1.jsonl", FIRST, row(3), END)
    assert wait_until(lambda: steps(folder) == [10, 20, 30, 7, 3])
    append(table, "0,0.0625\n")
    assert wait_until(lambda: steps(folder) == [10, 20, 30, 7, 3, 40])
    said = ended(process)
    assert "no end" not in said and said.count("is sent as") == 2
    assert replay(folder, "runs", "--to", "offline").count("offline has all of it") == 3
    assert steps(folder) == [10, 20, 30, 7, 3, 40]


@pytest.mark.slow
def test_a_named_file_and_a_folder_without_runs_are_followed(folder):
    """Where nothing is there yet it waits; a file that is named goes on, too."""
    (folder / "later").mkdir()
    table = append(folder / "progress.csv", HEAD + "10,0.5\n")
    for named, first in (("later", []), ("progress.csv", [10])):
        process = start(folder, named, "--to", f"ws/{named[0]}", "--follow")
        assert wait_until(lambda: steps(folder)[-len(first):] == first)
        if named == "later":
            append(folder / "later" / "progress.csv", HEAD + "1,0.5\n")
            assert wait_until(lambda: steps(folder) == [1])
        else:
            append(table, "20,0.5\n")
            assert wait_until(lambda: steps(folder) == [1, 10, 20])
        ended(process)


@pytest.mark.slow
def test_it_goes_on_in_the_python_that_has_the_client(folder, monkeypatch):
    """The readers stay where they are installed."""
    python = folder / "other-python"
    path = environment(RECORDING, QUICK)["PYTHONPATH"]
    python.write_text(f'#!/bin/sh\nPYTHONPATH="{path}" exec {sys.executable} "$@"\n')
    python.chmod(0o755)
    monkeypatch.setenv("NEPTUNE_WRITER_PYTHON", str(python))
    table = append(folder / "runs" / "progress.csv", HEAD + "10,0.5\n")
    process = start(folder, "runs", "--to", "offline", "--follow")
    assert wait_until(lambda: steps(folder) == [10])
    append(table, "20,0.5\n")
    assert wait_until(lambda: steps(folder) == [10, 20])
    ended(process)


@pytest.mark.slow
def test_its_second_process_goes_with_it(folder):
    """However the command ends."""
    append(folder / "runs" / "progress.csv", HEAD + "10,0.5\n")
    process = start(folder, "runs", "--to", "offline", "--follow")
    assert wait_until(lambda: steps(folder) == [10])
    process.kill()
    process.communicate(timeout=30)

    def is_there():
        return any(b"following.main" in open(f"/proc/{one}/cmdline", "rb").read() and
                   os.path.realpath(f"/proc/{one}/cwd") == os.path.realpath(folder)
                   for one in os.listdir("/proc") if one.isdigit() and os.path.exists(f"/proc/{one}/cmdline"))
    assert wait_until(lambda: not is_there())


def test_a_cache_that_takes_nothing_is_named(folder, monkeypatch):
    """And nothing waits for ever. It ended in a RecursionError."""
    append(folder / "runs" / "progress.csv", HEAD + "10,0.5\n")
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/none")
    monkeypatch.setenv("HOME", "/proc/none")
    said = replay(folder, "runs", "--to", "offline", status=1)
    assert "Error" not in said and "set XDG_CACHE_HOME to a folder of yours" in said
