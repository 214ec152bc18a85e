"""A training that is no Python file run by a Python (S5, S28): frozen, embedding, in an archive. The kind: what we
start beside it must be a Python that runs our package, else nothing is started and the command that sends is said."""
import os
import shlex
import subprocess
import sys
import zipapp

import pytest
from trainings import (
    OFFLINE, PACKAGE, PROLOGUE, RECORDING, TRAIN, command_in, environment, journals, processes_of, recorded_points, run,
    send, stored)

from neptune_writer.system import interpreters

PROGRAM = """#!/bin/sh
echo run again >> "%s/count"
exec "%s" "%s/training.py"
"""


@pytest.fixture
def folder(training_folder):
    return training_folder


@pytest.fixture
def program(folder):
    """Stands for a frozen application, which trains whatever its arguments are."""
    path = folder / "train-it"
    path.write_text(PROGRAM % (folder, sys.executable, folder))
    path.chmod(0o755)
    return path


def frozen(program, *lines):
    return "import sys\nsys.executable = %r\n%s\n" % (str(program), "\n".join(lines)) + TRAIN % 3


NOWHERE = "sys.prefix = sys.base_prefix = '/nowhere'; sys._base_executable = sys.executable"
KINDS = {
    "PyInstaller": "sys.frozen = True; " + NOWHERE,
    "embedded": NOWHERE,
    "no executable": "sys.executable = ''; " + NOWHERE,
    "none": "sys.executable = None; " + NOWHERE,
    "frozen and called python": "sys.frozen = True; sys.executable = %r; " + NOWHERE,
}


@pytest.mark.parametrize("kind", [pytest.param(kind, marks=[pytest.mark.slow] * (number > 1))
                                  for number, kind in enumerate(KINDS)])
def test_a_program_that_is_no_python_is_not_started_again(folder, program, kind):
    """S5."""
    lines = KINDS[kind]
    if "%r" in lines:
        lines %= str(program.rename(folder / "python"))
    errors = run(frozen(program, lines), folder, clients=[RECORDING], **OFFLINE)
    assert not (folder / "count").exists() and not processes_of(folder)
    path, = journals(folder)
    assert len(stored(path).rows) == 3
    said, = [line for line in errors.splitlines() if "is not a Python" in line]
    assert "set NEPTUNE_WRITER_PYTHON to one that has neptune; the run is kept in its journal" in said
    assert "3 rows of %s have not been sent" % path in errors
    assert os.access(shlex.split(command_in(errors))[0], os.X_OK)
    assert send(folder, command_in(errors))[0] == 0
    assert len(recorded_points(folder, "Epoch")) == 3


@pytest.mark.parametrize("kind, found", [
    ("sys.frozen = True; ", "sys._base_executable = %r" % sys.executable),
    ("", "sys.prefix = %r" % sys.prefix),
    pytest.param("", "sys.base_prefix = %r" % sys.prefix, marks=pytest.mark.slow)])
def test_a_python_that_belongs_to_the_program_is_found(folder, program, kind, found):
    run(frozen(program, kind + NOWHERE, found), folder, clients=[RECORDING], **OFFLINE)
    assert not (folder / "count").exists()
    assert len(recorded_points(folder, "Epoch")) == 3


def test_a_python_that_is_named_goes_before_all(folder, program):
    run(frozen(program, KINDS["PyInstaller"], "os.environ['NEPTUNE_WRITER_PYTHON'] = %r" % str(program),
               "os.environ['NEPTUNE_WRITER_PYTHON'] = sys.argv[1]"), folder, clients=[RECORDING],
        arguments=[other_python(folder)], **OFFLINE)
    assert not (folder / "count").exists()
    assert len(recorded_points(folder, "Epoch")) == 3


def other_python(folder):
    path = folder / "other"
    path.write_text('#!/bin/sh\nPYTHONPATH="%s" exec "%s" "$@"\n' % (RECORDING, sys.executable))
    path.chmod(0o755)
    return str(path)


