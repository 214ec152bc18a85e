"""Loggers that collect a row and then dump it as a table: rlkit, rllab, rlpyt, OmniSafe, OfflineRL-Kit.

Such a logger is an object, or a whole module of which a process has one, and it outlives a training. A run is what it
writes into one folder: its next folder is its next run.
"""
import contextlib
import json
import os
import re
import sys

from .. import installed, messages, values
from ..experiment import experiments
from ..recording.cleaning import fields_of
from ..recording.registry import Registry
from ..system import files, working_directory
from ..system.process_lock import ProcessLock
from . import model_runs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Tuple

_CONFIGS = ("params.json", "variant.json", "config.json", os.path.join("record", "hyper_param.json"), "args.json",
            "config.yaml", os.path.join(".hydra", "config.yaml"))
"""Where the frameworks put a training's hyper-parameters, in its folder; what a later one says counts."""
_LARGEST_CONFIG = 10 ** 7  # bytes
_NO_PARAMETERS = ("args_data", "variant_data")  # pickles, in rllab's params.json
_NOT_A_NAME = re.compile(  # the parts of a folder's name by which runs of one training differ
    r"[-_&]?(?:timestamp[-_=])?\d{2,4}[-_]\d\d[-_]?\d\d[-_T]\d\d[-_:]?\d\d[-_:]?\d\d.*"  # a time, and what follows it
    r"|(?:^|[-_&])(?:seed|s|run)[-_=]?\d+(?=$|[-_&])", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")  # a folder called by a number is one of several: a seed, a day
_loggers = Registry()  # logger -> _Logger
_described = Registry()  # logger -> _Described
_unlisted: "Dict[str, _Unlisted]" = {}  # name of a module that `sys.modules` does not have -> what stands for it
_imported_in = working_directory.current()


def connect(owner: object, experiment: "Any") -> None:
    """Point a logger at an experiment, in place of the one that NEPTUNE_EXPERIMENT names.

    Args:
        owner: the framework's logger: an object, a module, or the module's name.
        experiment: see `neptune_writer.connect`.

    Raises:
        TypeError: the experiment is none.
    """
    if experiments.is_given(experiment):
        experiments.check(experiment)
    _logger_of(_object(owner)).experiment = experiment


def describe(owner: object, config: "Any", name: "Optional[str]" = None, folder: "Optional[str]" = None) -> None:
    """Say what the logger's runs are, where the framework knows more than their folder shows.

    Args:
        owner: as of `connect`.
        config: the hyper-parameters: a mapping, a namespace, a dataclass. Kept, and read when a run begins.
        name: the runs' name, without the seed and the time; None for what their folder is called.
        folder: where they lie, if what they write does not say it.
    """
    owner = _object(owner)
    described = _described.get(owner) or _described.add_once(owner, _Described())
    described.config, described.name, described.folder = config, name, folder


def write_row(owner: object, row: "Any", step: "Any" = None, folder: "Any" = None,
              clock: "Optional[str]" = None) -> None:
    """Record the row that the logger is about to dump.

    Args:
        owner: as of `connect`.
        row: metric name -> value, or pairs of these; a text of a number is that number. Copied at once.
        step: where the row stands, a number or a text of one; or the name of the metric that says it, and the number
            where the row lacks that; None where only the metrics may say.
        folder: that of the training, or a list of files in it, or a false value where none is known.
        clock: what the step counts, where the run's rows are counted by several things, see `neptune_writer.write_row`.
    """
    if not is_configured():
        return
    with messages.one_line_on_failure("a row was not recorded"):
        row = {name: values.parsed_number(value) for name, value in dict(row).items()}
        if row:
            owner = _object(owner)
            if isinstance(step, tuple):
                step = row.get(step[0], step[1])
            _logger_of(owner).run_in(owner, folder).write_row(row, values.parsed_number(step), clock)


def write_scalar(owner: object, name: object, value: object, step: object, folder: "Any" = None) -> None:
    """Record one number that the logger was given: `write_row` for those that are called once for each.

    Args:
        owner, folder: as of `write_row`.
        name: the metric's.
        value: the number; a text of one is that number.
        step: where it stands; None where only the metrics may tell.
    """
    if not is_configured():
        return
    number, at = values.number(values.parsed_number(value)), values.step(values.parsed_number(step))
    if number is None or at is None:
        write_row(owner, {name: value}, step, folder)  # which says what is no number
        return
    with messages.one_line_on_failure("a number was not recorded"):
        owner = _object(owner)
        _logger_of(owner).run_in(owner, folder).write_scalar(json.dumps(str(name)), number, at)


def is_configured() -> bool:
    """Whether rows go anywhere."""
    return bool(_loggers) or experiments.of_environment() is not None


class _Logger:
    """What is known of one logger.

    Attributes:
        experiment: what the code points it at; None for what the environment says.
    """

    def __init__(self) -> None:
        self.experiment = None
        # the run, what it is of, and its folder where one is known: in one, for threads that look at it
        self._current: "Tuple[Optional[model_runs.Run], Any, Optional[str]]" = (None, None, None)
        self._beginning = ProcessLock()

    def run_in(self, owner: object, folder: "Any") -> "model_runs.Run":
        """The `Run` of what the logger writes into that folder."""
        described = _described.get(owner)
        folder = folder or described and described.folder
        is_path = folder and isinstance(folder, (str, os.PathLike))
        folder = os.fspath(folder) if is_path else _folder_of_files(folder)
        run, of, known = self._current
        if run is not None and of is self.experiment and folder in (None, known):
            return run
        with self._beginning.held():  # threads that race for a first row: one of them begins the run
            return self._found_or_begun(owner, folder, described)

    def _found_or_begun(self, owner: object, folder: "Optional[str]",
                        described: "Optional[_Described]") -> "model_runs.Run":
        experiment = self.experiment
        run, of, known = self._current
        is_another = run is None or of is not experiment
        is_another |= not (folder is None or known is None or _is_same(folder, known) or _is_live(experiment))
        place = place_of(folder) if is_another or known is None else None
        if run is None or is_another:
            self.close()
            run = self._begin(owner, experiment, place, described)
        try:
            config = read_config(place)
            if described is not None and (is_another or config):
                config.update(described.as_config())
            if config:
                run.write_config(config)
        finally:
            self._current = run, experiment, folder or known  # last: other threads write to it without waiting
        return run

    def close(self) -> None:
        """End the run: the logger is gone, or begins another one."""
        run = self._current[0]
        if run is not None:
            run.close()

    def _begin(self, owner: object, experiment: "Any", place: "Optional[str]",
               described: "Optional[_Described]") -> "model_runs.Run":
        framework = installed.framework(owner), installed.version_of(owner)
        name = described and described.name or name_of(place)
        name = name or os.path.basename(sys.argv[0] if sys.argv else "") or "run"
        return model_runs.Run(experiment, name, place, framework)


class _Described:
    """What the framework's own code says of a logger's runs: ``config``, ``name`` and ``folder``, see `describe`."""

    config = name = folder = None

    def as_config(self) -> "Dict[str, Any]":
        """The hyper-parameters as a dictionary."""
        return dict(fields_of(self.config) or {})

    def close(self) -> None:
        """The logger is gone."""


def _logger_of(owner: object) -> "_Logger":
    found: "_Logger" = _loggers.get(owner) or _loggers.add_once(owner, _Logger())
    return found


def _object(owner: object) -> object:
    """The module of a name, or what stands for it."""
    if not isinstance(owner, str):
        return owner
    return sys.modules.get(owner) or _unlisted.setdefault(owner, _Unlisted())


class _Unlisted:
    """Stands for a module that runs under no name."""


def _is_same(folder: str, other: str) -> bool:
    """Whether both are one folder, as `./out` and Path("./out"), which says `out`."""
    return folder == other or os.path.normpath(folder) == os.path.normpath(other)


def _is_live(experiment: "Any") -> bool:
    return experiment is not None and not isinstance(experiment, str) and experiments.is_live(experiment)


def _folder_of_files(paths: "Any") -> "Optional[str]":
    """The folder of the first of some files; None where there is none."""
    first = next(iter(paths), None) if isinstance(paths, (list, tuple)) else None
    return None if first is None else os.path.dirname(str(first)) or os.curdir


def place_of(folder: "Any") -> "Optional[str]":
    """Where the folder is, a text: relative to where the process is now, or, if it has moved since, to where it was."""
    if folder is None:
        return None
    found = [working_directory.absolute(str(folder), base) for base in (working_directory.current(), _imported_in)]
    return next((place for place in found if place and os.path.isdir(place)), found[0])


def name_of(place: "Optional[str]") -> "Optional[str]":
    """What a training's folder is called without the seed and the time: that of the first folder upwards that has more
    of a name than these."""
    return next(iter(names_of(place, 1)), None)


def names_of(place: "Optional[str]", number: int) -> "List[str]":
    """Those of the first folders upwards, as many as there are up to ``number``, the outermost first."""
    found: "List[str]" = []
    while place and os.path.basename(place) and len(found) < number:
        name = _NOT_A_NAME.sub("", os.path.basename(place)).strip("-_& ")
        if _LETTER.search(name):
            found.insert(0, name)
        place = os.path.dirname(place)
    return found


def read_config(place: "Optional[str]") -> "Dict[str, Any]":
    """The hyper-parameters that the framework has put into a training's folder; empty where there are none."""
    config: "Dict[str, Any]" = {}
    for path in [os.path.join(place, name) for name in _CONFIGS] if place else []:
        with messages.one_line_on_failure("%s: the config was not read" % path):
            try:
                with files.open_to_read(path) as file:
                    raw = file.read(_LARGEST_CONFIG + 1)
            except FileNotFoundError:
                continue
            if len(raw) > _LARGEST_CONFIG:
                raise ValueError("larger than %d bytes" % _LARGEST_CONFIG)
            found = _parsed(raw.decode("utf-8"), path)
            if isinstance(found, dict) and "wandb_version" not in found:  # its config.yaml, where it lies in between
                config.update((key, value) for key, value in found.items() if key not in _NO_PARAMETERS)
    return config


def _parsed(text: str, name: str) -> "Any":
    """What a config file holds; None where nothing in the process reads it."""
    if name.endswith(".json"):
        return json.loads(text)
    if text.lstrip().startswith("{"):
        with contextlib.suppress(ValueError):
            return json.loads(text)  # which is YAML, too
    yaml: "Any" = sys.modules.get("yaml")
    if hasattr(yaml, "safe_load"):
        return yaml.safe_load(text)
    yaml = sys.modules.get("ruamel.yaml")
    return yaml.YAML(typ="safe", pure=True).load(text) if hasattr(yaml, "YAML") else None
