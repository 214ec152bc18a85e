"""The package copied into a framework runs on every CPython from 3.6 to 3.13, with nothing but the standard library."""
import ast
import subprocess
import sys

import pytest
from environment import interpreters
from small_formats import FRAMEWORKS
from trainings import PACKAGE, RECORDING, only_journal, recorded_points, run

VERSIONS = ["3.%d" % minor for minor in range(6, 14)]
PRESENT = interpreters()

SCRIPT = """
import enum, fractions
class Half:
    def __float__(self):
        return 0.5
class Kind(enum.Enum):
    NEW = 1
logger = Logger("out", "toy")
config = {"lr": 1e-3, "kind": Kind.NEW, "sizes": (64, 64), "fn": Half, "logger": logger, "seed": 3, "s": {3, 1}}
neptune_writer.write_config(logger, config)
for step in (1000, 2000, 1000):
    neptune_writer.write_row(logger, {"TotalEnvInteracts": step, "Loss": float("nan"), "Half": Half(), "On": True,
                                      "Third": fractions.Fraction(1, 4), "Huge": 10 ** 400, "Note": "text",
                                      "\\xe9": 1e300},
                             ("TotalEnvInteracts", "Epoch"))
neptune_writer.close(logger)
"""


def python_of(version):
    if version not in PRESENT:
        pytest.skip("no Python %s on this machine" % version)
    return str(PRESENT[version])


@pytest.fixture(params=VERSIONS)
def python(request):
    return python_of(request.param)


@pytest.fixture(params=[VERSIONS[0]] + [pytest.param(version, marks=pytest.mark.slow) for version in VERSIONS[1:-1]]
                + [VERSIONS[-1]])
def either_end(request):
    """The oldest and the newest; the slow lane has those between, too."""
    return python_of(request.param)


def plain(journal):
    """A journal without times, process ids and what the machine says."""
    rows = [{name: value for name, value in row.items() if name != "t"} for row in journal.rows]
    return rows, journal.configs, journal.header["group"], journal.header["name"], journal.ended


def test_every_module_compiles(python):
    code = "import sys; [compile(open(path, 'rb').read(), path, 'exec') for path in sys.argv[1:]]"
    files = sorted(map(str, PACKAGE.rglob("*.py")))
    assert subprocess.run([python, "-W", "error", "-c", code] + files).returncode == 0


def test_the_same_training_makes_the_same_journal(python, tmp_path):
    errors = run(SCRIPT, tmp_path, python=python, NEPTUNE_EXPERIMENT="journal", PYTHONWARNINGS="error")
    rows, configs, group, name, ended = plain(only_journal(tmp_path))
    assert rows == [{"step": x, "clock": "TotalEnvInteracts", "values": {
        "TotalEnvInteracts": step, "Loss": "NaN", "Half": 0.5, "On": 1, "Third": 0.25, "\xe9": 1e300}}
        for step, x in [(1000, 1000), (2000, 2000), (1000, 3000)]]
    assert configs == [{"lr": 1e-3, "kind": "NEW", "sizes": [64, 64], "fn": "Half", "seed": 3, "s": [1, 3]}]
    assert group == "toy-4d1eba2a" and name == "toy" and ended
    assert errors.count("\n") == 3 and "neptune: journal " in errors
    assert "neptune: Huge: skipped, expected a number, found int\n" in errors
    assert "neptune: Note: skipped, expected a number, found str\n" in errors


def test_the_child_process_serves_it(either_end, tmp_path):
    errors = run(SCRIPT, tmp_path, python=either_end, clients=[RECORDING], NEPTUNE_EXPERIMENT="offline")
    assert [step for step, _, _ in recorded_points(tmp_path, "Half")] == [1000, 2000, 3000]
    assert "not been sent" not in errors


def test_where_the_locale_is_ascii_other_letters_stop_nothing(either_end, tmp_path):
    folder = tmp_path / "d\xe9j\xe0 vu"
    folder.mkdir()
    errors = run(SCRIPT, folder, python=either_end, clients=[RECORDING], NEPTUNE_EXPERIMENT="no such spec", LC_ALL="C",
                 PYTHONCOERCECLOCALE="0", PYTHONUTF8="0")
    assert len(only_journal(folder).rows) == 3
    assert "is not a spec; use journal, offline" in errors


def test_one_version_may_train_and_another_have_the_client(either_end, tmp_path):
    other = tmp_path / "client"
    other.write_text('#!/bin/sh\nPYTHONPATH="%s" exec "%s" "$@"\n' % (RECORDING, sys.executable))
    other.chmod(0o755)
    run(SCRIPT, tmp_path, python=either_end, NEPTUNE_EXPERIMENT="offline", NEPTUNE_WRITER_PYTHON=str(other))
    assert len(recorded_points(tmp_path, "Half")) == 3


def test_the_package_imports_nothing_but_the_standard_library_and_itself():
    imported = set()
    for path in set(PACKAGE.rglob("*.py")) - {PACKAGE / "frameworks" / "rllib" / "tune.py"}:  # which Ray alone imports
        tree = ast.parse(path.read_text())  # a tracker imports its client, but only once a run is opened
        for node in tree.body if path.parent.name == "trackers" else ast.walk(tree):
            if isinstance(node, ast.Import):
                imported.update(alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                imported.add(node.module.split(".")[0])
    if hasattr(sys, "stdlib_module_names"):
        assert imported <= set(sys.stdlib_module_names)
    assert "neptune" not in imported


def test_types_cost_the_training_nothing():
    """`typing` is imported for mypy alone: at run time it would make each import of a logger slower."""
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text())
        for_mypy = [node for block in tree.body if isinstance(block, ast.If) for node in ast.walk(block)]
        assert not [node for node in ast.walk(tree) if node not in for_mypy and (
            isinstance(node, ast.ImportFrom) and node.module == "typing"
            or isinstance(node, ast.Import) and "typing" in [alias.name for alias in node.names])], path


@pytest.mark.parametrize("framework", sorted(FRAMEWORKS))
def test_a_frameworks_idiom(train, training_folder, either_end, framework):
    train(framework, "Walk('P', CartPole(), verbose=1, learning_rate=lambda f: f * 0.5).learn(200)", python=either_end,
          NEPTUNE_EXPERIMENT="journal")
    run_ = only_journal(training_folder)
    assert [row["step"] for row in run_.rows] == [100, 200]
    assert run_.configs[0]["learning_rate"] == "lambda f: f * 0.5"
