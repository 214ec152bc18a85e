"""Files of ours, in folders that others may write to: never made or opened through a link, never over what is not ours.

Whatever stands under a name of ours and is no regular file, or is somebody else's, is named (`NotOurs`) and left alone.
What may hold a config or what a client prints is its owner's alone, unless its folder is shared (`mode_in`).
"""
import binascii
import contextlib
import errno
import os
import stat

from . import descriptors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO, Callable, Iterable, Optional, Union
    Fault = Callable[[os.stat_result, str], Optional[str]]

PRIVATE = 0o600
_KINDS = ((stat.S_ISLNK, "a symlink"), (stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a FIFO"),
          (stat.S_ISSOCK, "a socket"), (stat.S_ISCHR, "a device"), (stat.S_ISBLK, "a device"))
_ALWAYS = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)  # O_BINARY, where line ends would be changed
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)  # to open a FIFO may take for ever
_TRIES = 100  # where others make and remove the same name


class NotOurs(OSError):
    """Something else has the name of our file or folder."""

    def __init__(self, path: object, found: str, expected: str = "a file of this user") -> None:
        super().__init__(errno.EEXIST, "%s, not %s; it is left alone" % (found, expected), str(path))

    def __str__(self) -> str:
        return "%s: %s" % (self.filename, self.strerror)


def create(path: str, mode: "Optional[int]" = None, append: bool = False) -> int:
    """Make a file that was not there, to read and write; returns its descriptor.

    Args:
        mode: its permission bits, less the umask; None for `mode_in` its folder.

    Raises:
        FileExistsError: something stands there, even a link to nothing.
        OSError: the folder takes none.
    """
    mode = mode_in(os.path.dirname(path)) if mode is None else mode
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | _NO_LINK | _ALWAYS | (os.O_APPEND if append else 0)
    return descriptors.high(os.open(path, flags, mode))


def create_or_open(path: str, mode: "Optional[int]" = None, append: bool = False) -> int:
    """Make a file, or open the one that this user made there, to read and write; returns its descriptor.

    Raises:
        NotOurs: something else stands there, or another name leads to the same file.
        OSError: the folder takes none.
    """
    for _ in range(_TRIES):
        try:
            return create(path, mode, append)
        except FileExistsError:
            with contextlib.suppress(FileNotFoundError):
                return _opened(path, os.O_RDWR | _NO_LINK | (os.O_APPEND if append else 0), _is_own)
    raise NotOurs(path, "a file that comes and goes")


def open_to_append(path: str) -> int:
    """Open a file of ours that is there, to read, and to write at its end; returns its descriptor.

    Raises:
        FileNotFoundError: nothing stands there.
        NotOurs: something else does.
    """
    return _opened(path, os.O_RDWR | os.O_APPEND | _NO_LINK, _is_usable)


def open_trusted(path: str) -> int:
    """Open a file of ours, or of one who may be trusted there (`is_trusted`), to read; returns its descriptor.

    Raises:
        FileNotFoundError: nothing stands there.
        NotOurs: something else does.
    """
    return _opened(path, os.O_RDONLY | _NO_LINK, _is_usable)


def open_to_read(path: str) -> "BinaryIO":
    """Open a regular file of any owner, links followed, for reading bytes; never waits, as opening a FIFO would.

    Raises:
        OSError: there is none, or it may not be read.
    """
    return os.fdopen(_opened(path, os.O_RDONLY, _is_anyones, os.stat), "rb")


def expect_file(path: str) -> None:
    """Raises OSError, a `NotOurs` among them, where that is no regular file, nor a link to one."""
    _check(os.stat(path), path, _is_anyones)


