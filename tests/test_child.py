"""The child process: a spec is served beside the training, which neither waits nor dies for it."""
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time

import pytest
from trainings import (
    FAILING, FROZEN, HANGING, PACKAGE, RECORDING, SLOW, STALLED, TOKEN, environment, everything_written, journals,
    offline_runs, only_journal, processes_of, recorded, recorded_points, run, start, stored, wait_until)

TRAIN = """
logger = Logger("out", "toy")
neptune_writer.write_config(logger, {"lr": 1e-3, "ac": {"sizes": [64, 64]}, "seed": 3})
for epoch in range(%d):
    neptune_writer.write_row(logger, {"Epoch": epoch, "Return": epoch * 0.5, "TotalEnvInteracts": 4000 * epoch},
                             ("TotalEnvInteracts", "Epoch"))
"""
OFFLINE = dict(NEPTUNE_EXPERIMENT="offline")
FIRST_ROW = """
logger = Logger("out", "toy")
neptune_writer.write_row(logger, {"Epoch": 0, "TotalEnvInteracts": 0}, ("TotalEnvInteracts", "Epoch"))
"""


@pytest.fixture
def folder(tmp_path):
    """An empty folder, in which no process is left in the end."""
    yield tmp_path
    wait_until(lambda: not processes_of(tmp_path), 15)
    left_behind = processes_of(tmp_path)
    for process in left_behind:
        os.kill(process, signal.SIGKILL)
    assert not left_behind


def points_of(journal):
    """What a tracker should have: name -> [[x, value, time], ...]."""
    series = {}
    for row in journal.rows:
        for name, value in row["values"].items():
            series.setdefault(name, []).append([row["step"], value, row["t"]])
    return series


def a_python(folder, text):
    """A script that stands for an interpreter."""
    path = folder / "other python"
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(0o755)
    return str(path)


def command_in(errors):
    line, = [line for line in errors.splitlines() if "send them with: " in line]
    return line.partition("send them with: ")[2]


def send(folder, command):
    """Run a command, a list or a shell's line, with the recording client; its exit code and what it says."""
    done = subprocess.run(command, shell=isinstance(command, str), cwd=str(folder), env=environment(RECORDING),
                          stderr=subprocess.PIPE)
    return done.returncode, done.stderr.decode()


def kill_the_child(folder):
    """Kill what follows the journal: the process of this folder that is not the training."""
    for process in processes_of(folder):
        with open("/proc/%d/cmdline" % process, "rb") as file:
            if b"--child" in file.read():
                os.kill(process, signal.SIGKILL)


# With the client

def test_an_offline_run_holds_every_metric_step_time_and_the_config(folder):
    errors = run(TRAIN % 50, folder, **OFFLINE, NEPTUNE_TAGS="baseline")
    journal, = map(stored, journals(folder))
    found, = offline_runs(folder)
    assert len(journal.rows) == 50 and journal.ended
    assert found["series"] == points_of(journal)
    fields = found["fields"]
    assert {path: value for path, value in fields.items() if path.startswith("config/")} == {
        "config/lr": 1e-3, "config/ac/sizes": "[64, 64]", "config/seed": 3}
    assert fields["sys/name"] == "toy"
    assert fields["group"] == journal.header["group"]
    assert fields["sys/tags"] == ["baseline"]
    assert not [path for path in fields if path.startswith("monitoring")]
    assert fields["source_code/files"] == []
    assert fields["source_code/entrypoint"] == "training.py"
    assert [line.split(":")[1].split()[0] for line in errors.splitlines()] == ["journal", "50"]
    assert "sent on to offline" in errors and "50 rows sent to offline: %s; " % (folder / ".neptune") in errors


def test_no_token_is_in_any_file_of_an_offline_run_nor_in_any_output(folder):
    again = "neptune_writer.write_config(logger, {'note': '%s', 'api_token': 'x%s'})" % (TOKEN, TOKEN)
    errors = run(TRAIN % 3 + again, folder, **OFFLINE, NEPTUNE_API_TOKEN=TOKEN)
    (folder / "training.py").unlink()
    assert TOKEN not in errors
    assert TOKEN.encode() not in everything_written(folder)


# With a client that writes down what it is told

def test_runs_open_without_capturing_hardware_output_or_source(folder):
    run(TRAIN % 1, folder, clients=[RECORDING], arguments=["--lr", "1"], **OFFLINE)
    function, how = recorded(folder)[0]
    header = only_journal(folder).header
    assert function == "init_run"
    assert [how[name] for name in sorted(how) if name.startswith("capture")] == [False] * 4
    assert how["source_files"] == []
    assert (how["mode"], how["project"], how["name"], how["tags"]) == ("offline", None, "toy", [])
    assert how["custom_run_id"] == header["run"]
    assert how["argv"] == header["argv"] == [str(folder / "training.py"), "--lr", "1"]
    assert ["set", "group", header["group"]] in recorded(folder)


