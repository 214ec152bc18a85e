"""Folders relative to the working directory that the process had when the logger was made."""
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional


def current() -> "Optional[str]":
    """The working directory; None where it is gone."""
    try:
        return os.getcwd()
    except OSError:
        return None


def absolute(folder: object, base: "Optional[str]") -> "Optional[str]":
    """``folder`` (a text, a path or None), relative to ``base``; unchanged where that is not known."""
    if folder is None:
        return None
    return str(folder) if base is None else os.path.normpath(os.path.join(base, str(folder)))


def real(folder: object, base: "Optional[str]") -> "Optional[str]":
    """`absolute`, by the one route that has no links in it."""
    found = absolute(folder, base)
    return os.path.realpath(found) if found is not None and os.path.isabs(found) else found
