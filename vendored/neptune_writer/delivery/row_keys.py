"""Which journal of a run, and which byte in it, a row's key tells of."""
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, List, Optional, Pattern, Tuple

    from .run_journals import RunJournal


class RowKeys:
    """The keys that `Lines` gives rows, ``ID-BYTE``, and those made of them, with ``+`` or ``/`` behind."""

    def __init__(self) -> None:
        self._ids: Dict[RunJournal, str] = {}  # two journals may have one run id
        self._patterns: List[Tuple[str, Pattern[str]]] = []
        self._last: Optional[Tuple[str, Pattern[str]]] = None  # mostly that of the next row, too

    def id_of(self, journal: "RunJournal") -> str:
        """What the keys of a journal's rows begin with: the run's id, or with a number behind it."""
        if journal not in self._ids:
            run = journal.header["run"]
            unique, number = run, 1
            while unique in self._ids.values():
                number += 1
                unique = "%s~%d" % (run, number)
            self._ids[journal] = unique
            self._patterns.append((unique, re.compile(re.escape(unique) + r"-(\d+)(?:[+/]|$)")))
        return self._ids[journal]

    def row_of(self, key: str) -> "Tuple[str, int]":
        """(id of its journal, byte) of the row that a key is of."""
        found = self._last and self._last[1].match(key)
        if not found or self._last is None:
            self._last, found = next((one, found) for one in self._patterns for found in [one[1].match(key)] if found)
        return self._last[0], int(found.group(1))

    def is_whole_row(self, key: str) -> bool:
        """Whether it is a row's own key, and not that of some of its points."""
        return key == "%s-%d" % self.row_of(key)