@pytest.mark.parametrize("spec, variables, mode, project", [
    ("debug", {}, "debug", None), ("async", {}, "async", None), ("sync", {}, "sync", None),
    ("ws/project", {}, "async", "ws/project"), ("ws/project", {"NEPTUNE_MODE": "offline"}, "offline", "ws/project")])
def test_a_spec_is_a_mode_or_a_project(folder, spec, variables, mode, project):
    run(TRAIN % 1, folder, clients=[RECORDING], NEPTUNE_EXPERIMENT=spec, **variables)
    how = recorded(folder)[0][1]
    assert (how["mode"], how["project"]) == (mode, project)
    assert recorded_points(folder, "Epoch")


def test_a_run_that_goes_on_with_another_has_its_id(folder):
    run(TRAIN % 1, folder, clients=[RECORDING], **OFFLINE, NEPTUNE_CUSTOM_RUN_ID="that-run")
    assert recorded(folder)[0][1]["custom_run_id"] == "that-run"


def test_a_training_that_ends_at_once_loses_no_row(folder):
    run(TRAIN % 20000, folder, clients=[RECORDING], **OFFLINE)
    assert [value for _, value, _ in recorded_points(folder, "Epoch")] == list(range(20000))
    assert recorded(folder)[-1][0] == "stop"


def test_rows_are_sent_while_the_training_goes_on(folder):
    run(FIRST_ROW + """
        for _ in range(200):
            if os.path.exists("recorded.jsonl") and "extend" in open("recorded.jsonl").read():
                print("seen")
                sys.exit(7)
            time.sleep(0.05)
        """.replace("\n        ", "\n"), folder, clients=[RECORDING], status=7, **OFFLINE)


def test_one_child_serves_all_runs_of_a_training(folder):
    run("""
        for name in ("a", "b", "c"):
            logger = Logger(name, name)
            neptune_writer.write_row(logger, {"Epoch": 0}, "Epoch")
        """, folder, clients=[RECORDING], **OFFLINE)
    opened = [how for function, *how in recorded(folder) if function == "init_run"]
    assert sorted(how["name"] for how, in opened) == ["a", "b", "c"]
    assert len({how["pid"] for how, in opened}) == 1
    assert len(recorded_points(folder, "Epoch")) == 3


def test_what_a_client_prints_goes_to_a_log_beside_the_journal(folder):
    process = start(TRAIN % 1, folder, clients=[RECORDING], TOY_CLIENT_PRINTS="1", **OFFLINE)
    output, errors = process.communicate(timeout=30)
    assert "a client prints" not in output + errors and "and warns" not in output + errors
    journal, = journals(folder)
    assert sorted(journal.with_suffix(".log").read_text().split("\n")) == ["", "a client prints a lot", "and warns"]


def test_a_metric_that_the_client_refuses_is_named_once_and_the_others_are_sent(folder):
    errors = run("""
        logger = Logger("out", "toy")
        for epoch in range(5):
            neptune_writer.write_row(logger, {"Epoch": epoch, "Refused": 1.0}, "Epoch")
            time.sleep(0.15)
        """, folder, clients=[RECORDING], **OFFLINE)
    assert len(recorded_points(folder, "Epoch")) == 5
    assert errors.count("Refused is not tracked: ValueError: this one not") == 1


# Where the client is

def test_the_client_may_live_in_another_python(folder):
    other = a_python(folder, 'export PYTHONPATH="$PYTHONPATH:%s"\nexec "%s" "$@"\n' % (RECORDING, sys.executable))
    run(TRAIN % 3, folder, clients=[FAILING], **OFFLINE, NEPTUNE_WRITER_PYTHON=other)
    assert len(recorded_points(folder, "Epoch")) == 3


def test_a_python_that_is_missing_is_said_and_the_training_goes_on(folder):
    missing = str(folder / "no" / "python")
    errors = run(TRAIN % 3, folder, clients=[RECORDING], **OFFLINE, NEPTUNE_WRITER_PYTHON=missing)
    assert "NEPTUNE_WRITER_PYTHON: expected a Python, such as .../bin/python, found %r" % missing in errors
    assert len(only_journal(folder).rows) == 3
    assert send(folder, command_in(errors))[0] == 0
    assert len(recorded_points(folder, "Epoch")) == 3


