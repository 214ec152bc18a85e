"""What to say where the system refuses an operation: one line with the place, the reason, and what to do."""
from __future__ import annotations

import errno

_OWNER = "chmod u+rwX it, or run this as its owner"
_ROOM = "make room there, then run this again"
_ADVICE = {errno.EACCES: _OWNER, errno.EPERM: _OWNER, errno.ENOSPC: _ROOM, errno.EDQUOT: _ROOM,
           errno.EROFS: "work on a copy"}


def one_line(error: OSError, place: str, outcome: str = "") -> str:
    """The line.

    Args:
        place: what was worked on, where the error does not say it.
        outcome: what became of the work.
    """
    advice = _ADVICE.get(error.errno or 0)
    return f"{error.filename or place}: {error.strerror or error}{outcome}" + (f"; {advice}" if advice else "")
