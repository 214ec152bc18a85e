"""What a user names, a folder and files in it, as places on the disk; or the reason why it is none."""
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
        Refusal: it is none, nothing is in it, or what install keeps.
    """
    try:
        status = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        raise Refusal(f"{path}: expected a folder with the framework, {_missing(path)}") from None
    if not stat.S_ISDIR(status.st_mode):
        raise Refusal(f"{path}: expected a folder with the framework, found a file; name the folder that it is in, "
                      f"{os.path.dirname(path) or '.'}")
    if not os.access(path, os.R_OK | os.X_OK):
        raise Refusal(f"{path}: expected a folder that can be read, found no permission; chmod u+rx it, or run this "
                      "as whom it belongs to")
    if not os.listdir(path):
        raise Refusal(f"{path}: expected a folder with the framework, found it empty; git clone into it, or name "
                      "another")
    folder = os.path.realpath(path)
    if HIDDEN in Path(folder).parts:
        raise Refusal(f"{path}: expected a folder with the framework, found what install keeps; name the folder that "
                      f"{HIDDEN} is in")
    return folder


def expect_no_tool(path: str, folder: str) -> None:
    """Refuse this repository, and the folders of it that hold stand-ins for a framework.

    Raises:
        Refusal: it is that.
    """
    for above in (folder, *map(str, Path(folder).parents)):
        inner = os.path.relpath(folder, above).split(os.sep)[0]
        if inner in (".", "patches", "scripts", "tests", "vendored") and finder.is_tool(above):
            raise Refusal(f"{path}: expected a framework, found the repository of this tool; name the folder of the "
                          "framework that is to emit")


def file_of(root: str, folder: str, name: str) -> str:
    """A file given with --file, relative to the checkout, with `/`.

    Args:
        root: the checkout.
        folder: what the user named, which may lie below it.
        name: relative to either, or to the working directory.

    Raises:
        Refusal: there is none, it lies elsewhere, or where install or git keeps what is theirs.
    """
    for place in (os.path.join(folder, name), os.path.join(root, name), os.path.abspath(name)):
        if os.path.isfile(place):
            if finder.leaves(root, place):
                raise Refusal(f"{name}: expected a file of the checkout, found that it leads out "
                              "of it; name the checkout it belongs to")
            path = os.path.relpath(os.path.realpath(place), root).replace(os.sep, "/")
            kept = {".git", HIDDEN} & set(path.split("/"))
            if kept:
                raise Refusal(f"{name}: expected a file of the framework, found one that install or git keeps; name "
                              f"one outside of {kept.pop()}")
            return path
    found = "a folder" if os.path.isdir(os.path.join(folder, name)) else "none of that name"
    raise Refusal(f"{name}: expected a file of the checkout, found {found}; name one relative to the checkout")


def _missing(path: str) -> str:
    """What to say of a name that nothing has."""
    if path and files.status_of(path):
        return "found a symlink that leads nowhere; name the folder itself"
    module = path.replace("-", "_")
    if module.isidentifier():
        return ("found nothing there; for the package that a Python imports: --python /path/to/training/bin/python "
                f"{path}")
    return "found nothing there; name a clone, a copy or a package's folder"