def test_a_python_without_a_client_is_told_what_to_install(folder):
    bare = a_python(folder, 'exec "%s" -S -E "$@"\n' % sys.executable)
    errors = run(TRAIN % 3, folder, **OFFLINE, NEPTUNE_WRITER_PYTHON=bare)
    said, = [line for line in errors.splitlines() if "pip install" in line]
    assert "pip install neptune, or point NEPTUNE_WRITER_PYTHON at a Python that has one" in said
    assert "3 rows of" in errors


def test_a_client_that_fails_is_one_line_and_the_training_goes_on(folder):
    errors = run(TRAIN % 3, folder, clients=[FAILING], **OFFLINE)
    path, = journals(folder)
    lines = errors.splitlines()
    assert lines[1] == "neptune: offline: RuntimeError: --- no such project ---; rows stay in %s" % path
    assert lines[2].startswith("neptune: 3 rows of %s are not sent; send them with: " % path)
    assert len(lines) == 3


@pytest.mark.parametrize("spec", ["ofline", "goodseed:x", "a/b/c", "x:y/z"])
def test_a_spec_that_is_none_is_said_and_the_training_goes_on(folder, spec):
    errors = run(TRAIN % 3, folder, clients=[RECORDING], NEPTUNE_EXPERIMENT=spec)
    assert "expected journal, offline, debug, async, sync or workspace/project, found %r" % spec in errors
    assert ("did you mean offline?" in errors) == (spec == "ofline")
    assert errors.index("expected journal") < errors.index("journal %s" % folder)  # said before the first row
    assert len(only_journal(folder).rows) == 3


@pytest.mark.parametrize("where", ["beside", "inside"])
def test_a_framework_may_keep_modules_of_any_name_beside_the_package_and_inside_it(folder, where):
    copy = folder / "framework" / "neptune_writer"
    shutil.copytree(str(PACKAGE), str(copy), ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("csv", "base", "json", "types", "logging", "subprocess", "argparse", "neptune"):
        if where == "beside" or name != "types":  # which Python itself imports before us
            place = copy.parent if where == "beside" else copy
            (place / (name + ".py")).write_text("raise RuntimeError(__file__)")
    run(TRAIN % 3, folder, clients=[RECORDING], **OFFLINE)
    path, = journals(folder)
    assert send(folder, [sys.executable, str(copy), str(path), "--to", "sync"])[0] == 0
    assert len(recorded_points(folder, "Epoch")) == 6


# The end, which is bounded

@pytest.mark.parametrize("client", [HANGING, FROZEN, SLOW], ids=["hanging", "frozen", "slow"])
def test_the_exit_waits_a_bounded_time_says_what_is_left_and_how_to_send_it(folder, client):
    begun = time.monotonic()
    errors = run("""
        logger = Logger("out", "toy")
        for epoch in range(12000):
            neptune_writer.write_row(logger, {"Epoch": epoch}, "Epoch")
        """, folder, clients=[client], **OFFLINE, NEPTUNE_WRITER_EXIT_SECONDS="1")
    assert time.monotonic() - begun < 6
    assert not processes_of(folder)
    path, = journals(folder)
    command = shlex.split(command_in(errors))
    assert command == [sys.executable, str(PACKAGE), str(path), "--to", "offline"]
    left = int(errors.splitlines()[-1].split()[1])
    assert 0 < left < 12000 if client is SLOW else left == 12000
    assert send(folder, command)[0] == 0
    assert [value for _, value, _ in recorded_points(folder, "Epoch")] == list(range(12000 - left, 12000))


def test_what_a_client_took_and_its_server_did_not_is_told_of_too(folder):
    begun = time.monotonic()
    errors = run(TRAIN % 3, folder, clients=[STALLED], NEPTUNE_EXPERIMENT="ws/project", NEPTUNE_WRITER_EXIT_SECONDS="2")
    assert time.monotonic() - begun < 6
    assert "the server has not got all of it yet; the client keeps the rest, send it with: " in errors
    assert "neptune sync --path %s\n" % folder in errors


def test_a_wait_that_a_person_notices_is_announced_once(folder):
    errors = run(TRAIN % 3, folder, clients=[HANGING], **OFFLINE, NEPTUNE_WRITER_EXIT_SECONDS="2.5")
    assert errors.count("waiting up to 0.5 s for rows to be sent") == 1


def test_with_no_time_given_the_exit_does_not_wait(folder):
    begun = time.monotonic()
    errors = run(TRAIN % 3, folder, clients=[HANGING], **OFFLINE, NEPTUNE_WRITER_EXIT_SECONDS="0")
    assert time.monotonic() - begun < 4
    assert "3 rows of" in errors


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
    assert "7 rows of %s are not sent; send them with: " % path in errors
    status, said = send(folder, command_in(errors))
    assert status == 0 and said.startswith("neptune: %s: 7 rows sent to offline: " % path)
    assert [step for step, _, _ in recorded_points(folder, "Epoch")] == [4000 * epoch for epoch in range(12)]
    assert send(folder, command_in(errors)) == (0, "neptune: %s: offline has all of it\n" % path)
    assert len(recorded_points(folder, "Epoch")) == 12


def test_a_path_with_spaces_and_quotes_is_in_a_command_that_runs(folder):
    odd = folder / "it's  a folder"
    odd.mkdir()
    errors = run(TRAIN % 3, odd, clients=[FAILING], **OFFLINE)
    assert send(folder, command_in(errors))[0] == 0
    assert len(recorded_points(folder, "Epoch")) == 3


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM])
def test_where_the_training_is_killed_the_child_sends_what_there_is_and_leaves(folder, sign):
    training = start(TRAIN % 2000 + "time.sleep(60)", folder, clients=[RECORDING], **OFFLINE)
    assert wait_until(lambda: journals(folder) and len(stored(journals(folder)[0]).rows) == 2000)
    training.send_signal(sign)
    training.communicate(timeout=30)
    assert wait_until(lambda: not processes_of(folder))
    assert len(recorded_points(folder, "Epoch")) == 2000
    assert recorded(folder)[-1][0] == "stop"


