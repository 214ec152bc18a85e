"""The journals that one run is made of: one, or several where a training went on with it."""
import os
import time

from ..journal import reading
from .cursor import Cursor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List, Sequence

    from .stopping import Stopping

_STILL_SECONDS = 60.0


class RunJournal:
    """One journal of a run, and how far one target has it.

    Attributes:
        header: the journal's first record.
        cursor: the upload position.
        stopping: a `Stopping` for this journal: once another one resumes it, its present end is the end, too.
        rows: how many were sent and confirmed.
        resumed_by: the journals that went on with the run; their rows supersede those of this one.
    """

    def __init__(self, path: str, cursor: Cursor, stopping: "Stopping") -> None:
        self.path = path
        self.header = reading.read_whole_header(path)
        self.cursor = cursor
        self.resumed_by: List[RunJournal] = []
        self.rows = 0
        self.stopping: Any = _UntilResumed(stopping, self)

    @classmethod
    def of_target(cls, path: str, target: str, stopping: "Stopping", others: "Sequence[str]" = ()) -> "RunJournal":
        """The journal at a path, as far as a target has it; ``others``: see `Cursor`."""
        return cls(path, Cursor(path, target, others), stopping)

    def size(self) -> int:
        """Bytes of the file; 0 where it is gone."""
        try:
            return os.path.getsize(self.path)
        except OSError:
            return 0

    def is_over(self) -> bool:
        """Whether nothing comes any more: the run has ended, or nobody has written to it for a minute."""
        try:
            still = time.time() - os.path.getmtime(self.path)
        except OSError:
            return True
        return self.stopping.is_over or not 0 <= still < _STILL_SECONDS or reading.has_ended(self.path)


class _UntilResumed:

    def __init__(self, stopping: "Stopping", journal: RunJournal) -> None:
        self._stopping = stopping
        self._journal = journal

    def __getattr__(self, name: str) -> "Any":
        return getattr(self._stopping, name)

    def is_set(self) -> bool:
        """See `Stopping`."""
        return bool(self._journal.resumed_by) or self._stopping.is_set()
