"""Every operation that touches the disk, so that a test can make any one of them fail.

Paths inside a checkout are relative, with `/`, and go through `inside` before anything is opened:
they never leave the checkout, not by `..`, not by a symlink.
"""
from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from typing import Iterator, List, NamedTuple, Optional, Tuple

from scripts.checkout import anchor, attributes
from scripts.refusal import Refusal

LARGEST = 50_000_000  # bytes; nothing that is ours to read comes near it
LONGEST = 200  # bytes of a name that still leave room for what is put around it; a file system takes 255
TEMPORARY = ".neptune-tmp"


class Found(NamedTuple):
    """A regular file as it stands; ``modified``: when it was, nanoseconds since 1970."""

    raw: bytes
    mode: int
    modified: int = 0


def step(operation: str, path: str) -> None:
    """Called before each operation that changes the disk. Tests replace it to raise or to kill."""


def digest(raw: bytes) -> str:
    """The SHA-256 of some bytes, in hex."""
    return hashlib.sha256(raw).hexdigest()


def status_of(place: str) -> Optional[os.stat_result]:
    """What stands there, a symlink not followed; None where nothing does.

    Raises:
        OSError: it cannot be told. `os.path.exists` and its like would say that nothing is there.
    """
    try:
        return os.lstat(place)
    except (FileNotFoundError, NotADirectoryError):
        return None


def inside(root: str, path: str) -> str:
    """The real place of a path in the checkout.

    Raises:
        Refusal: the path leaves the checkout or passes through a symlink.
    """
    parts = path.split("/")
    if os.path.isabs(path) or "\\" in path or "\0" in path or \
            any(part in ("", ".", "..") for part in parts):
        raise Refusal(f"{path!r}: not a path inside the checkout")
    place = root
    for part in parts:
        place = os.path.join(place, part)
        status = status_of(place)
        if status is None:
            return os.path.join(root, path)
        if stat.S_ISLNK(status.st_mode):
            raise Refusal(f"{path}: {os.path.relpath(place, root)} is a symlink, which is not followed")
    return place


