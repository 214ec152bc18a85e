"""What a file has besides its bytes: its owner and group, permission bits, ACL, extended attributes, and times.

Linux keeps an ACL among the extended attributes. macOS and Windows show Python neither, so there both are lost when a
file is replaced, as they are under an editor that saves by renaming.
"""
from __future__ import annotations

import contextlib
import os
import stat
from typing import Optional

_OF_THE_SYSTEM = ("security.", "trusted.")  # only root may set them, and not everywhere


class Lost(OSError):
    """An attribute could not be carried over; the message is one line, without the file."""


def keep(old: int, new: int, place: str) -> None:
    """Give one open file, which lies at ``place``, what another has, times apart.

    Raises:
        Lost: the file system does not take one of them.
    """
    status = os.fstat(old)
    if hasattr(os, "fchown"):
        _keep_owner(status, new)
    if hasattr(os, "listxattr"):
        _keep_extended(old, new)
    set_mode(new, stat.S_IMODE(status.st_mode), place)  # last: a new owner clears set-id bits, an ACL sets the group's


def _keep_owner(status: os.stat_result, new: int) -> None:
    """Where root works on a user's checkout, the file stays the user's."""
    made = os.fstat(new)
    if (made.st_uid, made.st_gid) != (status.st_uid, status.st_gid):
        with contextlib.suppress(OSError):  # the same happens under any editor
            os.fchown(new, status.st_uid, status.st_gid)


def _keep_extended(old: int, new: int) -> None:
    names = _names(old)
    for name in set(_names(new)) - set(names):  # the folder's default ACL
        with contextlib.suppress(OSError):
            os.removexattr(new, name)
    for name in names:
        try:
            os.setxattr(new, name, os.getxattr(old, name))
        except OSError as error:
            if not name.startswith(_OF_THE_SYSTEM):
                raise Lost(error.errno, f"its attribute {name} cannot be kept ({error.strerror})") from None


def _names(file: int) -> list[str]:
    try:
        return os.listxattr(file)
    except OSError:  # a file system without them
        return []


def set_mode(file: int, mode: int, place: str) -> None:
    """Set the permission bits of an open file."""
    if hasattr(os, "fchmod"):
        os.fchmod(file, mode)
    else:
        os.chmod(place, mode)  # Windows, where nobody but us may rename an open file


def set_modified(file: int, modified: Optional[int]) -> None:
    """Set when an open file was modified, nanoseconds since 1970; None leaves it."""
    if modified is not None and os.utime in os.supports_fd:
        os.utime(file, ns=(os.fstat(file).st_atime_ns, modified))


def give_to_owner_of(folder: str, at: Optional[int], file: int) -> None:
    """What root makes in the folder of a user belongs to the user, who could not remove it otherwise.

    Args:
        folder, at: a path, and the open folder that it is relative to.
        file: an open file, or folder, that was made there just now.
    """
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return
    above, made = os.stat(folder, dir_fd=at), os.fstat(file)
    if above.st_uid != 0 and made.st_uid == 0:
        with contextlib.suppress(OSError):  # a file server may let not even root do that
            os.fchown(file, above.st_uid, above.st_gid)
