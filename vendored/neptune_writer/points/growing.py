"""Runs that grow: their first rows wait for the choice of the step metric, and the choice is looked at again."""
from .x_rule import Rule
from .survey import Survey

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Collection, List, Optional, Sequence, Tuple

    from .rows import Placed, Row
    from .survey import Choice

CHOOSE_AFTER_ROWS, CHOOSE_AFTER_SECONDS = 10, 1.0
"""After so many rows, or so long after the first, the step metric is chosen; and again whenever there are twice as
many rows as before."""


class GrowingRun:
    """A run of which more may come. The journal has its rows anyway; held back is only what a tracker gets.

    Args:
        names, user: see `Survey`.
        choice: where it is known already, from a first look at ``rows`` rows.
        **options: see `Rule`.

    Attributes:
        survey: the `Survey` of all rows so far.
        choice: the `Choice`; None while rows wait for it.
        changed: the `Choice` that all rows so far would make, where it is another by now; else None.
    """

    def __init__(self, names: "Sequence[str]", user: "Sequence[str]" = (), choice: "Optional[Choice]" = None,
                 rows: int = 0, **options: "Any") -> None:
        self._options = options
        self.survey = Survey(names, user)
        self._waiting: List[Row] = []
        self._look_at = 2 * max(rows, CHOOSE_AFTER_ROWS)  # rows
        self.choice = choice
        self._rule = None if choice is None else Rule(choice, **options)
        self.changed: Optional[Choice] = None

    def feed(self, row: "Row") -> "List[Placed]":
        """The next row; returns what is placed by it, see `Rule.feed`: nothing while it waits."""
        self.survey.add(row)
        if self._rule is not None:
            if self.survey.rows >= self._look_at:
                self._look_again()
            return self._rule.feed(row)
        self._waiting.append(row)
        if self.survey.rows >= CHOOSE_AFTER_ROWS or row.time - self._waiting[0].time >= CHOOSE_AFTER_SECONDS:
            return self.choose()
        return []

    def waiting(self) -> "List[Tuple[str, Collection[str]]]":
        """[(key, metrics)] of the rows that were fed and are not placed."""
        if self._rule is not None:
            return self._rule.waiting()
        return [(row.key, row.values.keys()) for row in self._waiting if row.values]

    def is_due(self, now: float) -> bool:
        """Whether the first row was written so long ago that the choice need not wait any more.

        ``now``: Unix seconds, by the clock of who wrote it; one that was set back lets nothing wait.
        """
        return bool(self._waiting) and not 0 <= now - self._waiting[0].time < CHOOSE_AFTER_SECONDS

    def choose(self) -> "List[Placed]":
        """Choose now, from what there is; returns what is placed by that."""
        if self._rule is not None:
            return []
        self.choice = self.survey.choice()
        self._look_at = 2 * max(self.survey.rows, 1)
        rule = self._rule = Rule(self.choice, **self._options)
        waiting, self._waiting = self._waiting, []
        return [placed for row in waiting for placed in rule.feed(row)]

    def finish(self) -> "List[Placed]":
        """No row comes any more, for now; returns what is placed by that."""
        placed = self.choose()
        self._look_again()
        return placed + (self._rule.finish() if self._rule else [])

    def resume(self) -> "List[Placed]":
        """What comes next is of another process, see `Rule.resume`; returns what is placed by that."""
        return [] if not self.survey.rows else self.choose() + (self._rule.resume() if self._rule else [])

    def _look_again(self) -> None:
        self._look_at = 2 * max(self.survey.rows, 1)
        choice, chosen = self.survey.choice(), self.choice
        if chosen and (choice[::2] != chosen[::2] or bool(choice.given) > bool(chosen.given)):
            self.changed = choice
