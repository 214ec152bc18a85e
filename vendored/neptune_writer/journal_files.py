"""The file of a journal: where it is made, and what is read back of it."""
import os
import tempfile

from . import files, folders, messages, open_files

FALLBACK_FOLDER = "neptune_journals"
_PIECE = 1 << 20  # bytes


def create(directory, name):
    """Create the file exclusively in ``directory``; where that cannot be, in the fallback folder, here or temporary."""
    refused = None
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
            messages.warn("%s takes no journal (%s); it is %s" % (refused + (path,)), once=("instead", path))
        return path, file
    raise refused[1]


def _folders(directory):
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


def _make(directory):
    top = os.path.normpath(directory).split(os.sep)[0]
    if top == FALLBACK_FOLDER:
        folders.shared(top)
    os.makedirs(directory, exist_ok=True)


def copy(source, target):
    """The bytes of one open file to the end of another."""
    offset, piece = 0, None
    while piece != b"":
        piece = read_at(source, _PIECE, offset)
        offset += os.write(target, piece)


def read_at(file, size, offset):
    """So many bytes of an open file from an offset on."""
    if hasattr(os, "pread"):  # not on Windows
        return os.pread(file, size, offset)
    os.lseek(file, offset, os.SEEK_SET)  # what is written goes to the end, wherever that is
    return os.read(file, size)
