"""Finding the files of a checkout that a patch may edit, without parsing or following others."""
from __future__ import annotations

import os
import stat
from typing import Callable, Dict, Iterator, List, NamedTuple

from scripts.checkout.store import HIDDEN, PACKAGE

LARGEST = 1_000_000  # bytes; the largest of 110 public loggers has 57,000
SKIPPED = {"__pycache__", "node_modules"}


class Search(NamedTuple):
    """What a walk through the checkout found.

    Attributes:
        candidates: paths of the files that pass the test.
        packages: folders of copied packages, ours by their name.
        notes: one line for each place that was left out and might matter.
        unread: those of the notes that say where reading failed.
        leaving: paths of symlinks that lead out of the checkout.
        links: path of each .py file that is a symlink -> the file of the checkout it leads to.
    """

    candidates: List[str]
    packages: List[str]
    notes: List[str]
    unread: List[str]
    leaving: List[str]
    links: Dict[str, str]


def search(root: str, test: Callable[[bytes], bool],
           progress: Callable[[int], None] = lambda count: None) -> Search:
    """Walk the checkout.

    Args:
        test: whether a file's bytes are worth a closer look.
        progress: called now and then with the number of files seen.
    """
    found = Search([], [], [], [], [], {})
    for count, path in enumerate(_python_files(root, found)):
        if count % 100 == 0:
            progress(count)
        try:
            with open(os.path.join(root, path), "rb") as file:
                raw = file.read(LARGEST + 1)
        except OSError as error:
            found.notes.append(f"{path}: not read: {error.strerror}")
            found.unread.append(found.notes[-1])
            continue
        if len(raw) > LARGEST:
            found.notes.append(f"{path}: not read: larger than {LARGEST:,} bytes")
        elif test(raw):
            found.candidates.append(path)
    return found


def _python_files(root: str, found: Search) -> Iterator[str]:
    """Every regular .py file; hidden folders, virtual environments and our copies are left out."""
    def note(error: OSError) -> None:
        path = os.path.relpath(error.filename, root) if error.filename else "?"
        found.notes.append(f"{path}: not read: {error.strerror}")
        found.unread.append(found.notes[-1])

    for folder, folders, names in os.walk(root, onerror=note):
        below = os.path.relpath(folder, root).replace(os.sep, "/")
        prefix = "" if below == "." else below + "/"
        if prefix and HIDDEN in folders:
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
            if os.path.exists(os.path.join(place, "pyvenv.cfg")):
                continue
            if name == PACKAGE:
                found.packages.append(prefix + name)
                continue
            keep.append(name)
        folders[:] = keep
        for name in sorted(names):
            if name.endswith(".py") and \
                    stat.S_ISREG(os.lstat(os.path.join(folder, name)).st_mode):
                yield prefix + name


def leaves(root: str, place: str) -> bool:
    """Whether a path, its symlinks followed, lies outside the checkout."""
    real = os.path.realpath(place)
    return os.path.commonpath([root, real]) != root
