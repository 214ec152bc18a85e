"""Files that clients keep a run in: made whole or not at all, and told when they are gone."""
import contextlib
import os
import re
import time
import uuid

from ..system import files, locks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, List, Optional, Tuple

_OTHERS_SECONDS = 120.0  # for another process that makes the same file
_LOOK_SECONDS = 0.1


def make(path: str, fill: "Callable[[str], object]") -> None:
    """Have ``fill(temporary path)`` make a file, and move it to ``path`` once it is whole, unless one is there.

    A process that is killed meanwhile leaves nothing at ``path``; the next one removes what it left beside it.

    Raises:
        OSError: the folder takes none, or another process makes it for ever.
        Exception: what ``fill`` raises.
    """
    began = time.monotonic()
    os.makedirs(os.path.dirname(path), exist_ok=True)
    while not _has_content(path):
        try:
            with locks.held(path):
                for left in _beside(path):
                    with contextlib.suppress(OSError):
                        if files.expect_ours(left):
                            os.remove(left)
                if not _has_content(path):
                    files.expect_ours(path)
                    temporary = "%s.%s.new" % (path, uuid.uuid4().hex)  # no name twice: clients remember them
                    fill(temporary)
                    os.replace(temporary, path)
        except locks.Unsure as error:
            raise OSError("%s cannot be made: %s" % (path, error))
        except locks.AlreadyLocked as held:
            if time.monotonic() - began >= _OTHERS_SECONDS:
                raise OSError("%s cannot be made: it is %s" % (path, str(held).replace("being sent", "being made")))
            time.sleep(_LOOK_SECONDS)


def _beside(path: str) -> "List[str]":
    """The files that a killed process left, and SQLite's beside them."""
    folder, name = os.path.split(path)
    ours = re.compile(re.escape(name) + r"\.[0-9a-f]{32}\.new(-journal|-wal|-shm)?")
    return [os.path.join(folder, entry) for entry in os.listdir(folder) if ours.fullmatch(entry)]


def _has_content(path: str) -> bool:
    """Whether there is a file that is not empty, as SQLite leaves it when it is killed at the start."""
    try:
        return os.path.getsize(path) > 0
    except OSError:
        return False


class Kept:
    """A file that must stay where it is: what is written to one that was deleted or replaced is lost."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._was = self._status()

    def _status(self) -> "Optional[Tuple[int, int]]":
        try:
            status = os.stat(self._path)
            return status.st_dev, status.st_ino
        except OSError:
            return None

    def is_there(self) -> bool:
        """Whether it is still the same file."""
        return self._status() == self._was
