"""Trainings that log without a file being changed: the hook of `run`, in the Pythons of tests."""
import contextlib
import os
import subprocess
import sys
from pathlib import Path

from small_checkout import snapshot
from trainings import journals, stored

from scripts.running import overlay


@contextlib.contextmanager
def made(cache):
    """The folder of the hook, in a cache of the tests' own."""
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(cache)
    try:
        yield overlay.ready()
    finally:
        del os.environ["XDG_CACHE_HOME"]
        os.environ.update({"XDG_CACHE_HOME": before} if before is not None else {})


def variables_of(folder, *path, **variables):
    """The environment of a training that `run` started; ``path``: what else is on PYTHONPATH. Bytecode is written, so
    that what a framework gets of it shows."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return dict(kept, PYTHONPATH=os.pathsep.join(map(str, [folder / "hook", *path])), NEPTUNE_EXPERIMENT="journal",
                **variables)


def train(code, place, environment, python=sys.executable, options=(), status=0):
    """Run a script in a folder, made if missing; returns its stdout and stderr."""
    place.mkdir(exist_ok=True)
    (place / "train.py").write_text(code)
    done = subprocess.run([str(python), *options, "train.py"], cwd=place, env=environment, capture_output=True,
                          text=True, timeout=120, stdin=subprocess.DEVNULL)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout, done.stderr


def recorded(place):
    """What the journals below a folder hold, without what no two runs have alike; in no order."""
    found = []
    for path in journals(place):
        run = stored(path)
        rows = [{name: value for name, value in row.items() if name != "t"} for row in run.rows]
        header = {name: run.header.get(name) for name in ("name", "group", "tags", "framework", "framework_version")}
        found.append(repr((header, run.configs, rows, run.ended)))
    return sorted(found)


def framework_files(folder):
    """`snapshot`, without the bytecode of what is not patched: Python's own business."""
    found = snapshot(folder)
    written = [path for path in found if path.endswith(".pyc") and Path(path).name.startswith(("logger.", "models.",
                                                                                               "logx.", "serialise."))]
    assert not written, "bytecode of ours in the framework's folder"
    return {path: content for path, content in found.items() if "__pycache__" not in path}