def test_where_the_training_is_killed_and_the_tracker_hangs_the_child_leaves_in_its_time(folder):
    training = start(TRAIN % 3 + "time.sleep(60)", folder, clients=[HANGING], **OFFLINE,
                     NEPTUNE_WRITER_EXIT_SECONDS="1")
    assert wait_until(lambda: journals(folder) and len(processes_of(folder)) == 2)
    training.kill()
    training.communicate(timeout=30)
    assert wait_until(lambda: not processes_of(folder), 5)


@pytest.mark.parametrize("fork", ["os.fork()", "ctypes.CDLL(None).fork()"])  # of the second, Python knows nothing
@pytest.mark.parametrize("end", ["sys.exit(0)", "os.kill(os.getpid(), 9)"])
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
    begun = time.monotonic()
    errors = run(FIRST_ROW + """
if os.fork() == 0:
    neptune_writer.write_row(logger, {"Epoch": 9, "TotalEnvInteracts": 9}, "TotalEnvInteracts")
    %s
begun = time.monotonic()
os.wait()
assert time.monotonic() - begun < 1, "the worker waited for the tracker"
os._exit(0)
""" % leave, folder, clients=[HANGING], **OFFLINE, NEPTUNE_WRITER_EXIT_SECONDS="3")
    assert time.monotonic() - begun < 4
    assert len(only_journal(folder).rows) == 1 and "not sent" not in errors


def test_ctrl_c_in_the_terminal_is_the_trainings_alone(folder):
    training = start("os.setpgid(0, 0)\n" + TRAIN % 5 + "time.sleep(60)", folder, clients=[RECORDING], **OFFLINE)
    assert wait_until(lambda: recorded_points(folder, "Epoch"))
    os.killpg(training.pid, signal.SIGINT)
    _, errors = training.communicate(timeout=30)
    assert errors.count("Traceback") == 1 and "are not sent" not in errors
    assert recorded(folder)[-1][0] == "stop"


def test_other_ranks_start_no_child(folder):
    errors = run(TRAIN % 3, folder, clients=[RECORDING], **OFFLINE, PMI_RANK="1")
    assert errors == "" and os.listdir(str(folder)) == ["training.py"]


def test_write_row_does_not_wait_for_a_tracker_that_hangs(folder):
    run(FIRST_ROW + """
slowest = 0.0
for epoch in range(1, 2000):
    begun = time.perf_counter()
    neptune_writer.write_row(logger, {"Epoch": epoch, "TotalEnvInteracts": epoch}, "TotalEnvInteracts")
    slowest = max(slowest, time.perf_counter() - begun)
assert slowest < 0.5, slowest
""", folder, clients=[HANGING], **OFFLINE, NEPTUNE_WRITER_EXIT_SECONDS="0")


@pytest.mark.parametrize("seconds", ["inf", "nan", "1e300", "soon"])
def test_a_strange_bound_stops_nothing(folder, seconds):
    run(TRAIN % 3, folder, clients=[RECORDING], **OFFLINE, NEPTUNE_WRITER_EXIT_SECONDS=seconds)
    assert len(recorded_points(folder, "Epoch")) == 3
