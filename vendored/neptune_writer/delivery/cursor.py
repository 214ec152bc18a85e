"""The upload position: how far a journal was sent to one target, a small file, replaced atomically."""
import contextlib
import hashlib
import io
import json
import os
import re

from .. import messages
from ..system import files, folders

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Sequence

FORMAT = 2
_LONGEST_NAME = 60  # characters of a target in a file's name
_LAST = 256  # bytes of the journal by which a position is known


class Cursor:
    """How far one target has one journal.

    The file lies next to the journal; while that folder takes none, or something else has its name, under the user's
    cache folder. Of two the one that is further counts. It names its journal, by the first line and the last bytes that
    were sent: one that lies beyond its journal, is of another, or does not parse does not count, and then the position
    is the journal's start.

    Args:
        journal: its path.
        target: the spec, see `StepOptions.target`.
        others: where this journal was before, or where older copies of it lie: what was sent of them was sent of it.

    Attributes:
        offset: bytes of the journal that the target has.
        waiting: byte -> metrics of the row there, one before ``offset`` that waits for others: the target does not have
            these of it. As JSON: the byte is a text.
        rising: see `points.rising.Rising.state`; None where nothing was sent that way.
        step_metric: the one by which rows were sent, empty for none; None where that is not known.
        is_of_format_1: whether rows were sent by the rules of that version.
        doubt: what is wrong with a saved position that could not be taken, a text; None where nothing is.
    """

    def __init__(self, journal: str, target: str, others: "Sequence[str]" = ()) -> None:
        self._target = target
        self._others = [os.path.abspath(other) for other in others]
        self.move_to(journal)
        self.load()

    def _reset(self) -> None:
        self.offset = 0
        self.waiting: Dict[str, List[str]] = {}
        self.rising: Optional[List[Any]] = None
        self.step_metric: Optional[str] = None
        self.is_of_format_1 = False
        self.doubt: Optional[str] = None

    def load(self) -> None:
        """Read the file; once more when it is locked, since another process may have moved it on meanwhile."""
        self._reset()
        self._load_of(self._journal)
        if self.offset:
            self.doubt = None
        own = self.doubt
        for other in self._others:
            self._load_of(other)
        if self.offset:
            self.doubt = own  # a copy's position may lie before the one that is lost

    def move_to(self, journal: str) -> None:
        """The journal lies there from now on."""
        self._journal = os.path.abspath(journal)
        self._beside = _beside(self._journal, self._target)

    @property
    def path(self) -> str:
        """The path of the file; where neither folder takes one, next to the journal."""
        if not os.access(os.path.dirname(self._journal), os.W_OK):
            with contextlib.suppress(OSError):
                return self._make_elsewhere()
        return self._beside

    def _load_of(self, journal: str) -> None:
        beside = _beside(journal, self._target)
        for path in [beside] + _elsewhere(beside, folders.caches("cursors")):
            self._load(path)

    def _load(self, path: str) -> None:
        try:
            with os.fdopen(files.open_trusted(path), "rb") as file:
                state = json.loads(file.read().decode("utf-8"))
            offset, is_old = int(state["offset"]), "format" not in state
            if not is_old and state["format"] != FORMAT:
                raise ValueError(state["format"])
            if is_old:
                _check_series(state["series"])
            waiting, rising = _checked_waiting(state.get("open", {})), _checked_rising(state.get("rising"))
        except files.NotOurs as error:
            self.doubt = str(error)
            return
        except OSError:
            return
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
            self.doubt = "the upload position in %s cannot be read" % path
            return
        wrong = self._wrong_with(offset, state.get("of"))
        if wrong:
            self.doubt = "the upload position in %s %s" % (path, wrong)
        elif offset > self.offset:
            self.offset, self.waiting, self.rising, self.is_of_format_1 = offset, waiting, rising, is_old
            self.step_metric = state.get("x")

    def _wrong_with(self, offset: int, of: "Optional[str]") -> "Optional[str]":
        """Why a position is none in this journal; None where it is one, or the journal cannot be read."""
        try:
            if not 0 <= offset <= os.path.getsize(self._journal):
                return "lies beyond the end of the file"
            if of is not None and of != _known_by(self._journal, offset):
                return "is of another file"
        except OSError:
            pass
        return None

    def save(self) -> None:
        """Put the file in place of the old one, whole or not at all; raises OSError where no folder takes it."""
        path = self.path
        try:
            self._put(path)
        except OSError as error:
            elsewhere = self._make_elsewhere()
            self._put(elsewhere)
            if isinstance(error, files.NotOurs):
                messages.warn("%s; the upload position is saved in %s" % (error, elsewhere), once=("cursor", path))
        else:
            if path == self._beside:
                for elsewhere in _elsewhere(path, folders.caches("cursors")):
                    with contextlib.suppress(OSError):
                        os.remove(elsewhere)

    def _make_elsewhere(self) -> str:
        return _elsewhere(self._beside, [folders.cache("cursors")])[0]

    def _put(self, path: str) -> None:
        state: Dict[str, Any] = {"format": FORMAT, "offset": self.offset}
        if self.step_metric is not None:
            state["x"] = self.step_metric
        if self.waiting:
            state["open"] = self.waiting
        if self.rising:
            state["rising"] = self.rising
        with contextlib.suppress(OSError):
            state["of"] = _known_by(self._journal, self.offset)
        text = io.StringIO()
        json.dump(state, text)
        files.replace(path, text.getvalue().encode("ascii"), of_colleagues=True)


