"""The trackers, one small class each; the tables at the end say which is which.

A tracker takes `write_config` (a nested plain dict), `write_points` (metric -> `series.Points`), `flush` (what was
written survives the process) and `close`. A metric that its client refuses is named once and skipped.
"""
import importlib
import inspect
import os
import shlex
import shutil
import sys
import threading
import time

from . import config as configs
from . import experiments, messages, specs


class Tracker:
    """What they share; a client's object is `experiment`, `ours` whether we opened it and therefore stop it.

    Attributes:
        place: where a person finds the run, a text; None where the client does not say.
    """

    place = None

    def __init__(self, experiment, ours):
        self.experiment = experiment
        self.ours = ours

    def write_config(self, config):
        """Record the hyper-parameters under ``config/``."""
        for path, value in configs.flatten(config):
            self._guarded(path, self._set, path, value)

    def write_points(self, series):
        """Append to each metric its points."""
        for name, points in series.items():
            self._guarded(name, self._append, name, points)

    def flush(self):
        """Return once what was written is with the client's own storage."""

    def close(self, seconds):
        """End what we opened, waiting so many seconds at most; None for as long as it takes."""

    def _guarded(self, name, call, *arguments):
        try:
            call(*arguments)
        except Exception as error:
            if isinstance(error, OSError) or "Connection" in type(error).__name__:
                raise  # not refused but not reached: to be sent again
            messages.warn("%s is not tracked: %s" % (name, messages.short(error)), once=(id(self), name))

    def _set(self, path, value):
        raise NotImplementedError

    def _append(self, name, points):
        raise NotImplementedError


class Run(Tracker):
    """The second generation: ``neptune.new`` 0.9 to 0.16 and ``neptune`` 1.x."""

    def _set(self, path, value):
        self.experiment[path] = value

    def _append(self, name, points):
        field = self.experiment[name]
        if hasattr(type(field), "extend"):
            field.extend([float(value) for value in points.values], steps=points.steps, timestamps=points.times)
        else:
            for value, step, at in zip(*points):
                field.log(float(value), step=step, timestamp=at)

    def flush(self):
        self.experiment.wait(disk_only=True)

    def close(self, seconds):
        if not self.ours:
            return
        begun = time.monotonic()
        if not self._is_sent_within(seconds and seconds * 0.7):  # the rest is for `stop`, and for saying so
            messages.warn("the server has not got all of it yet; the client keeps the rest, send it with: %s"
                          % _sync_command())
        self.experiment.stop(seconds=seconds and max(0.0, begun + seconds - time.monotonic()))

    def _is_sent_within(self, seconds):
        """Whether the client handed all of it to its server. Its own `wait` has no bound."""
        done = threading.Event()

        def wait():
            with messages.one_line_on_failure("waiting for the server"):
                self.experiment.wait()
                done.set()

        waiting = threading.Thread(target=wait, daemon=True)
        waiting.start()
        waiting.join(seconds)  # of the thread, which also ends where `wait` raises
        return done.is_set()


class Experiment(Tracker):
    """The first generation: ``neptune-client`` 0.4 to 0.16, ``neptune.legacy``."""

    def _set(self, path, value):
        self.experiment.set_property(path, value)

    def _append(self, name, points):
        for value, step, at in zip(*points):
            self.experiment.log_metric(name, step, float(value), timestamp=at)

    def close(self, seconds):
        if self.ours:
            self.experiment.stop()


class Nothing(Tracker):
    """For the first generation's offline object, which stores nothing; the run stands on the disk anyway."""

    def write_config(self, config):
        """Nowhere."""

    def write_points(self, series):
        """Nowhere."""


def of_live(experiment):
    """The tracker for a live experiment, which is not ours to stop; see `experiments.kind_of`."""
    return _OF_KIND[experiments.kind_of(experiment)](experiment, ours=False)


def open_spec(spec, header):
    """Open the run that a spec string names, as a tracker of ours.

    Raises:
        ImportError: no client is installed in this environment.
        Exception: whatever the client raises when it cannot reach its server.
    """
    mode = spec if spec in specs.MODES else None
    if header["argv"]:  # clients record the script: the trainer's, not ours
        sys.argv = header["argv"]
        sys.modules["__main__"].__file__ = sys.argv[0]
    client = _import("neptune")
    for module, name in _OPENERS:
        init = getattr(_import(module, optional=True), name, None)
        if init is not None:
            return _open_run(init, mode, spec, header)
    return _open_experiment(client, mode, spec, header)


def _import(name, optional=False):
    try:
        return importlib.import_module(name)
    except ImportError as error:
        if optional:
            return None
        raise ImportError("%s has no Neptune client (%s); pip install neptune, or point NEPTUNE_WRITER_PYTHON at a "
                          "Python that has one" % (sys.executable, error))


def _open_run(init, mode, spec, header):
    """Hardware, output and source code stay out of it: the run holds what the training logged."""
    wanted = {
        "mode": mode or os.environ.get("NEPTUNE_MODE") or "async",
        "project": None if mode else spec,
        "custom_run_id": header.get("resumes") or header["run"],
        "name": header["name"],
        "tags": header["tags"],
        "source_files": [],
        "git_ref": False,
        "capture_stdout": False,
        "capture_stderr": False,
        "capture_hardware_metrics": False,
        "capture_traceback": False,
        "fail_on_exception": False,
    }
    known = inspect.signature(init).parameters
    run = init(**{name: value for name, value in wanted.items() if name in known and value is not None})
    run["group"] = header["group"]
    tracker = Run(run, ours=True)
    if wanted["mode"] == "offline":
        tracker.place = "%s; to a server with: %s --project WORKSPACE/PROJECT" % (
            os.path.join(os.getcwd(), ".neptune"), _sync_command())
    elif wanted["mode"] != "debug":
        with messages.one_line_on_failure("the run's address"):
            tracker.place = run.get_url() if hasattr(type(run), "get_url") else None
    return tracker


def _sync_command():
    """The client's own command that sends what it keeps in this directory."""
    neptune = shutil.which("neptune", path=os.path.dirname(sys.executable)) or "neptune"
    return " ".join(map(shlex.quote, [neptune, "sync", "--path", os.getcwd()]))


def _open_experiment(client, mode, spec, header):
    if mode in ("offline", "debug"):
        raise ValueError("the first generation of the client stores nothing offline; the run is its journal")
    client.init(None if mode else spec)
    experiment = client.create_experiment(
        name=header["name"], tags=header["tags"], properties={"group": header["group"]}, upload_source_files=[],
        upload_stdout=False, upload_stderr=False, send_hardware_metrics=False, run_monitoring_thread=False,
        handle_uncaught_exceptions=False)
    return Experiment(experiment, ours=True)


_OF_KIND = {experiments.RUN: Run, experiments.EXPERIMENT: Experiment, experiments.NOTHING: Nothing}
_OPENERS = (("neptune", "init_run"), ("neptune.new", "init_run"), ("neptune.new", "init"))