def read(root: str, path: str) -> Optional[Found]:
    """The file's bytes and mode; None where there is none.

    Raises:
        Refusal: what stands there is not a regular file.
    """
    place = inside(root, path)
    status = status_of(place)
    if status is None:
        return None
    if not stat.S_ISREG(status.st_mode):
        raise Refusal(f"{path}: not a regular file")
    if status.st_size > LARGEST:
        raise Refusal(f"{path}: larger than {LARGEST:,} bytes: {status.st_size:,}")
    with anchor.place_of(root, path) as at, at.open("rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise Refusal(f"{path}: not a regular file")
        return Found(file.read(), stat.S_IMODE(status.st_mode), status.st_mtime_ns)


def is_folder(place: str) -> bool:
    """Whether a folder stands there, and no symlink to one."""
    status = status_of(place)
    return status is not None and stat.S_ISDIR(status.st_mode)


def below(root: str, path: str) -> Iterator[Tuple[str, List[str], List[str]]]:
    """`os.walk` of a folder in the checkout, from the bottom up, which raises where it cannot look."""
    def fail(error: OSError) -> None:
        raise error

    return os.walk(inside(root, path), topdown=False, onerror=fail)


def temporary(path: str) -> str:
    """The name a file is written under before it is renamed to its own."""
    folder, name = os.path.split(path)
    if len(os.fsencode(name)) > LONGEST:
        name = digest(os.fsencode(name))
    return os.path.join(folder, f".{name}{TEMPORARY}")


def write(root: str, path: str, raw: bytes, mode: Optional[int] = None, modified: Optional[int] = None) -> None:
    """Put the whole file there at once: temporary file, fsync, rename.

    A rename leaves hard-linked siblings of the old file alone, and works on a read-only file.

    Args:
        mode: its permission bits; None for those of the file it replaces, or of any new file.
        modified: when it was, nanoseconds since 1970; None for now.
    """
    inside(root, path)
    with anchor.place_of(root, path) as at:
        waiting = write_beside(at, path, raw, mode, modified)
        step("rename", path)
        os.replace(waiting.name, at.name, src_dir_fd=at.folder, dst_dir_fd=at.folder)


def write_beside(at: anchor.Place, path: str, raw: bytes, mode: Optional[int], modified: Optional[int]) -> anchor.Place:
    """Write what is to take a file's place under its temporary name, with all that the file has besides its bytes.

    Raises:
        Refusal: the name is taken, or something of the file cannot be kept.
    """
    waiting = anchor.Place(at.folder, temporary(at.name), temporary(at.whole))
    step("write", path)
    if not _cleared(waiting):
        raise planted(path)
    with contextlib.ExitStack() as opened:
        old = opened.enter_context(at.open("rb")) if at.status() else None
        file = opened.enter_context(waiting.open("xb", 0o666 if mode is None and old is None else 0o600))
        file.write(raw)
        file.flush()
        if old is not None:
            try:
                attributes.keep(old.fileno(), file.fileno(), waiting.whole)
            except attributes.Lost as error:
                raise Refusal(f"{path}: {error.strerror}; nothing was changed") from None
        else:
            attributes.give_to_owner_of(os.path.dirname(at.name) or ".", at.folder, file.fileno())
        if mode is not None:
            attributes.set_mode(file.fileno(), mode, waiting.whole)
        attributes.set_modified(file.fileno(), modified)
        os.fsync(file.fileno())
    return waiting


def clear(root: str, path: str) -> bool:
    """Remove what an interrupted command left under the temporary name; whether nothing is there now.

    Anything but a plain file is not ours, and left alone.
    """
    inside(root, path)
    try:
        with anchor.place_of(root, path) as at:
            return _cleared(anchor.Place(at.folder, temporary(at.name), temporary(at.whole)))
    except FileNotFoundError:
        return True


def planted(path: str) -> Refusal:
    """The refusal where something else stands under the temporary name."""
    return Refusal(f"{temporary(path)}: install needs this place for a temporary file, which this is not; remove it, "
                   "then run this again")


def _cleared(waiting: anchor.Place) -> bool:
    found = waiting.status()
    if found is None:
        return True
    if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
        return False
    os.unlink(waiting.name, dir_fd=waiting.folder)
    return True


def remove(root: str, path: str) -> None:
    """Remove a file, if it is there."""
    if status_of(inside(root, path)):
        step("remove", path)
        with anchor.place_of(root, path) as at:
            os.unlink(at.name, dir_fd=at.folder)


def make_folder(root: str, path: str) -> None:
    """Make a folder and those above it; "" is the checkout itself."""
    place = inside(root, path) if path else root
    if not is_folder(place):
        step("make folder", path)
        with anchor.place_of(root, f"{path}/" if path else "", make=True):
            pass


def remove_folder(root: str, path: str) -> None:
    """Remove a folder if it is empty, but for what Python keeps in `__pycache__`."""
    place = inside(root, path)
    if not is_folder(place) or set(os.listdir(place)) - {"__pycache__"}:
        return
    step("remove folder", path)
    cache = os.path.join(place, "__pycache__")
    if is_folder(cache):
        names = os.listdir(cache)
        with anchor.place_of(root, f"{path}/__pycache__/") as at:
            for name in names:
                if name.endswith((".pyc", ".pyo")) or ".pyc." in name:
                    os.unlink(os.path.join(at.name, name), dir_fd=at.folder)
        if os.listdir(cache):
            return
        with anchor.place_of(root, f"{path}/__pycache__") as at:
            os.rmdir(at.name, dir_fd=at.folder)
    with anchor.place_of(root, path) as at:
        os.rmdir(at.name, dir_fd=at.folder)


def is_read_only(root: str, path: str) -> bool:
    """Whether no file can be put into the folder; root respects a read-only folder as well."""
    place = os.path.join(root, path) if path else root
    while not is_folder(place):
        place = os.path.dirname(place)
    return not os.access(place, os.W_OK) or not os.stat(place).st_mode & 0o222
