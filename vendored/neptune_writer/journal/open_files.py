"""Which journals are open: the few that were written last. One a logger, in a sweep of hundreds in one process, would
take all the files that the training may open."""
import collections
import errno

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Optional, OrderedDict, Protocol, TypeVar

    _Opened = TypeVar("_Opened")

    class _Journal(Protocol):
        def rest(self) -> bool:
            """Close the file until the next record; whether that was done."""

AT_MOST = 8
"""An agent's, its evaluation's and those of a few more seeds: a thirtieth of the 256 files that macOS allows.
One that was closed costs its next row an `open`, some 20 us."""
_NO_MORE = (errno.EMFILE, errno.ENFILE)
_open: "OrderedDict[_Journal, None]" = collections.OrderedDict()
"""The one that was not written for longest comes first."""


def used(journal: "_Journal") -> None:
    """It is open and was written; asked once a second of each. Others are closed where there are too many."""
    _open[journal] = None
    _open.move_to_end(journal)
    if len(_open) > AT_MOST:
        _close_one(journal)


def closed(journal: "_Journal") -> None:
    """It is not open any more."""
    _open.pop(journal, None)


def is_full(error: OSError) -> bool:
    """Whether an OSError says that no more files may be open."""
    return error.errno in _NO_MORE


def with_room(opening: "Callable[[], _Opened]") -> "_Opened":
    """What ``opening()`` returns; where no more files may be open, journals are closed for it one by one."""
    while True:
        try:
            return opening()
        except OSError as error:
            if not is_full(error) or not _close_one(None):
                raise


def _close_one(journal: "Optional[_Journal]") -> bool:
    return any(other.rest() for other in list(_open) if other is not journal)
