"""Trainings on a real Ray, patched: what runs them, and what their runs must hold."""
import contextlib
import json
import math
import os
import shutil
import signal
import tempfile
from pathlib import Path

from real_training import patched, python, run
from trainings import journals, offline_runs, processes_of, stored, wait_until

SMALL = "num_cpus=2, include_dashboard=False, object_store_memory=200 * 1024 * 1024"
"""What `ray.init` is told on a small machine."""
NEW_STACK, OLD_STACK = "num_env_steps_sampled_lifetime", "timesteps_total"
"""The x of the two API stacks."""


class Ray:
    """The Ray of an environment, patched, in a folder of its own.

    The client of Neptune is in another environment: what Ray wants of its dependencies is not what it wants.

    Attributes:
        checkout: the folder that has the patched package.
    """

    def __init__(self, environment, folder):
        self.interpreter, self.client = python(environment), python("neptune-1.14-py311")
        self.home = tempfile.mkdtemp(prefix="ray-")  # a short path: Ray's sockets lie below it
        self.checkout = patched(self._linked(folder))

    def _linked(self, folder):
        """A copy of the package that costs no room: installing puts new files in place of links to the old."""
        code = "import importlib.util as u; print(u.find_spec('ray').origin)"
        package = Path(run(self.interpreter, folder, folder, "-c", code)[0].strip()).parent
        same_disk = os.stat(package).st_dev == os.stat(folder).st_dev
        shutil.copytree(package, folder / "ray", symlinks=True, copy_function=os.link if same_disk else shutil.copy2)
        return folder

    def run(self, folder, *arguments, checkout=None, status=0, **variables):
        """Run a script in ``folder``; returns its stdout and stderr."""
        for stale in Path(self.home).rglob("ray_current_cluster"):  # of one that is gone: `ray.init` would look for it
            stale.unlink()
        said = run(self.interpreter, checkout or self.checkout, folder, "-W", "ignore", *arguments, status=status,
                   seconds=900, HOME=str(folder), RAY_TMPDIR=self.home, RAY_USAGE_STATS_ENABLED="0",
                   NEPTUNE_WRITER_PYTHON=self.client, **variables)
        for process in processes_of(folder) if status == -signal.SIGKILL else ():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)  # Ray's own, which a driver that was killed leaves for a minute
        assert wait_until(lambda: not processes_of(folder), 60)
        return said

    def runs(self, folder):
        """Name -> what the tracker has of each run below a folder."""
        found = offline_runs(folder, self.client)
        named = {one["fields"]["sys/name"]: one for one in found}
        assert len(named) == len(found)
        return named

    def close(self):
        """Remove what Ray has written into its home."""
        shutil.rmtree(self.home, ignore_errors=True)


def leaves(result, prefix=""):
    """Path -> number, of one line of Ray's own result.json."""
    found = {}
    for name, value in result.items():
        if isinstance(value, dict) and (prefix or name != "config"):
            found.update(leaves(value, prefix + name + "/"))
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            found[prefix + name] = value
    return found


def results_of(folder):
    """The leaves of each result of a trial, as Ray wrote them down."""
    return [leaves(json.loads(line)) for line in (folder / "result.json").read_text().splitlines()]


def trial_folders(results):
    """Name -> folder of each trial."""
    return {stored(path).header["name"]: path.parent for path in journals(results)}


def assert_is_the_trial(stored_run, folder, x):
    """The run in the tracker has every leaf of every result of the trial at its x, and no series besides."""
    expected = {}
    for result in results_of(folder):
        for name, value in result.items():
            if math.isfinite(value):
                expected.setdefault(name, []).append((result[x], value))
    assert expected
    assert {name: [(step, value) for step, value, _ in points]
            for name, points in stored_run["series"].items()} == expected


def assert_journal_is_the_trial(path, x):
    """The same of a journal that lies in its trial's folder."""
    rows, results = _comparable(path, x)
    assert results and rows == results


def assert_journal_has_the_trial(path, x):
    """The same, but where a trial starts again Ray's own file may lose what was not copied to the storage yet."""
    rows, results = map(iter, _comparable(path, x))
    for result in results:
        assert any(row == result for row in rows)


def _comparable(path, x):
    """[(x, {name: number})] of the journal's rows and of the trial's results, in their order."""
    rows = [(row["step"], row["values"]) for row in stored(path).rows]
    return [[(step, {name: repr(float(value)) for name, value in row.items()}) for step, row in several]
            for several in (rows, [(result[x], result) for result in results_of(path.parent)])]
