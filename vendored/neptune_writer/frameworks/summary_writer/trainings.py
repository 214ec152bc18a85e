"""Which training a folder of events belongs to.

One that writers write below is the training's, and what lies below it a prefix of names: ``logdir/eval``, or the folder
that `add_hparams` makes. Of siblings those with a role, such as ``train`` and ``eval``, are one training, which is their
parent; others are one each. NEPTUNE_WRITER_RUNS decides otherwise: ``folder`` for a run each, ``process`` for one run,
or the folder of one run.
"""
import itertools
import os
import re

from ... import config as configs, messages, places
from .. import runs
from . import folder_names, told

VARIABLE = "NEPTUNE_WRITER_RUNS"
ROLES = frozenset(("train", "training", "trainer", "eval", "evaluation", "evaluator", "test", "testing", "val", "valid",
                   "validation", "actor", "learner"))
_OF_HPARAMS = re.compile(r"\d{9,11}(\.\d+)?")  # a folder that `add_hparams` has named by the time
_imported_in = places.here()
_known = {}  # folder -> Training
_announced = {}  # folders of writers that this process has made -> None
_process = os.getpid()


class Training:
    """One run.

    Args:
        folder: where its journal goes; None, or an address, for where journals go otherwise.
        framework: a pair of a name and a version.
        config: what is known of it already.

    Attributes:
        run: a `runs.Run`.
        is_whole: whether what lies below its folder is its own; not where only its ``train`` and ``eval`` are.
    """

    def __init__(self, folder, framework, config):
        self.folder, self.is_whole = folder, False
        self._framework, self._counters, self._writers, self._ended = framework, {}, set(), False
        self.run = self._run(config, {})

    def _run(self, config, header):
        name, group = folder_names.of(self.folder)
        plain = configs.plain(config) if config else None
        directory = None if self.folder is None or "://" in self.folder else self.folder
        run = runs.Run(None, name, directory, self._framework, dict(header, group=configs.group(plain, group)))
        if config:
            run.write_config(config)
        return run

    def enter(self, writer):
        """A writer writes to it; where it has ended, it goes on."""
        if self._ended:
            self._ended = False
            self.run = self._run(self.run.config(), self.run.going_on())
        self._writers.add(writer)

    def leave(self, writer):
        """A writer was closed."""
        self._writers.discard(writer)

    def end_if_left(self):
        """Where all writers were closed, it is over, as far as one can tell."""
        if not self._writers and not self._ended:
            self._ended = True
            self.run.close()

    def tell(self, config):
        """More hyper-parameters."""
        self.run.write_config(config)

    def counter(self, name):
        """Counts the values of a metric that come without a step."""
        return self._counters.get(name) or self._counters.setdefault(name, itertools.count())


def announce(folder):
    """A writer was made, which may write or not."""
    _renew()
    _announced[folder] = None


def of(folder, framework, frame, config=None):
    """(the `Training` of a folder, what stands before its names there).

    Args:
        folder: a whole path, an address, or None.
        framework: of a new one.
        frame: that of the writer's caller.
        config: what the caller tells of it.
    """
    _renew()
    root, is_whole = _root(folder)
    training = _known.get(root)
    if training is None:
        for other in list(_known.values()):
            with messages.one_line_on_failure("a run was not ended"):
                other.end_if_left()
        training = _known[root] = Training(root, framework, dict(told.beside(root, frame, bool(config)), **config or {}))
    training.is_whole |= is_whole
    return training, _prefix(folder, root)


def _renew():
    """What a forked process inherits is its parent's."""
    global _process
    if _process != os.getpid():
        _process = os.getpid()
        _known.clear()
        _announced.clear()


def _root(folder):
    """(the folder of the training, whether all that lies below is its own)."""
    said = os.environ.get(VARIABLE, "").strip()
    if folder is None or said == "folder":
        return folder, False
    if said == "process":
        return next(iter(_known), folder), True
    if said and _is_in(folder, places.absolute(said, _imported_in)):
        return places.absolute(said, _imported_in), True
    parent, name = os.path.split(folder)
    base = parent if name.lower() in ROLES else folder
    above = [root for root, training in _known.items() if root == base or training.is_whole and _is_in(base, root)]
    if above:
        return max(above, key=len), base == folder
    above = [root for root in _announced if root is not None and root != base and _is_in(base, root)]
    return (min(above, key=len), True) if above else (base, base == folder)


def _is_in(folder, root):
    return root is not None and (folder + os.sep).startswith(root.rstrip(os.sep) + os.sep)


def _prefix(folder, root):
    if folder is None or folder == root:
        return ""
    below = folder[len(root.rstrip(os.sep)) + 1:] if _is_in(folder, root) else os.path.basename(folder)
    parts = [part for part in below.split(os.sep) if not _OF_HPARAMS.fullmatch(part)]
    return "".join(part + "/" for part in parts)