def _check_series(state: "Dict[str, Any]") -> None:
    """ValueError where it is not what format 1 kept of the series: numbers by name, and the same for each stream."""
    for one in [state] + list(state.get("streams", {}).values()):
        if not all(name == "streams" or isinstance(value, (int, float, type(None))) for name, value in one.items()):
            raise ValueError(one)


def _checked_waiting(state: "Any") -> "Dict[str, List[str]]":
    if not all(byte.isdigit() and type(metrics) is list for byte, metrics in state.items()):
        raise ValueError(state)
    return dict(state)


def _checked_rising(state: "Any") -> "Optional[List[Any]]":
    for x, moved, metrics in state or ():
        if type(metrics) is not list or x + moved != x + moved:
            raise ValueError(state)
    return None if state is None else list(state)


def of_other_steps(journal: str, spec: str, target: str) -> "List[str]":
    """The paths of the positions of a spec in a journal that were saved with other `StepOptions` than ``target``."""
    names = [os.path.basename(_beside(journal, one)) for one in (spec, target)]
    start = "%s.%s-x-" % (os.path.basename(journal), _plain(spec)[:_LONGEST_NAME - len("-x-")])
    folder = os.path.dirname(os.path.abspath(journal))
    with contextlib.suppress(OSError):
        return [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name != names[1] and (
            name == names[0] or name.startswith(start) and name.endswith(".cursor"))]
    return []


def _beside(journal: str, target: str) -> str:
    """Where the position of this target in that journal is to be."""
    name = _plain(target)[:_LONGEST_NAME] or "target"
    return "%s.%s-%s.cursor" % (journal, name, hashlib.sha1(os.fsencode(target)).hexdigest()[:6])


def _plain(target: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", target)


def _elsewhere(beside: str, folders_of_caches: "Sequence[str]") -> "List[str]":
    """Its paths in these folders, while it cannot be next to its journal."""
    name = hashlib.sha1(os.fsencode(beside)).hexdigest() + ".cursor"
    return [os.path.join(folder, name) for folder in folders_of_caches]


def _known_by(journal: str, offset: int) -> str:
    """What no other journal has in common with this one up to a byte: a hash of its first line, which holds the run's
    id, and of the last bytes before that one."""
    with files.open_to_read(journal) as file:
        known = hashlib.sha1(file.readline()[:offset])
        file.seek(max(0, offset - _LAST))
        known.update(file.read(min(_LAST, offset)))
    return known.hexdigest()[:16]
