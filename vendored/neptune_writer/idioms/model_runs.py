"""Which run rows belong to: one a model and experiment, however often it learns and through whatever loggers.

A live experiment is one run, whichever models write to it: their steps carry on, one after the other.
"""
import os

from .. import (_writers, close, connect, restart, values, write_config,
                write_row)
from ..experiment import experiments
from ..recording import config as configs
from ..recording.registry import Registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Mapping, Optional, Tuple, Union

    from ..recording.writer import Writer

_families = Registry()  # model, logger's format or live experiment -> its _Runs, ended with it


def of(anchor: object, experiment: "Any", process: "Optional[int]" = None, **described: "Any") -> "Run":
    """The `Run` of ``anchor`` in ``experiment``, the same one each time.

    Args:
        anchor: what the run lives and ends with: a model, or the output format where there is none.
        experiment: as `neptune_writer.connect` takes it, not None.
        process: the number of the one that the user made a logger in: in a fork of the one that the run is of, such a
            logger has a run of its own. None where the framework made it, whose rows are the inherited run's.
        **described: what a new one is described by, see `Run`.

    Raises:
        TypeError: the experiment is none.
    """
    if not isinstance(experiment, str) and experiments.is_live(experiment):
        anchor = experiment
    family: "_Runs" = _families.get(anchor) or _families.add_once(anchor, _Runs())
    key: "Any" = experiment if isinstance(experiment, str) else id(experiment)
    if process not in (None, family.process):
        key = (key, process)
    run: "Optional[Run]" = family.runs.get(key)
    if run is None:  # threads may begin at once: one of them is first, and no lock is there to be forked while held
        run = family.runs.setdefault(key, Run(experiment, **described))
    return run


class Run:
    """One run; the owner of its writer.

    Args:
        experiment: see `of`.
        name: the run's name, or None for that of the folder or the script.
        folder: where its journal lies, or None.
        framework: a pair of name and version.
        header: see `neptune_writer.connect`.
    """

    def __init__(self, experiment: "Any", name: "Optional[str]", folder: "Optional[str]",
                 framework: "Tuple[Optional[str], Optional[str]]", header: "Optional[Dict[str, Any]]" = None) -> None:
        self._config: "Optional[Dict[str, Any]]" = None
        self._writer: "Optional[Writer]" = None
        connect(self, experiment, framework=framework, header=header, output_dir=folder, exp_name=name)
        self._experiment = experiment  # whose id is a key: kept, so that no other object gets it

    def write_config(self, config: "Any") -> None:
        """Add hyper-parameters to those that are known; what is known already is not written again."""
        plain = dict(self._config or {}, **configs.plain(config))
        if plain != self._config:
            self._config = plain
            write_config(self, plain)

    def write_row(self, row: "Mapping[Any, Any]", step: "Any" = (), clock: "Optional[str]" = None) -> None:
        """See `neptune_writer.write_row`."""
        write_row(self, row, step, clock)

    def write_scalar(self, name: str, value: "Union[int, float]", step: "Union[int, float]",
                     when: "Optional[float]" = None) -> None:
        """See `writer.Writer.write_scalar`."""
        if self._writer is None:
            self._writer = _writers.get(self)
        if self._writer is not None:
            self._writer.write_scalar(self, name, value, step, when)

    def config(self) -> "Optional[Dict[str, Any]]":
        """The hyper-parameters that are known, plain; None where none are."""
        return self._config

    def going_on(self) -> "Dict[str, Any]":
        """The ``header`` of a run that continues this one after it was closed."""
        writer = _writers.get(self)
        return {} if writer is None else writer.going_on()

    def from_checkpoint(self, step: "Any") -> None:
        """Rows from this step on are superseded by those that follow."""
        writer = _writers.get(self)
        found = values.step(step)
        if writer is not None and found is not None:
            writer.mark("checkpoint", step=found)

    def restart(self, clock: "Optional[str]" = None) -> None:
        """See `neptune_writer.restart`."""
        restart(self, clock)

    def close(self) -> None:
        """See `neptune_writer.close`."""
        close(self)


class _Runs:
    def __init__(self) -> None:
        self.runs: "Dict[Any, Run]" = {}
        self.process = os.getpid()

    def close(self) -> None:
        """Close all of them."""
        for run in self.runs.values():
            run.close()