def replace(path: str, content: "Union[bytes, Iterable[bytes]]", mode: "Optional[int]" = None,
            of_colleagues: bool = False) -> None:
    """Put these bytes there, whole or not at all, in place of a file of ours or of nothing.

    Args:
        content: of what is too large for the memory, its parts.
        mode: permission bits; None for those of the file that is replaced, or `mode_in` the folder.
        of_colleagues: replace a file of another user's, too, who may be trusted there (`is_trusted`).

    Raises:
        NotOurs: something else stands there.
        OSError: the folder takes none.
    """
    path = str(path)
    old = expect_ours(path)
    temporary = "%s.%s.tmp" % (path, binascii.hexlify(os.urandom(8)).decode("ascii"))  # nobody plants that
    descriptor = create(temporary, PRIVATE if mode is None and old is not None else mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if old is not None and not of_colleagues and old.st_uid != os.fstat(descriptor).st_uid:
                raise NotOurs(path, _whose(old))  # asked of a new one: on some mounts all files are one user's
            file.writelines([content] if isinstance(content, bytes) else content)
            if mode is None and old is not None and hasattr(os, "fchmod"):
                os.fchmod(descriptor, stat.S_IMODE(old.st_mode) & 0o666)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.remove(temporary)
        raise


def expect_ours(path: str) -> "Optional[os.stat_result]":
    """The status of the file there, or None where there is nothing.

    Raises:
        NotOurs: it is not one that may be replaced.
    """
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return None
    _check(status, path, _is_usable)
    return status


def mode_in(folder: str) -> int:
    """The permission bits of a new file that may hold a config, before the umask.

    Its owner's alone; 0755 is what every folder has, and says nothing. Where the folder is shared, readable for those
    whom it is shared with: its group, which may write there, gets what is made there (set-group-ID, a default ACL) or
    may look into it while others may not; or everybody, who may write there, and not only put things beside one
    another, as in /tmp.
    """
    try:
        mode = os.stat(folder or ".").st_mode
    except OSError:
        return PRIVATE
    if mode & stat.S_IWOTH:
        return PRIVATE if mode & stat.S_ISVTX else PRIVATE | 0o044
    is_of_group = mode & (stat.S_IWGRP | stat.S_ISGID) or mode & 0o044 == 0o040
    return PRIVATE | 0o040 if is_of_group or _has_default_acl(folder or ".") else PRIVATE


def is_trusted(owner: int, folder: str) -> bool:
    """Whether a file of this user's (a uid) may be taken for what we, or a colleague, left in the folder.

    Ours, root's and the folder's owner's may; anybody's, where not everybody may write to the folder.
    """
    if not hasattr(os, "geteuid") or owner in (os.geteuid(), 0):
        return True
    status = os.stat(folder or ".")
    return owner == status.st_uid or not status.st_mode & stat.S_IWOTH


def kind(status: "os.stat_result") -> "Optional[str]":
    """What stands there, in words; None for a regular file."""
    return next((words for test, words in _KINDS if test(status.st_mode)), None)


def _opened(path: str, flags: int, fault: "Fault", look: "Callable[[str], os.stat_result]" = os.lstat) -> int:
    _check(look(path), path, fault)  # before it is opened, which a device may take for a command
    try:
        descriptor = os.open(path, flags | _AT_ONCE | _ALWAYS)
    except OSError as error:
        if flags & _NO_LINK and error.errno in (errno.ELOOP, errno.EMLINK):
            raise NotOurs(path, "a symlink") from None
        raise
    try:
        _check(os.fstat(descriptor), path, fault)
    except OSError:
        os.close(descriptor)
        raise
    return descriptors.high(descriptor)


def _check(status: "os.stat_result", path: str, fault: "Fault") -> None:
    found = kind(status) or fault(status, path)
    if found:
        raise NotOurs(path, found, "a file" if fault is _is_anyones else "a file of this user")


def _is_anyones(status: "os.stat_result", path: str) -> "Optional[str]":
    return None


def _is_usable(status: "os.stat_result", path: str) -> "Optional[str]":
    if not is_trusted(status.st_uid, os.path.dirname(path)):
        return _whose(status)
    return None


def _is_own(status: "os.stat_result", path: str) -> "Optional[str]":
    if hasattr(os, "geteuid") and status.st_uid != os.geteuid():
        return _whose(status)
    return "a file with a second name" if status.st_nlink > 1 else None


def _whose(status: "os.stat_result") -> str:
    return "a file of another user (uid %d)" % status.st_uid


def _has_default_acl(folder: str) -> bool:
    try:
        return bool(os.getxattr(folder, "system.posix_acl_default"))
    except (AttributeError, OSError):  # not on this system, or none
        return False
