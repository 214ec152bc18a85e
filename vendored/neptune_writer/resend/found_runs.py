"""The runs that a person names by files or folders: a journal each, or several where a training went on with one."""
import collections
import fnmatch
import os

from ..delivery.cursor import Cursor
from ..journal import reading
from ..journal.journal import SUFFIX
from ..system import files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Iterable, List, NamedTuple, Optional, Sequence

    Found = NamedTuple("Found", [("path", str), ("header", Dict[str, Any]), ("copies", List[str])])
else:
    Found = collections.namedtuple("Found", "path header copies")

PATTERN = "neptune-*" + SUFFIX
NOTHING = "no %s in this folder or below it; name the folder where the framework writes" % PATTERN
COPY = "%s: an older copy of %s, left out"
# Found: one journal of a run: its path, its first record, and the paths of older copies of it.


class Named:
    """The journals that another process names, more and more of them, in a file that both have open, a path a line."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def paths(self) -> "List[str]":
        """Those that it has named so far."""
        content = os.pread(self._descriptor, os.fstat(self._descriptor).st_size, 0)
        return [os.fsdecode(line) for line in content.split(b"\n")[:-1]]


def journals(paths: "Sequence[str]",
             unreadable: "Callable[[str, Exception], object]" = lambda path, error: None) -> "List[str]":
    """The paths of all journals that are named, or lie anywhere in a folder that is; each file once.

    ``unreadable(path, error)`` is called for each folder that cannot be listed, and for what has the name of a journal
    and is none: a FIFO, which would never end, a folder, a link to nothing.
    """
    found: Dict[str, str] = collections.OrderedDict()
    for path in paths:
        if not os.path.isdir(path):
            found.setdefault(os.path.realpath(path), path)
            continue
        for folder, inner, names in os.walk(path, onerror=lambda error: unreadable(error.filename, error)):
            inner.sort()
            for name in sorted(fnmatch.filter(inner + names, PATTERN)):
                path = os.path.join(folder, name)
                try:
                    files.expect_file(path)
                except OSError as error:
                    if os.path.lexists(path):  # else it was removed meanwhile
                        unreadable(path, error)
                else:
                    found.setdefault(os.path.realpath(path), path)
    return list(found.values())


def run_id(header: "Dict[str, Any]") -> str:
    """The id of the run that a journal belongs to, which is that of an earlier one where it goes on with it."""
    return str(header.get("resumes") or header["run"])


def group(paths: "Iterable[str]", unreadable: "Callable[[str, Exception], object]",
          copied: "Callable[[str, str], object]" = lambda path, kept: None) -> "Dict[str, List[Found]]":
    """Journals -> {run id: [Found]}, in the order in which the training went on: each after the one that it resumes,
    then by time.

    ``unreadable(path, error)`` is called for each that is none, ``copied(path, kept)`` for each that is an older copy
    of another, which is left out.
    """
    found = []
    for path in paths:
        try:
            found.append(Found(path, reading.read_whole_header(path), []))
        except (OSError, ValueError) as error:
            unreadable(path, error)
    found = _without_copies(found, copied)
    resumed = {journal.header["run"]: journal.header.get("resumes") for journal in found}
    runs: Dict[str, List[Found]] = collections.OrderedDict()
    for journal in found:
        runs.setdefault(_first_of(journal.header["run"], resumed), []).append(journal)
    for first, several in runs.items():
        runs[first] = _in_order(several)
    return runs


def _first_of(run: str, resumed: "Dict[str, Optional[str]]") -> str:
    """The id of the first run of the chain that this one resumes."""
    passed = {run}
    before = resumed.get(run)
    while before and before not in passed:
        run = before
        passed.add(run)
        before = resumed.get(run)
    return run


def _in_order(several: "List[Found]") -> "List[Found]":
    """The journals of one run: each behind the one that it resumes, if that is among them; of those that may come next
    the oldest, by clocks that may not agree."""
    waiting, ids, order = sorted(several, key=lambda journal: journal.header["t"]), {}, []
    for journal in several:
        ids[journal.header["run"]] = False  # whether it is in the order
    while waiting:
        ready = next((journal for journal in waiting if ids.get(journal.header.get("resumes"), True)
                      or journal.header["resumes"] == journal.header["run"]), waiting[0])
        waiting.remove(ready)
        ids[ready.header["run"]] = True
        order.append(ready)
    return order


def _without_copies(found: "List[Found]", copied: "Callable[[str, str], object]") -> "List[Found]":
    """The journals, but of several that begin alike (one header is one writer) the longest only."""
    alike: Dict[str, List[Found]] = collections.OrderedDict()
    for journal in found:
        alike.setdefault(journal.header["run"], []).append(journal)
    left = set()
    for several in alike.values():
        several.sort(key=lambda journal: -_size(journal.path))
        for number, journal in enumerate(several):
            kept = next((other for other in several[:number]
                         if other.path not in left and _begins_with(other.path, journal.path)), None)
            if kept is not None:
                left.add(journal.path)
                kept.copies.append(journal.path)
                copied(journal.path, kept.path)
    return [journal for journal in found if journal.path not in left]


def _begins_with(path: str, shorter: str) -> bool:
    """Whether a journal begins with all whole lines of another, which has at least one."""
    try:
        with files.open_to_read(path) as one, files.open_to_read(shorter) as other:
            lines = 0
            for line in other:
                if not line.endswith(b"\n"):
                    break
                if one.readline() != line:
                    return False
                lines += 1
            return lines > 0
    except OSError:
        return False


def _size(path: str) -> int:
    try:
        return os.path.getsize(path)
    except OSError:
        return 0


def has_more(path: str, target: str, others: "Sequence[str]" = ()) -> bool:
    """Whether a journal holds a whole line that a target does not have yet; ``others``: see `Cursor`."""
    cursor = Cursor(path, target, others)
    return bool(cursor.waiting) or reading.has_whole_line(path, cursor.offset)
