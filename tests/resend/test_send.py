"""The send-again command: ``python <this package> JOURNAL... --to SPEC``."""
import subprocess
import sys

import pytest
from journal_records import HEADER, row
from trainings import FAILING, PACKAGE, RECORDING, environment, recorded, recorded_points

from neptune_writer.journal import encoding
from neptune_writer.delivery.cursor import Cursor

WHO = dict(HEADER, name="toy", group="toy-1", tags=[], argv=["train.py"], resumes=None)


def write(path, *records):
    path.write_bytes(b"".join(map(encoding.encode, records)))
    return path


def send(folder, *arguments, client=RECORDING):
    done = subprocess.run([sys.executable, str(PACKAGE)] + list(map(str, arguments)), cwd=str(folder), timeout=60,
                          env=environment(client), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.stdout == b""
    return done.returncode, done.stderr.decode()


def test_a_journal_without_rows_is_sent_too(tmp_path):
    path = write(tmp_path / "j", WHO)
    assert send(tmp_path, path, "--to", "offline") == (
        0, "neptune: %s: offline has all of it. To send it again: rm %s\n" % (path, Cursor(str(path), "offline").path))


def test_it_waits_as_long_as_the_client_needs(tmp_path):
    path = write(tmp_path / "j", WHO, row(1), row(2))
    status, said = send(tmp_path, path, "--to", "offline")
    assert status == 0 and said.startswith("neptune: %s: 2 rows sent to offline: %s; " % (path, tmp_path / ".neptune"))
    assert recorded(tmp_path)[-1] == ["stop", None]


@pytest.mark.parametrize("options, expected", [([], [1, 2]), (["--restarts", "continue"], [1, 2, 3, 4])])
def test_a_resumed_run_goes_on_where_the_user_says_so(tmp_path, options, expected):
    """Points of the first journal were left out, whatever was said."""
    for number in (1, 2):
        who = dict(WHO, run=str(number), t=float(number), resumes="1" if number > 1 else None)
        write(tmp_path / ("neptune-%d.jsonl" % number), who, dict(row(1), clock="t"), dict(row(2), clock="t"))
    assert send(tmp_path, tmp_path, "--to", "offline", *options)[0] == 0
    assert [step for step, _, _ in recorded_points(tmp_path, "loss")] == expected


def test_twice_is_once_for_each_target(tmp_path):
    path = write(tmp_path / "j", WHO, row(1), row(2))
    for target, sent in [("offline", 2), ("offline", 2), ("ws/project", 4), ("ws/project", 4)]:
        assert send(tmp_path, path, "--to", target)[0] == 0
        assert len(recorded_points(tmp_path, "loss")) == sent


def test_several_journals_at_once_and_one_that_fails(tmp_path):
    good, bad, more = write(tmp_path / "a", WHO, row(1)), tmp_path / "missing", write(tmp_path / "b", WHO, row(2))
    status, errors = send(tmp_path, good, bad, more, "--to", "offline")
    assert status == 1
    assert len(recorded_points(tmp_path, "loss")) == 2
    assert "missing: not sent to offline: there is no such file or folder\n" in errors


def test_a_journal_that_still_grows_is_sent_up_to_its_last_whole_line(tmp_path):
    path = write(tmp_path / "j", WHO, row(1))
    with path.open("ab") as file:
        file.write(b'{"t": 1')
    assert send(tmp_path, path, "--to", "offline")[0] == 0
    with path.open("ab") as file:
        file.write(encoding.encode(row(2))[len(b'{"t": 1') - 1:])
    assert send(tmp_path, path, "--to", "offline")[0] == 0
    assert [step for step, _, _ in recorded_points(tmp_path, "loss")] == [1, 2]


@pytest.mark.parametrize("content", [b"", b"hello\n", b'{"format": 99}\n'])
def test_what_is_no_journal_is_one_line_and_a_failure(tmp_path, content):
    (tmp_path / "j").write_bytes(content + b" ")
    status, errors = send(tmp_path, tmp_path / "j", "--to", "offline")
    assert status == 1 and errors == (
        "neptune: %s: not sent to offline: not a journal\n" % (tmp_path / "j")
        if b"format" not in content else "neptune: %s: not sent to offline: a journal of format 99; this version reads "
        "formats 1 to 2, read it with the one that wrote it\n" % (tmp_path / "j"))


@pytest.mark.parametrize("spec", ["journal", "nothing", "goodsed:x"])
def test_an_unknown_target_is_one_line_and_a_failure(tmp_path, spec):
    status, errors = send(tmp_path, write(tmp_path / "j", WHO, row(1)), "--to", spec)
    assert (status, errors.count("\n")) == (2, 1)
    assert "offline, debug, async, sync, workspace/project, or SCHEME" in errors


def test_a_client_that_fails_is_one_line_and_what_it_did_not_take_is_sent_later(tmp_path):
    path = write(tmp_path / "j", WHO, row(1))
    status, errors = send(tmp_path, path, "--to", "offline", client=FAILING)
    said = [line for line in errors.splitlines() if "which may take minutes" not in line]  # on a busy machine
    assert (status, said) == (1, ["neptune: %s: not sent to offline: RuntimeError: --- no such project ---" % path])
    assert send(tmp_path, path, "--to", "offline")[0] == 0
    assert len(recorded_points(tmp_path, "loss")) == 1


@pytest.mark.parametrize("arguments", [[], ["j"], ["--to", "offline"]])
def test_usage(tmp_path, arguments):
    status, errors = send(tmp_path, *arguments)
    assert status == 2 and "usage: python neptune_writer" in errors


def test_help_names_the_targets(tmp_path):
    done = subprocess.run([sys.executable, str(PACKAGE), "--help"], stdout=subprocess.PIPE, env=environment())
    assert done.returncode == 0 and b"workspace/project" in done.stdout


def test_a_journal_named_from_its_own_folder_is_sent_once(tmp_path):
    write(tmp_path / "neptune-j.jsonl", WHO, row(1))
    for _ in range(2):
        assert send(tmp_path, "neptune-j.jsonl", "--to", "offline")[0] == 0
    assert len(recorded_points(tmp_path, "loss")) == 1


def test_a_folder_stands_for_its_journals(tmp_path):
    for name in ("a/neptune-a.jsonl", "a/b/neptune-b.jsonl", "progress.jsonl"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        write(tmp_path / name, dict(WHO, run=name), row(1))
    assert send(tmp_path, tmp_path, "--to", "offline")[0] == 0
    assert len(recorded_points(tmp_path, "loss")) == 2


def test_what_is_sent_later_carries_its_config_again(tmp_path):
    """No offline run can be continued: the rest is a run of its own."""
    path = write(tmp_path / "j", WHO, {"t": 1.0, "config": {"lr": 0.1}}, row(1))
    send(tmp_path, path, "--to", "offline")
    with path.open("ab") as file:
        file.write(encoding.encode(row(2)))
    send(tmp_path, path, "--to", "offline")
    assert [call for call in recorded(tmp_path) if call[:2] == ["set", "config/lr"]] == [["set", "config/lr", 0.1]] * 2


def test_the_client_may_live_in_another_python(tmp_path):
    other = tmp_path / "python"
    other.write_text('#!/bin/sh\nPYTHONPATH="%s" exec "%s" "$@"\n' % (RECORDING, sys.executable))
    other.chmod(0o755)
    path = write(tmp_path / "j", WHO, row(1))
    done = subprocess.run([sys.executable, str(PACKAGE), str(path), "--to", "offline"], cwd=str(tmp_path), timeout=60,
                          env=environment(FAILING, NEPTUNE_WRITER_PYTHON=str(other)))
    assert done.returncode == 0 and len(recorded_points(tmp_path, "loss")) == 1


def test_a_folder_without_journals_is_one_line_and_a_failure(tmp_path):
    status, errors = send(tmp_path, tmp_path, "--to", "offline")
    assert status == 1 and "no neptune-*.jsonl in this folder or below it" in errors


def test_where_the_other_python_is_missing_this_one_sends(tmp_path):
    path = write(tmp_path / "j", WHO, row(1))
    done = subprocess.run([sys.executable, str(PACKAGE), str(path), "--to", "offline"], cwd=str(tmp_path), timeout=60,
                          env=environment(RECORDING, NEPTUNE_WRITER_PYTHON="/no/such/python"))
    assert done.returncode == 0 and len(recorded_points(tmp_path, "loss")) == 1
