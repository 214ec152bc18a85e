"""Which training a folder of events belongs to.

Where a writer has another's folder above its own, that one is the training's, and the rest a prefix of its names:
``logdir/eval``, or the folder that `add_hparams` makes. Siblings with a role, such as ``train`` and ``eval``, are one
training, their parent; others are one each. NEPTUNE_WRITER_RUNS decides otherwise: ``folder`` for a run each,
``process`` for one run, or the folder of one run.
"""
import itertools
import os
import re

from ... import messages
from ...idioms import model_runs
from ...recording import config as configs
from ...recording import group as groups
from ...system import working_directory
from ...system.process_lock import ProcessLock
from . import folder_names, told

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Dict, Iterator, Optional, Set, Tuple

    Framework = Tuple[Optional[str], Optional[str]]  # name, version

VARIABLE = "NEPTUNE_WRITER_RUNS"
ROLES = frozenset(("train", "training", "trainer", "eval", "evaluation", "evaluator", "test", "testing", "val", "valid",
                   "validation", "actor", "learner"))
_NUMBERED = re.compile(r"(?:actor|learner)[-_]?\d+")  # of which one training has several; train_1 may be a training
_OF_HPARAMS = re.compile(r"\d{9,11}(\.\d+)?")  # a folder that `add_hparams` has named by the time
_imported_in = working_directory.current()
_known: "Dict[Optional[str], Training]" = {}  # its folder -> Training
_running: "Set[Training]" = set()  # those of them that have not ended
_places: "Dict[Optional[str], Training]" = {}  # a writer's folder, below which all is its training's -> that
_announced: "Dict[str, None]" = {}  # folders of writers that this process has made -> None
_lock = ProcessLock()
_process = os.getpid()


class Training:
    """One run.

    Args:
        folder: where its journal goes; None, or an address, for where journals go otherwise.
        framework: a pair of a name and a version.
        config: what is known of it already.

    Attributes:
        run: a `model_runs.Run`.
    """

    def __init__(self, folder: "Optional[str]", framework: "Framework", config: "Optional[Dict[str, Any]]") -> None:
        self.folder = folder
        self._framework, self._ended = framework, False
        self._counters: "Dict[str, Iterator[int]]" = {}
        self._writers: "Set[object]" = set()
        self.run = self._run(config, {})

    def _run(self, config: "Optional[Dict[str, Any]]", header: "Dict[str, Any]") -> "model_runs.Run":
        name, group = folder_names.of(self.folder)
        plain = configs.plain(config) if config else None
        directory = None if self.folder is None or "://" in self.folder else self.folder
        run = model_runs.Run(None, name, directory, self._framework, dict(header, group=groups.group(plain, group)))
        if config:
            run.write_config(config)
        return run

    def enter(self, writer: object) -> None:
        """A writer writes to it; where it has ended, it goes on."""
        if self._ended:
            self._ended = False
            self.run = self._run(self.run.config(), self.run.going_on())
        self._writers.add(writer)

    def leave(self, writer: object) -> None:
        """A writer was closed."""
        self._writers.discard(writer)

    def end_if_left(self) -> bool:
        """Where all writers were closed, it is over, as far as one can tell; whether it is."""
        if not self._writers and not self._ended:
            self._ended = True
            self.run.close()
        return self._ended

    def tell(self, config: "Any") -> None:
        """More hyper-parameters."""
        self.run.write_config(config)

    def counter(self, name: str) -> "Iterator[int]":
        """Counts the values of a metric that come without a step."""
        return self._counters.get(name) or self._counters.setdefault(name, itertools.count())


def announce(folder: "Optional[str]") -> None:
    """A writer was made, which may write or not."""
    if _is_another_process():
        _renew()
    if folder is not None:
        _announced[folder] = None


def of(writer: object, folder: "Optional[str]", framework: "Framework", frame: "FrameType",
       config: "Optional[Dict[str, Any]]" = None) -> "Tuple[Training, str]":
    """(the `Training` that a writer writes to from now on, what stands before its names there).

    Args:
        writer: a `writers.Writer`.
        folder: a whole path, an address, or None.
        framework: of a new one.
        frame: that of the writer's caller.
        config: what the caller tells of it.
    """
    with _lock.held():
        if _is_another_process():
            _renew()
        root = _root(folder)
        training = _known.get(root)
        if training is None:
            for other in list(_running):
                with messages.one_line_on_failure("a run was not ended"):
                    if other.end_if_left():
                        _running.discard(other)
            config = dict(told.beside(root, frame, bool(config)), **config or {})
            training = _known[root] = Training(root, framework, config)
        training.enter(writer)
        _running.add(training)
        _places[folder] = training
        return training, _prefix(folder, root)


def _is_another_process() -> bool:
    return _process != os.getpid()


def _renew() -> None:
    """What a forked process inherits is its parent's."""
    global _process
    _process = os.getpid()
    inherited: "Any"
    for inherited in (_known, _places, _announced, _running):
        inherited.clear()


def _root(folder: "Optional[str]") -> "Optional[str]":
    """The folder of the training that a writer's folder belongs to."""
    said = os.environ.get(VARIABLE, "").strip()
    if folder is None or said == "folder":
        return folder
    if said == "process":
        return next(iter(_known), folder)
    if said and _is_in(folder, working_directory.real(said, _imported_in)):
        return working_directory.real(said, _imported_in)
    above = list(_upwards(folder))
    for place in above:
        if place in _places:
            return _places[place].folder
    base = _without_role(folder)
    if base in _known:
        return base
    announced = [place for place in above if place in _announced]
    if announced:
        return _without_role(announced[-1])
    return base


def _without_role(folder: str) -> str:
    parent, name = os.path.split(folder)
    is_role = name.lower() in ROLES or _NUMBERED.fullmatch(name.lower())
    return parent if is_role and parent else folder


def _upwards(folder: str) -> "Iterator[str]":
    """A folder and those above it, the nearest first."""
    while folder:
        yield folder
        parent = os.path.dirname(folder)
        folder = parent if parent != folder else ""


def _is_in(folder: str, root: "Optional[str]") -> bool:
    return root is not None and (folder + os.sep).startswith(root.rstrip(os.sep) + os.sep)


def _prefix(folder: "Optional[str]", root: "Any") -> str:
    if folder is None or folder == root:
        return ""
    below = folder[len(root.rstrip(os.sep)) + 1:] if _is_in(folder, root) else os.path.basename(folder)
    parts = [part for part in below.split(os.sep) if not _OF_HPARAMS.fullmatch(part)]
    return "".join(part + "/" for part in parts)
