"""Which folders a command has for itself: a lock leaves no file, and dies with the process.

What changes a folder may change any below it, and make a record that governs them: so the folder is locked, and each
above it is too, as one that is shared with whoever works beside.
"""
from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Iterator, Sequence

from scripts.refusal import Refusal


@contextlib.contextmanager
def locked(root: str, held: Sequence[str]) -> Iterator[None]:
    """Keep other commands out of a folder, of those above and of those below; not out of those beside it.

    Args:
        held: folders above that this command has locked already.

    Raises:
        Refusal: another one is at work.
    """
    try:
        import fcntl
    except ImportError:  # Windows: no lock on a folder there
        yield
        return
    with contextlib.ExitStack() as handles:
        for place in [*map(str, reversed(Path(root).parents)), root]:
            if place in held or place != root and not os.access(place, os.R_OK):
                continue
            handle = os.open(place, os.O_RDONLY)
            handles.callback(os.close, handle)
            try:
                fcntl.flock(handle, (fcntl.LOCK_EX if place == root else fcntl.LOCK_SH) | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Refusal(f"{place}: another install or uninstall is at work there; "
                              "wait for it, then run this again") from None
            except OSError:
                pass  # a file system without locks
        yield
