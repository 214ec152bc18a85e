"""One install, whatever way it is named: a clone and the package in it are two routes to the same files and one record.

The folder a user names is not always the one that was installed into. Its own record comes first; then that of the
nearest folder above which lists a file below the named one; then, where nothing else is to be found in it, that of the
one folder below which has a record and belongs to the same tree. What merely lies inside, a submodule or a virtual
environment, is another checkout.
"""
from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Collection, Sequence, Set

from scripts.checkout import files
from scripts.checkout.store import HIDDEN, MANIFEST, damaged
from scripts.checkout.transaction import INTENT
from scripts.refusal import Refusal


def root_of(folder: str) -> str:
    """The folder whose record governs what lies in the named one: itself, or one above; itself where there is none.

    Args:
        folder: a real path.

    Raises:
        Refusal: a record above is damaged, so that nobody can tell.
    """
    if any(files.status_of(os.path.join(folder, name)) for name in (MANIFEST, INTENT)):
        return folder
    for above in map(str, Path(folder).parents):
        if any(path.startswith(f"{below(above, folder)}/") for path in _listed(above, folder)):
            return above
    return folder


def below(root: str, folder: str) -> str:
    """A folder relative to one that it is or lies in, with `/`; "" where they are the same."""
    return "" if root == folder else os.path.relpath(folder, root).replace(os.sep, "/")


def part_with(root: str, wanted: Sequence[str], records: Collection[str]) -> str:
    """The folder below the checkout to whose install all of these files belong; "" where they belong to none.

    Args:
        records: what the checkout has recorded.

    Raises:
        Refusal: some do and some do not, or the checkout has an install as well.
    """
    homes = {_install_above(root, path): path for path in wanted if path not in records}
    if set(homes) <= {""}:
        return ""
    if len(homes) == 1 and not records:
        return next(iter(homes))
    home, path = max(homes.items())
    raise Refusal(f"{path}: this file belongs to the install of {home}; name that folder for it")


def only_part(root: str, installs: Sequence[str]) -> str:
    """The one folder below the checkout that has an install, as it was installed by another route; else "".

    A clone inside it, a submodule or a worktree, is not part of the checkout; of two, neither can be preferred.
    """
    part = installs[0] if len(installs) == 1 else ""
    return "" if clone_below(root, part) else part


def clone_below(root: str, part: str) -> str:
    """The nearest clone that a folder of the checkout is or lies in; "" where that is the checkout's own, or none."""
    while part and not files.status_of(os.path.join(root, part, ".git")):  # a file in a submodule or a worktree
        part = os.path.dirname(part)
    return part


def package_below(root: str, part: str) -> str:
    """The installed package that a folder of the checkout is or lies in, where pip keeps packages there; else ""."""
    return part.split("/")[0] if any(name.endswith(".dist-info") for name in os.listdir(root)) else ""


def part_of(root: str, path: str) -> str:
    """The checkout, relative to the folder above it that was named by this path, with `/`; else ""."""
    part = below(os.path.realpath(path), root)
    return "" if part.split("/")[0] == ".." else part


def shown(root: str, path: str) -> str:
    """A folder as a user would type it who has named another by this path."""
    if root == os.path.realpath(path):
        return path
    return root if os.path.isabs(path) else os.path.relpath(root)


def _install_above(root: str, path: str) -> str:
    """The nearest folder above a file that has an install of its own; "" where the checkout itself is nearer."""
    folder = os.path.dirname(path)
    while folder and not files.is_folder(os.path.join(root, folder, HIDDEN)):
        folder = os.path.dirname(folder)
    return folder


def _listed(root: str, folder: str) -> Set[str]:
    """The paths in a folder's record, or in that of a change that was cut short; not checked, only compared."""
    if not _is_trusted(os.path.join(root, HIDDEN), folder):
        return set()
    found: Set[str] = set()
    for name, listed in ((MANIFEST, "files"), (INTENT, "changes")):
        try:
            record = files.read(root, name)
            entries = json.loads(record.raw)[listed] if record else {}
            found.update(entries if isinstance(entries, dict) else [str(entry["path"]) for entry in entries])
        except (ValueError, KeyError, TypeError, Refusal) as error:
            reason = error if isinstance(error, Refusal) else damaged(name, repr(error))
            raise Refusal(f"{root}/{reason}") from None
    return found


def _is_trusted(hidden: str, folder: str) -> bool:
    """Whether a hidden folder above may have a say: anyone may have put one into /tmp."""
    status = files.status_of(hidden)
    if status is None or not files.is_folder(hidden):
        return False
    owners = {0, os.lstat(folder).st_uid, os.geteuid() if hasattr(os, "geteuid") else 0}
    return status.st_uid in owners
