"""What the output formats of the Stable Baselines, old and new, share: which run a row goes to, and what it is called.

A patched logger module makes its own class of it, a writer like the framework's others:

    class NeptuneOutputFormat(OutputFormat, KVWriter): pass
"""
import os
import re
import sys
import tempfile
import weakref

from .. import installed, messages
from ..experiment import experiments
from ..system import working_directory
from . import hyperparameters, model_runs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, List, Mapping, Optional, Tuple, Type

_MADE_UP = re.compile(r".*-\d{4}(-\d\d){5}-\d+")  # a folder that `configure()` names where nobody has named one


class OutputFormat:
    """An output format next to the framework's own. Nothing opens before the first row.

    Args:
        experiment: see `neptune_writer.connect`; None for what NEPTUNE_EXPERIMENT says, and where that says nothing,
            for what Neptune's client would do: NEPTUNE_MODE, the server of NEPTUNE_PROJECT, or the disk alone.
        folder: where the logger writes; None for that of the logger it is given to.

    Raises:
        TypeError: the experiment is none.
    """

    framework: "Optional[str]" = None  # its name where the logger lies in no package
    counts: "Optional[str]" = None  # what a model's own steps are called in its rows: their clock
    _siblings: "Optional[List[Any]]" = None  # all formats of its logger, where NEPTUNE_EXPERIMENT added this one
    _model: "Any" = None
    _run: "Optional[model_runs.Run]" = None
    _made_in: "Optional[int]" = None

    def __init__(self, experiment: "Any" = None, folder: "Any" = None) -> None:
        if experiments.is_given(experiment):
            experiments.check(experiment)
        self.experiment = experiment
        self.folder = working_directory.absolute(folder, working_directory.current())
        self._made_in = os.getpid()

    def begin(self, model: "Any", **more: "Any") -> None:
        """From now on rows are those of ``model``, whose `learn` begins, be it for the first time or again.

        Args:
            model: held weakly; its run ends with it.
            **more: hyper-parameters that are not among its attributes.
        """
        config = hyperparameters.of(model, **more)
        name = "-".join(str(config[key]) for key in ("algorithm", "env") if key in config)
        self._model, self._run = weakref.ref(model), self._run_of(model, name)
        if self._run is not None:
            trained, is_new = getattr(model, "num_timesteps", 0), self._run.config() is None
            self._run.write_config(config)
            if not trained:
                self._run.restart(self.counts)
            elif is_new and not experiments.is_live(self.experiment) and not os.environ.get("NEPTUNE_CUSTOM_RUN_ID"):
                messages.warn("the model has trained for %s steps before, and this is a new run; to continue its old "
                              "one, start again with NEPTUNE_CUSTOM_RUN_ID=ID, where its journal is neptune-ID.jsonl"
                              % trained, once=(__name__, "trained"))

    def write_row(self, row: "Mapping[Any, Any]", step: "Any" = (), clock: "Optional[str]" = None) -> None:
        """Write one row; ``step``, ``clock``: see `neptune_writer.write_row`."""
        run = self.run()
        if run is not None:
            run.write_row(row, step, clock)

    def run(self) -> "Optional[model_runs.Run]":
        """The run that rows go to now; None where they go to none."""
        if self._siblings and any(isinstance(other, OutputFormat) and other is not self for other in self._siblings):
            return None  # the code names an experiment for this logger, which goes before the environment's
        if self.model() is None and (self._run is None or self._model is not None):
            self._model, self._run = None, self._run_of(self)
        return self._run

    def model(self) -> "Any":
        """The model that is trained; None where none is known, or it is gone."""
        return None if self._model is None else self._model()

    def close(self) -> None:
        """The logger is closed, and its run ends. The run of a model stays open, since it may learn
        again through another logger, and so does that of a live experiment."""
        if self._run is not None and self._model is None and not experiments.is_live(self.experiment):
            self._run.close()

    def _run_of(self, anchor: object, name: "Optional[str]" = None) -> "Optional[model_runs.Run]":
        if self._siblings and not experiments.is_given(self.experiment) and experiments.of_environment() is None:
            return None  # NEPTUNE_EXPERIMENT, which this format was added for, has been unset since
        experiment = experiments.chosen(self.experiment)
        folder = None if self.folder is None or _is_made_up(self.folder) else self.folder
        return model_runs.of(anchor, experiment, None if self._siblings else self._made_in, name=name, folder=folder,
                             framework=_framework(self))

    def __getstate__(self) -> "Dict[str, Any]":  # copies and pickles take along nothing that lives in this process
        experiment, _ = experiments.pickled(self.experiment)
        return {"experiment": experiment, "folder": self.folder, "_siblings": self._siblings and [self]}


def with_neptune(formats: "Any", folder: "Any", kind: "Type[OutputFormat]") -> "Any":
    """A logger's output formats, with ours among them where NEPTUNE_EXPERIMENT names an experiment and the code none.

    Args:
        formats: a list, which is not changed; the very same object comes back where nothing is to be added.
        folder: the logger's.
        kind: the class of ours.
    """
    with messages.one_line_on_failure("the logger has no output for Neptune"):
        ours = [one for one in formats if isinstance(one, OutputFormat)] if isinstance(formats, (list, tuple)) else None
        if ours is None:
            return formats  # some fork's own idea of formats: an iterator would be used up by looking
        for one in ours:
            one.folder = one.folder or working_directory.absolute(folder, working_directory.current())
        if not ours and experiments.of_environment() is not None:
            added = kind(folder=folder)
            added._siblings = list(formats) + [added]
            return added._siblings
    return formats


def begin(model: "Any", logger: "Any", **more: "Any") -> None:
    """A model's `learn` begins: the rows of ``logger`` are those of its run.

    A logger that was made before NEPTUNE_EXPERIMENT was set gets its output now.

    Args:
        model: the framework's algorithm, which is not changed.
        logger: what its rows are written by.
        **more: see `OutputFormat.begin`.
    """
    with messages.one_line_on_failure("the model has no run of its own"):
        kind = _kind_of(logger)
        if kind is not None:
            logger.output_formats = with_neptune(logger.output_formats, logger.dir, kind)
        for one in logger.output_formats:
            if isinstance(one, OutputFormat):
                one.begin(model, **more)


def _kind_of(logger: object) -> "Optional[Type[OutputFormat]]":
    """The class that the logger's module has made of ours; that of a user's subclass has none."""
    modules: "Iterator[Any]" = (sys.modules.get(cls.__module__) for cls in type(logger).__mro__)
    return next((module.NeptuneOutputFormat for module in modules if hasattr(module, "NeptuneOutputFormat")), None)


def _is_made_up(folder: "Any") -> bool:
    """Whether the framework chose this folder, one of the temporary ones, where nobody would look for a run."""
    place, name = os.path.split(os.path.abspath(str(folder)))
    return place == os.path.abspath(tempfile.gettempdir()) and _MADE_UP.fullmatch(name) is not None


def _framework(output_format: "OutputFormat") -> "Tuple[Optional[str], Optional[str]]":
    """The package that the logger lies in, and its version."""
    package, _, module = type(output_format).__module__.partition(".")
    return package if module else output_format.framework, installed.package_version(package)