def test_where_what_is_named_is_the_training_again_that_one_records_and_starts_nothing(folder, program):
    errors = run(frozen(program) + """
while not os.path.exists("count"):
    time.sleep(0.02)
""", folder, clients=[RECORDING], **OFFLINE, NEPTUNE_WRITER_PYTHON=str(program))
    assert (folder / "count").read_text() == "run again\n"
    assert len(journals(folder)) == 1
    assert "3 rows of" in errors


@pytest.mark.parametrize("name, is_python", [
    ("python", True), ("python3", True), ("python3.11", True), ("Python", True), ("python3.13t", True),
    ("pypy3.10", True), ("python.exe", True), ("mayapy", True), ("uwsgi", False), ("uwsgi_python3", False),
    ("blender", False), ("train", False), ("my-python-app", False), ("spyder", False), ("httpd", False)])
def test_a_python_is_known_by_its_name(tmp_path, name, is_python):
    path = tmp_path / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    assert interpreters._is_python(str(path)) == is_python


def test_what_is_for_the_python_that_trains_does_not_mislead_another(monkeypatch):
    given = {"PYTHONPATH": "p", "PYTHONHOME": "h", "LD_LIBRARY_PATH": "bundled", "LD_LIBRARY_PATH_ORIG": "original"}
    same = interpreters.environment(sys.executable, given)
    assert same.pop(interpreters.GUARD) and same == given
    monkeypatch.setenv("NEPTUNE_WRITER_PYTHON", "/other/python")
    assert "PYTHONPATH" not in interpreters.environment("/other/python", given)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert interpreters.environment("/other/python", given)["LD_LIBRARY_PATH"] == "original"


# In an archive

@pytest.fixture
def archive(folder):
    """A zipapp with the package somewhere in it, beside modules of names that Python's own have."""
    source = folder / "source"
    within = source / "framework" / "utils"
    within.mkdir(parents=True)
    subprocess.run(["cp", "-r", str(PACKAGE), str(within)], check=True)
    (within / "csv.py").write_text("raise RuntimeError(__file__)")
    (source / "__main__.py").write_text(
        "import sys\nsys.path.insert(0, sys.path[0] + '/framework/utils')\n" + PROLOGUE + TRAIN % 3)
    zipapp.create_archive(source, folder / "train.pyz")
    subprocess.run(["rm", "-r", str(source)], check=True)
    return folder / "train.pyz"


def train_in(archive, folder, python=sys.executable, **variables):
    done = subprocess.run([python, str(archive)], cwd=str(folder), stderr=subprocess.PIPE, universal_newlines=True,
                          env=dict(environment(**variables), PYTHONPATH=str(RECORDING)), timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_from_an_archive_rows_are_sent_as_from_a_folder(archive, folder):
    """S28."""
    errors = train_in(archive, folder, **OFFLINE)
    assert "3 rows sent to offline" in errors and "Traceback" not in errors and "not been sent" not in errors
    assert len(recorded_points(folder, "Epoch")) == 3


def test_the_command_of_a_training_in_an_archive_runs(archive, folder):
    errors = train_in(archive, folder, **OFFLINE, NEPTUNE_WRITER_PYTHON="/no/python")
    assert send(folder, command_in(errors))[0] == 0
    assert len(recorded_points(folder, "Epoch")) == 3


def test_where_the_package_is_inside_the_program_nothing_is_started_and_that_is_said(folder, monkeypatch):
    """As in the archive of a frozen application, which no Python reads."""
    inside = "from neptune_writer import installed\ninstalled.FOLDER = '/nowhere/neptune_writer'\n"
    errors = run(inside + TRAIN % 3, folder, clients=[RECORDING], **OFFLINE)
    assert "/nowhere/neptune_writer is not a folder on the disk, so that no Python can run it" in errors
    path, = journals(folder)
    assert command_in(errors) == "python3 scripts/replay.py %s --to offline" % path
