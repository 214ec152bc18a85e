"""A path of the checkout by the open folder that it lies in, so that nobody can swap a folder for a link meanwhile.

Each folder on the way is opened in the one above it, which is then held; a link in its place is not followed. What is
done to a name in an open folder is done in that folder, wherever somebody moves it.
"""
from __future__ import annotations

import contextlib
import errno
import os
import stat
from typing import BinaryIO, Iterator, NamedTuple, Optional, cast

from scripts.checkout import attributes

_ALL_OF_IT = {os.open, os.mkdir, os.rmdir, os.stat, os.unlink, os.rename} <= os.supports_dir_fd and \
    hasattr(os, "O_DIRECTORY") and hasattr(os, "O_NOFOLLOW")
_TO_PASS = getattr(os, "O_PATH", 0)  # Linux: a folder that one may only pass through will do
_SAFELY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)  # to open a FIFO may take for ever


class Swapped(OSError):
    """A folder on the way is not a folder any more; the message is one line, without the place."""


class Place(NamedTuple):
    """A name in an open folder, for the functions that take a ``dir_fd``.

    Attributes:
        folder: its descriptor; None where the system has none of that, and `name` is the whole path.
        whole: the path, to be shown.
    """

    folder: Optional[int]
    name: str
    whole: str

    def below(self, name: str) -> Place:
        """The place of a name in this one, which is the folder itself."""
        return Place(self.folder, os.path.join(self.name, name), os.path.join(self.whole, name))

    def open(self, mode: str, bits: int = 0o666) -> BinaryIO:
        """Open the file in this binary mode, by no link; ``bits``: permissions, less the umask, where it is made."""
        def opener(path: str, flags: int) -> int:
            return os.open(self.name, flags | _SAFELY, bits, dir_fd=self.folder)
        return cast(BinaryIO, open(self.whole, mode, -1, None, None, None, True, opener))

    def status(self) -> Optional[os.stat_result]:
        """What stands there, a link not followed; None where nothing does."""
        try:
            return os.stat(self.name, dir_fd=self.folder, follow_symlinks=False)
        except FileNotFoundError:
            return None


@contextlib.contextmanager
def place_of(root: str, path: str, make: bool = False) -> Iterator[Place]:
    """Where a path of the checkout lies; an OSError about its name gets the whole path.

    Args:
        root: the checkout, a real path.
        path: relative to it, with `/`.
        make: make the folders that it lies in.

    Raises:
        Swapped: there is a link on the way, or something that is not a folder.
        FileNotFoundError: a folder on the way is missing.
    """
    whole = os.path.join(root, path)
    if not _ALL_OF_IT:
        if make:
            os.makedirs(os.path.dirname(whole), exist_ok=True)
        yield Place(None, whole, whole)
        return
    folders, name = path.split("/")[:-1], path.rpartition("/")[2]
    with contextlib.ExitStack() as held:
        folder = _root(root)
        held.callback(os.close, folder)
        for index, part in enumerate(folders):
            with _named(os.path.join(root, *folders[:index + 1])):
                made = make and _made(folder, part)
                above, folder = folder, _below(folder, part)
                if made:
                    _give(above, folder, part)
            held.callback(os.close, folder)
        with _named(whole):
            yield Place(folder, name, whole)


def _made(folder: int, name: str) -> bool:
    try:
        os.mkdir(name, dir_fd=folder)
    except FileExistsError:
        return False
    return True


def _give(above: int, folder: int, name: str) -> None:
    """Give a folder that root made to the owner of the folder above, by a descriptor that allows it."""
    made = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=above)
    try:
        if os.path.samestat(os.fstat(made), os.fstat(folder)):
            attributes.give_to_owner_of(".", above, made)
    finally:
        os.close(made)


def _root(root: str) -> int:
    """The checkout itself; from the top, where a folder can be passed through that may not be listed."""
    root = os.path.abspath(root)
    if not _TO_PASS:
        return os.open(root, os.O_DIRECTORY | os.O_NOFOLLOW)
    folder, passed = os.open("/", os.O_DIRECTORY | _TO_PASS), "/"
    for part in root.split("/")[1:] if root != "/" else ():
        passed = os.path.join(passed, part)
        try:
            with _named(passed):
                below = _below(folder, part)
        finally:
            os.close(folder)
        folder = below
    return folder


def _below(folder: int, name: str) -> int:
    try:
        return os.open(name, os.O_DIRECTORY | os.O_NOFOLLOW | _TO_PASS, dir_fd=folder)
    except OSError as error:
        if error.errno not in (errno.ELOOP, errno.EMLINK, errno.ENOTDIR):
            raise
        found = "a symlink" if stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode) else "a file"
        raise Swapped(error.errno, f"{found} has taken the place of this folder; it is not followed", name) from None


@contextlib.contextmanager
def _named(place: str) -> Iterator[None]:
    """An OSError gets the whole path in place of a bare name."""
    try:
        yield
    except OSError as error:
        if error.filename is not None and not isinstance(error.filename, int) and not os.path.isabs(error.filename):
            error.filename = place
        raise
