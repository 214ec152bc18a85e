"""The child process: a spec is served beside the training, which neither waits nor dies for it."""
import shutil
import sys

import pytest
from trainings import (
    FAILING, FIRST_ROW, OFFLINE, PACKAGE, QUICK, RECORDING, TOKEN, TRAIN, command_in, everything_written, journals,
    offline_runs, only_journal, recorded, recorded_points, run, send, start, stored)


@pytest.fixture
def folder(training_folder):
    return training_folder


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


# With the client

real = pytest.mark.parametrize("clients", [
    pytest.param([QUICK], id="quick"), pytest.param([], id="as it is", marks=pytest.mark.slow)])


@pytest.mark.slow
@real
def test_an_offline_run_holds_every_metric_step_time_and_the_config(folder, clients):
    errors = run(TRAIN % 50, folder, clients=clients, **OFFLINE, NEPTUNE_TAGS="baseline")
    journal, = map(stored, journals(folder))
    found, = offline_runs(folder)
    assert len(journal.rows) == 50 and journal.ended
    assert found["series"] == points_of(journal)
    fields = found["fields"]
    assert {path: value for path, value in fields.items() if path.startswith("config/")} == {
        "config/lr": 1e-3, "config/ac/sizes": "[64, 64]", "config/seed": 3}
    assert fields["sys/name"] == "toy seed 3"
    assert fields["group"] == journal.header["group"]
    assert fields["sys/tags"] == ["baseline"]
    assert not [path for path in fields if path.startswith("monitoring")]
    assert fields["source_code/files"] == []
    assert fields["source_code/entrypoint"] == "training.py"
    said = [line for line in errors.splitlines() if "waiting up to" not in line]  # as it does on a busy machine
    assert [line.split(":")[1].split()[0] for line in said] == ["journal", "50"]
    assert "sent on to offline" in errors and "50 rows sent to offline: %s; " % (folder / ".neptune") in errors


@pytest.mark.slow
@real
def test_no_token_is_in_any_file_of_an_offline_run_nor_in_any_output(folder, clients):
    again = "neptune_writer.write_config(logger, {'note': '%s', 'api_token': 'x%s'})" % (TOKEN, TOKEN)
    errors = run(TRAIN % 3 + again, folder, clients=clients, **OFFLINE, NEPTUNE_API_TOKEN=TOKEN)
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
    assert (how["mode"], how["project"], how["name"], how["tags"]) == ("offline", None, "toy seed 3", [])
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


@pytest.mark.parametrize("rows", [3000, pytest.param(20000, marks=pytest.mark.slow)])
def test_a_training_that_ends_at_once_loses_no_row(folder, rows):
    run(TRAIN % rows, folder, clients=[RECORDING], **OFFLINE)
    assert [value for _, value, _ in recorded_points(folder, "Epoch")] == list(range(rows))
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


@pytest.mark.slow
def test_a_run_that_hangs_delays_no_other(folder):
    errors = run("""
        for name in ("hangs", "goes"):
            logger = Logger(name, name)
            neptune_writer.write_row(logger, {"Epoch": 0}, "Epoch")
        while not os.path.exists("recorded.jsonl") or "extend" not in open("recorded.jsonl").read():
            time.sleep(0.05)
        """, folder, clients=[RECORDING], **OFFLINE, NEPTUNE_WRITER_EXIT_SECONDS="0.6")
    assert len(recorded_points(folder, "Epoch")) == 1
    assert "1 row of %s has not been sent" % journals(folder / "hangs")[0] in errors
    assert errors.count("not been sent") == 1


def test_loggers_that_begin_at_once_share_one_child(folder):
    run("""
        import threading
        loggers = [Logger(str(number), str(number)) for number in range(8)]
        threads = [threading.Thread(target=neptune_writer.write_row, args=(logger, {"Epoch": 0}, "Epoch"))
                   for logger in loggers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        """, folder, clients=[RECORDING], **OFFLINE)
    opened = [how for function, how, *_ in recorded(folder) if function == "init_run"]
    assert len(opened) == 8 and len({how["pid"] for how in opened}) == 1


def test_what_a_client_prints_goes_to_a_log_beside_the_journal(folder):
    process = start(TRAIN % 1, folder, clients=[RECORDING], TOY_CLIENT_PRINTS="1", **OFFLINE)
    output, errors = process.communicate(timeout=30)
    assert "a client prints" not in output + errors and "and warns" not in output + errors
    journal, = journals(folder)
    assert sorted(journal.with_suffix(".log").read_text().split("\n")) == ["", "a client prints a lot", "and warns"]


@pytest.mark.slow
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
    assert "NEPTUNE_WRITER_PYTHON is %s, which is not a program; set it to a Python" % missing in errors
    assert len(only_journal(folder).rows) == 3
    assert send(folder, command_in(errors))[0] == 0
    assert len(recorded_points(folder, "Epoch")) == 3


def test_a_python_without_a_client_is_told_what_to_install(folder):
    bare = a_python(folder, 'exec "%s" -S -E "$@"\n' % sys.executable)
    errors = run(TRAIN % 3, folder, **OFFLINE, NEPTUNE_WRITER_PYTHON=bare)
    said, = [line for line in errors.splitlines() if "pip install" in line]
    assert "pip install neptune, or point NEPTUNE_WRITER_PYTHON at a Python that has it" in said
    assert "3 rows of" in errors


@pytest.mark.slow
def test_a_client_that_fails_is_one_line_and_the_training_goes_on(folder):
    errors = run(TRAIN % 3, folder, clients=[FAILING], **OFFLINE)
    path, = journals(folder)
    lines = errors.splitlines()
    assert lines[1] == "neptune: offline: RuntimeError: --- no such project ---; rows stay in %s" % path
    assert lines[2].startswith("neptune: 3 rows of %s have not been sent. To send them: " % path)
    assert len(lines) == 3


def test_a_spec_in_the_code_that_is_none_is_said_by_the_name_it_has_there(folder):
    errors = run(TRAIN.replace('"toy")', '"toy", "ofline")') % 3, folder)
    assert errors.startswith("neptune: neptune_experiment: 'ofline' is not a spec")


@pytest.mark.parametrize("spec", ["ofline", "goodsed:x", "a/b/c", "x:y/z"])
def test_a_spec_that_is_none_is_said_and_the_training_goes_on(folder, spec):
    errors = run(TRAIN % 3, folder, clients=[RECORDING], NEPTUNE_EXPERIMENT=spec)
    assert errors.startswith("neptune: NEPTUNE_EXPERIMENT: %r is not a spec" % spec)
    assert "; use journal, offline, debug, async, sync, workspace/project, or SCHEME:TARGET" in errors
    assert ("did you mean offline?" in errors) == (spec == "ofline")
    assert errors.index("use journal") < errors.index("journal %s" % folder)  # said before the first row
    assert len(only_journal(folder).rows) == 3


@pytest.mark.slow
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
