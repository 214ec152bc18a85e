"""What a user names, a folder and files in it, as places on the disk; or why it cannot be used."""
from __future__ import annotations

import os
import stat
from pathlib import Path

from scripts.checkout import files, finder
from scripts.checkout.store import HIDDEN
from scripts.refusal import Refusal


def folder_of(path: str) -> str:
    """The real folder.

    Raises:
        Refusal: it is not a folder, it is empty, or install keeps its records there.
    """
    try:
        status = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        raise Refusal(f"{path}: {_missing(path)}") from None
    if not stat.S_ISDIR(status.st_mode):
        raise Refusal(f"{path}: this is a file; name the folder that it is in, "
                      f"{os.path.dirname(path) or '.'}")
    if not os.access(path, os.R_OK | os.X_OK):
        raise Refusal(f"{path}: no permission to read this folder; chmod u+rx it, or run this as its owner")
    if not os.listdir(path):
        raise Refusal(f"{path}: this folder is empty; git clone into it, or name another")
    folder = os.path.realpath(path)
    if HIDDEN in Path(folder).parts:
        raise Refusal(f"{path}: install keeps its records here; name the folder that {HIDDEN} is in")
    return folder


def expect_no_tool(path: str, folder: str) -> None:
    """Refuse this repository, and the folders of it that hold stand-ins for a framework.

    Raises:
        Refusal: it is that.
    """
    for above in (folder, *map(str, Path(folder).parents)):
        inner = os.path.relpath(folder, above).split(os.sep)[0]
        if inner in (".", "patches", "scripts", "tests", "vendored") and finder.is_tool(above):
            raise Refusal(f"{path}: this is the repository of this tool; name the folder of the framework")


def file_of(root: str, folder: str, name: str) -> str:
    """A file given with --file, relative to the checkout, with `/`.

    Args:
        root: the checkout.
        folder: what the user named, which may lie below it.
        name: relative to either, or to the working directory.

    Raises:
        Refusal: there is no such file, it is outside the checkout, or it belongs to git or to install.
    """
    for place in (os.path.join(folder, name), os.path.join(root, name), os.path.abspath(name)):
        if os.path.isfile(place):
            if finder.leaves(root, place):
                raise Refusal(f"{name}: leads out of the checkout; name the checkout it belongs to")
            path = os.path.relpath(os.path.realpath(place), root).replace(os.sep, "/")
            kept = {".git", HIDDEN} & set(path.split("/"))
            if kept:
                raise Refusal(f"{name}: not a file of the framework; name one outside of {kept.pop()}")
            return path
    found = "this is a folder" if os.path.isdir(os.path.join(folder, name)) else "there is no such file"
    raise Refusal(f"{name}: {found}; name a file, relative to the checkout")


def _missing(path: str) -> str:
    """What to say of a name that nothing has."""
    if path and files.status_of(path):
        return "this symlink leads nowhere; name the folder itself"
    if not path.replace("-", "_").isidentifier():
        return "there is no such folder; name a clone, a copy or a package's folder"
    return ("there is no such folder; for the package that a Python imports: --python /path/to/training/bin/python "
            f"{path}")
