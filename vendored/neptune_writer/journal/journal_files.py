"""The files of journals: where a new one goes, and what is asked of one that is open."""
import os
import tempfile

from .. import messages
from ..system import files, folders
from . import open_files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Iterator, Optional, Tuple

FALLBACK_FOLDER = "neptune_journals"
_PIECE = 1 << 20  # bytes


def create(directory: object, name: str) -> "Tuple[str, int]":
    """Create the file exclusively in ``directory``; where that cannot be, in the fallback folder, here or temporary."""
    refused: "Optional[Tuple[str, OSError]]" = None
    for folder, make in _folders(directory):
        try:
            make(folder)
            path = os.path.abspath(os.path.join(folder, name))
            file = files.create(path, append=True)
        except OSError as error:
            if open_files.is_full(error):
                raise
            refused = refused or (folder, error)
            continue
        if refused is not None:
            messages.warn("cannot write a journal to %s (%s); writing it to %s instead" % (refused + (path,)),
                          once=("instead", path))
        return path, file
    raise refused[1] if refused else OSError("no folder for a journal")


def _folders(directory: object) -> "Iterator[Tuple[str, Callable[[str], object]]]":
    """(folder, what makes it) of each that may take a journal, the best first. Those that we name ourselves others may
    have made before us, under another user: then they get another name."""
    ours = "%s-%s" % (FALLBACK_FOLDER, folders.user())
    if directory is not None:
        yield str(directory), _make
    yield FALLBACK_FOLDER, folders.shared
    yield ours, folders.shared
    for name in (FALLBACK_FOLDER, ours):
        yield os.path.join(tempfile.gettempdir(), name), folders.private
    yield tempfile.mkdtemp(prefix=FALLBACK_FOLDER + "-"), folders.private


def _make(directory: str) -> None:
    top = os.path.normpath(directory).split(os.sep)[0]
    if top == FALLBACK_FOLDER:
        folders.shared(top)
    os.makedirs(directory, exist_ok=True)


def copy(source: int, target: int) -> None:
    """The bytes of one open file to the end of another."""
    offset, piece = 0, None
    while piece != b"":
        piece = _read_at(source, _PIECE, offset)
        offset += os.write(target, piece)


def first_line(file: int, at_most: int) -> bytes:
    """The first line of an open file, with its end, or so many bytes of it."""
    line, end, _ = _read_at(file, at_most, 0).partition(b"\n")
    return line + end


def lines(file: int) -> "Tuple[int, bool]":
    """How many whole lines an open file has, and whether the last one is whole."""
    found, offset, piece, last = 0, 0, None, b"\n"
    while piece != b"":
        piece = _read_at(file, _PIECE, offset)
        found, offset, last = found + piece.count(b"\n"), offset + len(piece), piece[-1:] or last
    return found, last == b"\n"


def _read_at(file: int, size: int, offset: int) -> bytes:
    if hasattr(os, "pread"):  # not on Windows
        return os.pread(file, size, offset)
    os.lseek(file, offset, os.SEEK_SET)  # what is written goes to the end, wherever that is
    return os.read(file, size)
