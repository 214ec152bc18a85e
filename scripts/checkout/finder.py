"""Finding the files of a checkout that a patch may edit, without parsing or following others."""
from __future__ import annotations

import os
import stat
from typing import Callable, Dict, Iterator, List, NamedTuple, Tuple

from scripts.checkout import anchor
from scripts.checkout.store import HIDDEN, PACKAGE

LARGEST = 1_000_000  # bytes; the largest of 110 public loggers has 57,000
_SCANNED = 9_000_000  # bytes: larger files are reported only if they may hold a logger, and above this in any case
SKIPPED = {"__pycache__", "node_modules"}
TOOL = ("patches/edits.py", f"vendored/{PACKAGE}/__init__.py")  # what this repository holds and no other
ENVIRONMENT = ("pyvenv.cfg", "conda-meta")  # what a folder holds that is a virtual environment, or one of conda's


class Search(NamedTuple):
    """What a walk through the checkout found.

    Attributes:
        candidates: paths of the files that pass the test.
        packages: folders of copied packages, ours by their name.
        installs: folders that have an install of their own, and were left alone.
        notes: one line for each place that was left out and might matter.
        unread: those of the notes that say where reading failed.
        leaving: paths of symlinks that lead out of the checkout.
        links: path of each .py file that is a symlink -> the file of the checkout it leads to.
    """

    candidates: List[str]
    packages: List[str]
    installs: List[str]
    notes: List[str]
    unread: List[str]
    leaving: List[str]
    links: Dict[str, str]


def search(root: str, test: Callable[[bytes], bool],
           progress: Callable[[int], None] = lambda count: None, scope: str = "") -> Search:
    """Walk the checkout.

    Args:
        test: whether a file's bytes are worth a closer look.
        progress: called now and then with the number of files seen.
        scope: the folder of the checkout to walk, "" for all of it. Paths are relative to the checkout all the same.
    """
    found = Search([], [], [], [], [], [], {})
    for count, (path, at) in enumerate(_python_files(root, scope, found)):
        if count % 100 == 0:
            progress(count)
        try:
            with at.open("rb") as file:
                raw = file.read(LARGEST + 1)
                raw += file.read(_SCANNED) if len(raw) > LARGEST else b""
        except OSError as error:
            found.notes.append(f"{path}: not read: {error.strerror}")
            found.unread.append(found.notes[-1])
            continue
        if len(raw) > LARGEST and (len(raw) > _SCANNED or test(raw)):  # torch has large files that hold no logger
            found.notes.append(f"{path}: not read: larger than {LARGEST:,} bytes")
        elif len(raw) <= LARGEST and test(raw):
            found.candidates.append(path)
    return found


def _python_files(root: str, scope: str, found: Search) -> Iterator[Tuple[str, anchor.Place]]:
    """Every regular .py file, its path and where it lies; without hidden folders, environments, our copies and this
    repository."""
    def note(error: OSError) -> None:
        path = os.path.relpath(error.filename, root) if error.filename else "?"
        found.notes.append(f"{path}: not read: {error.strerror}")
        found.unread.append(found.notes[-1])

    start = os.path.join(root, scope) if scope else root
    for folder, folders, names in os.walk(start, onerror=note):
        below = os.path.relpath(folder, root).replace(os.sep, "/")
        prefix = "" if below == "." else below + "/"
        if is_tool(folder):
            found.notes.append(f"{below}: left alone, it is the repository of this tool")
            folders[:] = []
            continue
        if folder != start and HIDDEN in folders:
            found.installs.append(below)
            found.notes.append(f"{below}: left alone, an install of its own is in it; name that folder")
            folders[:] = []
            continue
        for name in [*folders, *names]:
            place = os.path.join(folder, name)
            if os.path.islink(place) and not name.startswith("."):
                if leaves(root, place):
                    found.leaving.append(prefix + name)
                elif name.endswith(".py"):
                    real = os.path.relpath(os.path.realpath(place), root)
                    found.links[prefix + name] = real.replace(os.sep, "/")
        keep = []
        for name in sorted(folders):
            place = os.path.join(folder, name)
            if os.path.islink(place) or name.startswith(".") or name in SKIPPED or name == HIDDEN:
                continue
            if any(os.path.exists(os.path.join(place, mark)) for mark in ENVIRONMENT):
                continue
            if name == PACKAGE:
                found.packages.append(prefix + name)
                continue
            keep.append(name)
        folders[:] = keep
        sources = sorted(name for name in names if name.endswith(".py"))
        if not sources:
            continue
        with anchor.place_of(root, prefix) as at:
            for name in sources:
                source = at.below(name)
                status = source.status()
                if status and stat.S_ISREG(status.st_mode):
                    yield prefix + name, source
                elif status and not stat.S_ISLNK(status.st_mode):
                    found.notes.append(f"{prefix}{name}: not read: not a regular file")


def is_tool(folder: str) -> bool:
    """Whether this repository lies there, or a copy of it: the stand-ins of its tests are nobody's framework."""
    return all(os.path.isfile(os.path.join(folder, path)) for path in TOOL)


def leaves(root: str, place: str) -> bool:
    """Whether a path, its symlinks followed, lies outside the checkout."""
    real = os.path.realpath(place)
    return os.path.commonpath([root, real]) != root
