"""Two files change places in one step, so that nothing that somebody saves meanwhile is overwritten unseen."""
from __future__ import annotations

import ctypes
import errno
import os
from typing import Any, Callable, Optional

from scripts.checkout.anchor import Place

_EXCHANGE = 2  # RENAME_EXCHANGE of Linux's renameat2(2)
_HERE = -100  # AT_FDCWD
_NOT_HERE = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM)  # the system, or this file system


def exchanged(one: Place, other: Place) -> bool:
    """Whether the files have changed places; False where that cannot be done in one step.

    Raises:
        OSError: one of them is gone.
    """
    function = _renameat2()
    if function is None or _call(function, one, other) == 0:
        return function is not None
    number = ctypes.get_errno()
    if number in _NOT_HERE:
        return False
    raise OSError(number, os.strerror(number), other.whole)


def _call(function: Callable[..., int], one: Place, other: Place) -> int:
    folders = [_HERE if place.folder is None else place.folder for place in (one, other)]
    return function(folders[0], os.fsencode(one.name), folders[1], os.fsencode(other.name), _EXCHANGE)


def _renameat2() -> Optional[Any]:
    """None on systems without it: macOS, Windows, Linux with an old C library."""
    try:
        return ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError, TypeError):
        return None
