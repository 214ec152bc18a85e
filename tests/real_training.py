"""What the real-training lane shares: frameworks of the package index or of a clone, patched, and trained in their own
environments."""
import csv
import math
import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from environment import EnvironmentUnavailable, python_of
from releases import ReleaseUnavailable, unpacked
from trainings import journals

from neptune_writer.points.step_metrics import EVERY

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "scripts" / "examples"


def python(name):
    """The interpreter of an environment; skips where it cannot be had."""
    try:
        return str(python_of(name))
    except EnvironmentUnavailable as error:
        pytest.skip("NO REAL TRAINING: %s" % error)


def release(requirement, folder):
    """A copy of a release, which nobody has patched; skips where it cannot be had."""
    try:
        return copy_of(unpacked(requirement), folder)
    except ReleaseUnavailable as error:
        pytest.skip("NO REAL TRAINING: %s" % error)


def copy_of(checkout, folder):
    """A copy of a checkout in ``folder``, without what trainings leave."""
    def left(place, names):
        return {"__pycache__", *(["data"] if place == str(checkout) else [])} & set(names)

    target = folder / checkout.name
    shutil.copytree(checkout, target, symlinks=True, ignore=left)
    return target


def script(name, *arguments):
    """Run one of our scripts; returns its stdout."""
    done = subprocess.run([sys.executable, str(ROOT / "scripts" / name), *map(str, arguments)], capture_output=True,
                          text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def patched(checkout):
    """The checkout, with the patch installed."""
    script("install.py", checkout)
    return checkout


def variables_of(interpreter, checkout, variables):
    """The environment of a training: the checkout first, nothing of the shell's own tracking, and what a loaded machine
    needs: time to send at the exit, and one thread a process, since those of torch wait for one another by spinning."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEPTUNE_")}
    kept.update({"NEPTUNE_WRITER_EXIT_SECONDS": "100", **variables}, PYTHONPATH=str(checkout),
                PYTHONDONTWRITEBYTECODE="1", CUDA_VISIBLE_DEVICES="", OMP_NUM_THREADS="1", TF_CPP_MIN_LOG_LEVEL="3",
                PATH=os.path.dirname(interpreter) + os.pathsep + os.environ["PATH"])
    return kept


def run(interpreter, checkout, folder, *arguments, status=0, seconds=300, **variables):
    """Run a command line of the training's interpreter in ``folder``; returns its stdout and stderr."""
    done = subprocess.run([interpreter, *map(str, arguments)], cwd=folder, capture_output=True, text=True,
                          timeout=seconds, env=variables_of(interpreter, checkout, variables))
    assert done.returncode == status, (done.stdout[-3000:], done.stderr[-3000:])
    return done.stdout, done.stderr


def left_by(interpreter, checkout, place, text, **variables):
    """Run a script in a folder of its own; returns name -> text of its stdout and of each table it leaves in out/."""
    place.mkdir()
    (place / "train.py").write_text(text)
    output, errors = run(interpreter, checkout, place, "-W", "ignore", "train.py", **variables)
    assert variables or "neptune: " not in errors
    assert bool(variables) == bool(journals(place))
    return {"stdout": output, **{path.name: path.read_text() for path in (place / "out").glob("[lp]*.*")}}


def columns(path):
    """A CSV file as name -> numbers, as they follow one another in the rows that have one."""
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: [float(row[name]) for row in rows if row[name]] for name in rows[0]}


def assert_holds(stored_run, table):
    """The stored run has every number of the table that trackers take, in series whose x rises. Of the step metric a
    number that follows itself is one point: two episodes that end at one step, in two environments."""
    step_metric = next((name for name in EVERY if name in table), None)
    for name, expected in table.items():
        if name == step_metric:
            expected = [x for index, x in enumerate(expected) if not index or x != expected[index - 1]]
        found = stored_run["series"].get(name, [])
        assert _same_numbers([value for _, value, _ in found], [x for x in expected if math.isfinite(x)]), name
        assert all(before[0] < after[0] for before, after in zip(found, found[1:])), name


def carried_on(own, first):
    """Where the points of the step metric stand: at the framework's own step, until `learn` is called again at row
    `first`; then x goes on from there. Two episodes that end at one step, in two environments, are one point."""
    steps = []
    for index, step in enumerate(own):
        x = step + (own[first - 1] if index >= first else 0)
        if x not in steps[-1:]:
            steps.append(x)
    return steps


def _same_numbers(found, expected):
    """Whether these are the same numbers: a CSV file has a 32-bit float in as many digits as tell it from others."""
    def single(number):
        return struct.pack("f", number)
    return len(found) == len(expected) and all(
        a == b or a != a and b != b or single(a) == single(b) for a, b in zip(found, expected))
