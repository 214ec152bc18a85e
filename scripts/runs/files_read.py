"""What became of each file that was looked at: read, read in part, or not read; and why."""
from __future__ import annotations

import errno
import os
from collections import Counter
from typing import Dict, Iterable, List, NamedTuple, Tuple

from scripts.runs.table import Problem

READ, IN_PART, NOT_READ, PASSED, NO_FILE = "read", "read in part", "not read", "not needed", ""
_WHOLE = ("superseded by later ones", "so x counts rows", "; x is ", "shown once", "its columns are separated by",
          "its columns are taken for", "read as Latin-1", " shown with it", "times of the episodes below it",
          "shown by the name of its folder", "beside it is shown", "the same numbers as in", "an older copy of",
          "have no intermediate values")
"""Parts of what is said of files of which nothing is missing."""
_NOTHING = ("not read", "cannot be read", "it is empty", "not a table", "not a Parquet file", "it holds no scalars",
            "not a regular file", "a link to nothing", "there is no such", "not a journal", "no columns r and l",
            "evaluations without", "a run ", "a W&B run with", "no config (",
            "not one JSON object", os.strerror(errno.EACCES))
"""How it begins where nothing was read of a file, whatever others of the same run have."""
_NO_RUN = "no export of Neptune's"  # a file that only might have been one
_NO_ROWS = "no row in it yet"


class Looked(NamedTuple):
    """A file or folder, what became of it (empty where it is no file of a run), and why."""

    path: str
    outcome: str
    why: str


class FilesRead(NamedTuple):
    """What is shown of the files.

    Attributes:
        line: how many there were.
        told: those of which there is something to know.
        is_whole: whether all were read.
    """

    line: str
    told: List[Looked]
    is_whole: bool


def of(looked_at: Iterable[Tuple[str, bool]], passed: Dict[str, str], problems: Iterable[Problem]) -> FilesRead:
    """What became of the files.

    Args:
        looked_at: each file that a reader got, and whether it made a run of what it got.
        passed: each that none got, and why.
    """
    files = dict(looked_at)
    has_run = dict(files)  # and of folders, which stand for the files of a run in some messages
    for path in files:
        has_run.setdefault(os.path.dirname(path), files[path])
    told = [Looked(path, _outcome(path, what, has_run), what) for path, what in problems]
    known = {one.path for one in told}
    told += [Looked(path, NOT_READ, _NO_ROWS) for path, has in files.items() if not has
             and path not in known and os.path.dirname(path) not in known]
    told += [Looked(path, PASSED, why) for path, why in passed.items() if path not in known]
    worst = dict.fromkeys(files, READ)
    of_folders = {os.path.dirname(path): path for path in files}
    for path, outcome, _ in told:
        if outcome and outcome != PASSED:
            path = of_folders.get(path, path)
            worst[path] = max(worst.get(path, READ), outcome, key=(READ, IN_PART, NOT_READ).index)
    line = _line(Counter(worst.values()), sum(one.outcome == PASSED for one in told))
    return FilesRead(line, told, set(worst.values()) <= {READ})


def _outcome(path: str, what: str, has_run: Dict[str, bool]) -> str:
    if what.startswith(_NO_RUN) or path not in has_run and os.path.isdir(path):
        return NO_FILE
    if any(part in what for part in _WHOLE):
        return READ
    if what.startswith(_NOTHING) or path in has_run and not has_run[path]:
        return NOT_READ
    return IN_PART


def _line(many: Dict[str, int], passed: int) -> str:
    """``2,014 files read, 3 in part, 2 not read``."""
    read = many.get(READ, 0)
    parts = [f"{read:,} file{'' if read == 1 else 's'} read"]
    parts += [f"{many[IN_PART]:,} in part"] if many.get(IN_PART) else []
    parts += [f"{many[NOT_READ]:,} not read"] if many.get(NOT_READ) else []
    parts += [f"{passed:,} not needed"] if passed else []
    return ", ".join(parts)
