"""The logger whose rows are those of a run."""
import functools

from ... import installed, messages
from ...experiment import experiments
from ...idioms import model_runs
from ...points import step_metrics
from . import clocks, launchpad
from .base import Logger
from .throttle import Throttle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Mapping, Optional, Tuple


class _Process:
    """What the runs of a process belong to: its learner, its loops and their evaluation share one."""


_PROCESS = _Process()
_LEARNER = "learner"  # what Acme calls its learners' loggers


class NeptuneLogger(Logger):
    """Writes rows to a run. Loggers of one experiment share it, each with its prefix and a clock of its own.

    Nothing opens before the first row, nothing is raised, and a row that was written is on the disk, whether the
    logger is ever closed or not.

    Args:
        experiment: see `neptune_writer.connect`; None for what NEPTUNE_EXPERIMENT says, and where that says nothing,
            for what Neptune's client would do: NEPTUNE_MODE, the server of NEPTUNE_PROJECT, or the disk alone.
        prefix: what metrics are called: ``prefix/key``; None for ``key``. Those of a second logger that is open
            at the same time are called ``prefix_2/key``.
        index_name: the key whose value is a row's step. Where rows have none, the step is what Acme counts: the
            prefix's steps, steps, or episodes.
        time_delta: seconds from one row of device tensors (TensorFlow, jax) to the next, those in between are not even
            converted; 0 for every row. Rows of plain numbers are all written, see `throttle`.

    Raises:
        TypeError: ``experiment`` is no experiment.
    """

    _left_behind: "Optional[str]" = None  # the live experiment that a pickle left behind, as a text

    def __init__(self, experiment: "Any" = None, prefix: "Optional[str]" = None, index_name: "Optional[str]" = None,
                 time_delta: float = 0.0) -> None:
        if experiments.is_given(experiment):
            experiments.check(experiment)
        self._experiment = experiment
        self._prefix = str(prefix or "").strip("/")
        self._index_name = index_name
        self._time_delta = time_delta
        self._open()

    def _open(self) -> None:
        self._throttle = Throttle(self._time_delta, is_learner=self._prefix == _LEARNER)
        self._run: Any = None  # False where this process opens none
        self._clock = ""
        self._step_metric: Optional[str] = None
        self._names: Dict[str, str] = {}  # key -> metric

    def write(self, data: "Mapping[str, Any]") -> None:
        """Write one row: key -> number or array of one element. None stands for no value; of others one line says that
        they are skipped."""
        with messages.one_line_on_failure("a row was not recorded"):
            row = {str(key): value for key, value in data.items() if value is not None}
            if row and self._throttle.takes(row) and self._begin():
                self._write(row)

    def close(self) -> None:
        """The next logger of this prefix goes on where this one was. The run, which others may share, ends with the
        process or its user's `stop`."""
        if self._run:
            clocks.of_run(self._run).release(self)
            self._open()

    def _begin(self) -> bool:
        """At the first row; False where this process is not to open a run."""
        if self._run is None:
            experiment = experiments.chosen(self._experiment)
            if self._left_behind is not None and not experiments.is_given(self._experiment):
                messages.warn("%s: the live experiment %s was not pickled with its logger; rows go to %s"
                              % (self._prefix or "logger", self._left_behind, experiment))
            if isinstance(experiment, str) and not launchpad.is_wanted(self._prefix):
                self._run = False
            else:
                run = model_runs.of(_PROCESS, experiment, name=None, folder=None, framework=_framework())
                self._clock = clocks.of_run(run).claim(self._prefix, self)
                self._run = run  # last: another thread that writes through this logger goes by it
        return self._run is not False

    def _write(self, row: "Dict[str, Any]") -> None:
        step = self._step_of(row)
        for key in row.keys() - self._names.keys():
            self._names[key] = clocks.of_run(self._run).metric_name(self._prefix, key, self._clock)
        self._run.write_row({self._names[key]: value for key, value in row.items()}, step, self._clock or None)

    def _step_of(self, row: "Dict[str, Any]") -> "Any":
        """The row's step; None where it has none.

        The key it is taken from is chosen once, but for one that was asked for, and comes later.
        """
        if self._index_name in row:
            self._step_metric = self._index_name
        elif self._step_metric is None:
            names = step_metrics.of_label(self._prefix, row)
            self._step_metric = next((key for key in names if key in row), None)
        return None if self._step_metric is None else row.get(self._step_metric)

    def __copy__(self) -> "NeptuneLogger":
        return type(self)(self._experiment, self._prefix, self._index_name, self._time_delta)

    def __deepcopy__(self, memo: "Dict[int, Any]") -> "NeptuneLogger":
        return self.__copy__()  # a live experiment cannot be copied, and need not be

    def __getstate__(self) -> "Dict[str, Any]":  # pickles take along nothing that lives in this process
        state = {name: getattr(self, name) for name in ("_prefix", "_index_name", "_time_delta")}
        experiment, left_behind = experiments.pickled(self._experiment)
        return dict(state, _experiment=experiment, _left_behind=left_behind)

    def __setstate__(self, state: "Dict[str, Any]") -> None:
        self.__dict__.update(state)
        self._open()


@functools.lru_cache(maxsize=None)
def _framework() -> "Tuple[str, Optional[str]]":
    """The package that this one lies in, and its version."""
    package, _, _ = __name__.partition(".neptune_writer.")
    package = package.partition(".")[0]
    if package == "neptune_writer":
        return "acme", None
    return package, installed.package_version(package)
