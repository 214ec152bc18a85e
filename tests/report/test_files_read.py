"""Every file that was looked at ends as read, read in part, or not read, with the reason (issue 21, R1 to R9)."""
import os

import numpy as np
import pytest
from framework_files import events
from report_runs import index_of, points, report, write_journal, write_spinningup

from scripts.runs import files_read, reading
from scripts.runs.table import Problem


def looked(*paths):
    found = reading.Reading(list(paths))
    problems = found.read()[1]
    return files_read.of(found.looked_at, found.passed, problems)


def outcomes(found, folder):
    return {os.path.relpath(path, folder): outcome for path, outcome, _ in found.told}


def test_each_file_is_counted_once_and_named_where_something_is_missing(tmp_path, capsys):
    write_spinningup(tmp_path / "runs" / "whole")
    write_spinningup(tmp_path / "runs" / "short")
    with (tmp_path / "runs" / "short" / "progress.txt").open("a") as file:
        file.write("7\t8\n1\t2")  # two things are wrong with one file
    write_spinningup(tmp_path / "runs" / "none", epochs=0)
    (tmp_path / "runs" / "neptune-x.jsonl").write_text("{}\n")
    (tmp_path / "runs" / "stray.csv").write_text("a,b\n")
    said = report(tmp_path / "runs", "-o", tmp_path / "report.html", capsys=capsys)
    index = index_of(tmp_path / "report.html")
    assert index["files"] == "1 file read, 1 in part, 2 not read" and f"{index['files']}\n" in said
    assert [(os.path.relpath(path, tmp_path / "runs"), outcome) for path, outcome, _ in index["problems"]] == [
        ("neptune-x.jsonl", "not read"), ("short/progress.txt", "read in part"), ("short/progress.txt", "read in part"),
        ("none/progress.txt", "not read")]
    assert all(why for _, _, why in index["problems"])


def test_what_others_tell_too_is_not_needed(tmp_path):
    """A logger writes its table and an event file of the same numbers."""
    (tmp_path / "progress.csv").write_text("total_timesteps,loss\n1,0.5\n2,0.25\n")
    (tmp_path / "events.out.tfevents.1.host").write_bytes(b"")
    found = looked(tmp_path)
    assert found.line == "1 file read, 1 not needed"
    assert found.told == [(str(tmp_path / "events.out.tfevents.1.host"), "not needed",
                           "progress.csv beside it tells of the same run")]


@pytest.mark.parametrize("what, outcome", [
    ("3 points at 1 to 3 superseded by later ones", "read"),
    ("no step metric was found, so x counts rows; ...", "read"),
    ("the same numbers as in b; no times tell whether it is the same training, so both are shown", "read"),
    ("not UTF-8 at byte 5; read as Latin-1", "read"), ("2 lines left out; line 5: 2 columns, not 4", "read in part"),
    ("its last line has no end, and is left out", "read in part"), ("read up to where it is broken", "read in part"),
    ("it is empty", "not read"), ("not read: it has no header, its first line is '1'", "not read")])
def test_what_is_said_says_what_became_of_it(what, outcome):
    """Of a file that makes a run."""
    found = files_read.of([("a", True), ("b", True)], {}, [Problem("a", what)])
    assert found.told == [("a", outcome, what)]


def test_a_file_without_a_run_is_not_read_whatever_is_said(tmp_path):
    """And of a run's other files, only that one."""
    np.savez(tmp_path / "evaluations.npz", timesteps=np.zeros(0), results=np.zeros((0, 5)))
    assert outcomes(looked(tmp_path), tmp_path) == {"evaluations.npz": "not read"}
    write_journal(tmp_path / "neptune-1.jsonl", (1, {"loss": 1.0}))
    assert looked(tmp_path).line == "1 file read, 1 not read"


def test_thousands_are_told_apart():
    many = [(str(number), True) for number in range(2019)]
    problems = [Problem(str(number), "1 line left out; line 3: x") for number in range(3)] + [
        Problem("5", "it is empty"), Problem("6", "it is empty")]
    assert files_read.of(many, {}, problems).line == "2,014 files read, 3 in part, 2 not read"


def test_what_others_tell_too_is_read_where_these_are_broken(tmp_path):
    """The numbers were in the event file, and the report had no run."""
    (tmp_path / "progress.csv").write_bytes(bytes(range(128, 256)) * 20)
    events(tmp_path, [(1, 0.5), (2, 0.25)], tag="loss")
    found = reading.Reading([tmp_path])
    for _ in range(2):  # the second time as the first
        (run,), problems = found.read()
        assert points(run, "loss") == [(1, 0.5), (2, 0.25)] and found.passed == {}
        assert {os.path.basename(path) for path, _ in problems} == {"progress.csv"}
    for begun in ("", "total_timesteps,loss\n"):  # its rows are to come: a run is not called by another file until then
        (tmp_path / "progress.csv").write_text(begun)
        assert found.read()[0] == [] and len(found.passed) == 1
    (tmp_path / "progress.csv").write_text("total_timesteps,loss\n1,8\n2,9\n")
    (run,), _ = found.read()
    assert points(run, "loss") == [(1, 8), (2, 9)] and len(found.passed) == 1
