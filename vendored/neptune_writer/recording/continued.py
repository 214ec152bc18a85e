"""The run that NEPTUNE_CUSTOM_RUN_ID names, and whether another journal of it lies where the new one does."""
import fnmatch
import itertools
import os

from ..journal.encoding import decode
from ..journal.journal import SUFFIX
from ..system import files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional, Tuple

_PREFIX = "neptune-"
_LISTED, _READ = 10000, 100  # entries of the folder, and journals of which the header is read: a training waits for it
_LONGEST_HEADER = 1 << 16  # bytes


def id_of(named: "Optional[str]") -> "Optional[str]":
    """The id, also where the name or path of its journal is given; None where there is none."""
    name = os.path.basename(named or "")
    if name.startswith(_PREFIX) and name.endswith(SUFFIX) and len(name) > len(_PREFIX + SUFFIX):
        return name[len(_PREFIX):-len(SUFFIX)]
    return named or None


def said(path: str, run: str) -> "Tuple[str, str]":
    """What is said of the journal at ``path``, which was named to be of a run: behind its path, and at the end of the
    line. Nothing where that cannot be told at a glance; never raises but at Ctrl-C."""
    try:
        found = _is_there(path, run)
    except Exception:
        return "", ""
    if found is None:
        return "", ""
    if found:
        return ", continues run %s" % run, ""
    return "", "; no journal of run %s is in this folder, so it is a run of its own" % run


def _is_there(path: str, run: str) -> "Optional[bool]":
    """Whether another journal of the run lies beside; None where no other lies there, or too many do."""
    folder, own = os.path.split(path)
    with os.scandir(folder) as entries:
        listed = [entry.name for entry in itertools.islice(entries, _LISTED)]
    names = sorted(name for name in fnmatch.filter(listed, _PREFIX + "*" + SUFFIX) if name != own)
    if os.path.isfile(os.path.join(folder, _PREFIX + run + SUFFIX)):
        return True
    for name in names[:-_READ - 1:-1]:  # the newest first
        if _is_of(os.path.join(folder, name), run):
            return True
    return None if not names or len(names) > _READ or len(listed) == _LISTED else False


def _is_of(path: str, run: str) -> bool:
    try:
        with files.open_to_read(path) as file:
            header = decode(file.readline(_LONGEST_HEADER)) or {}
    except OSError:
        return False
    return run in (header.get("run"), header.get("resumes"))
