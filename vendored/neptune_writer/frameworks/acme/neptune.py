"""The logger whose rows are those of a run."""
import sys

from ... import experiments, messages
from .. import runs
from .base import Logger
from .throttle import Throttle


class _Process:
    """What the runs of a process belong to: its learner, its loops and their evaluation share one."""


_PROCESS = _Process()


class NeptuneLogger(Logger):
    """Writes rows to a run. Loggers of one experiment share it, each with its prefix and an x axis of its own.

    Nothing opens before the first row, nothing is raised, and a row that was written is on the disk, whether the
    logger is ever closed or not.

    Args:
        experiment: see `neptune_writer.connect`; None for what NEPTUNE_EXPERIMENT says, and where that says nothing,
            for what Neptune's client would do: NEPTUNE_MODE, the server of NEPTUNE_PROJECT, or the disk alone.
        prefix: what metrics are called: ``prefix/key``; None for ``key``.
        index_name: the key whose value is a row's x. Where rows have none, it is what Acme counts: the prefix's steps,
            steps, or episodes.
        time_delta: seconds from one row of device tensors (TensorFlow, jax) to the next, those in between are not even
            converted; 0 for every row. Rows of plain numbers are all written.

    Raises:
        TypeError: the experiment is none.
    """

    def __init__(self, experiment=None, prefix=None, index_name=None, time_delta=0.0):
        if experiments.is_given(experiment):
            experiments.check(experiment)
        self._experiment = experiment
        self._prefix = prefix
        self._index_name = index_name
        self._throttle = Throttle(time_delta)
        self._steps = None  # names of what x may be taken from, best first

    def write(self, data):
        """Write one row: key -> number or array of one element. None stands for no value; of others one line says that
        they are skipped."""
        with messages.one_line_on_failure("a row was not recorded"):
            row = {str(key): value for key, value in data.items() if value is not None}
            if row and self._throttle.takes(row):
                self._write(row)

    def close(self):
        """Nothing is left to do: other loggers may share the run, which ends with the process or its user's `stop`."""

    def _write(self, row):
        stream = str(self._prefix or "")
        row = {self._called(key): value for key, value in row.items()}
        if self._steps is None:
            self._steps = self._steps_of(row)
        self._run().write_row(row, self._steps, stream)

    def _called(self, key):
        return "%s/%s" % (self._prefix, key) if self._prefix else key

    def _steps_of(self, row):
        """The names that x may have, the best first; other counters of the program only where its own is not there."""
        own = [self._index_name] if self._index_name else []
        if self._prefix:
            own.append("%s_steps" % self._prefix)
        others = sorted(name for name in row if name.endswith("_steps"))
        known = [self._called(name) for name in own + ["steps", "actor_steps"]]
        episodes = ["%s_episodes" % self._prefix, "episodes", "actor_episodes"]
        return tuple(known + others + [self._called(name) for name in episodes])

    def _run(self):
        experiment = self._experiment
        if not experiments.is_given(experiment):
            experiment = experiments.of_environment() or experiments.of_client()
        return runs.of(_PROCESS, experiment, name=None, folder=None, framework=_framework())

    def __getstate__(self):  # copies and pickles take along nothing that lives in this process
        experiment = self._experiment if isinstance(self._experiment, str) else None
        return dict(self.__dict__, _experiment=experiment)


def _framework():
    """The package that this one lies in, and its version."""
    package, _, _ = __name__.partition(".neptune_writer.")
    package = package.partition(".")[0]
    if package == "neptune_writer":
        return "acme", None
    version = getattr(sys.modules.get(package), "__version__", None)
    return package, version if isinstance(version, str) else None
