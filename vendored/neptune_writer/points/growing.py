"""Runs that grow: their first rows wait for the choice of the step metric, and the choice is looked at again."""
from .rows import Row
from .rule import Rule
from .survey import Choice, Survey

ROWS, SECONDS = 10, 1.0
"""After so many rows, or so long after the first, the step metric is chosen; and again whenever there are twice as
many rows as before."""


class Live:
    """A run of which more may come. The journal has its rows anyway; held back is only what a tracker gets.

    Args:
        names, user: see `Survey`.
        state: see `state`.
        choice: where it is known already, from a first look at ``rows`` rows.
        **how: see `Rule`.

    Attributes:
        survey: the `Survey` of all rows so far.
        choice: the `Choice`; None while rows wait for it.
        changed: the `Choice` that all rows so far would make, where it is another by now; else None. Then `begin_anew`
            is to be told of these rows again, which are in the journal.
    """

    def __init__(self, names, user=(), state=None, choice=None, rows=0, **how):
        state = state or {}
        self._how = how
        self.survey = Survey(names, user, state.get("survey"))
        self._waiting = [Row(*one) for one in state.get("waiting", ())]
        self._look_at = state.get("look_at", ROWS)  # rows
        chosen = state.get("choice")
        self.choice = None if chosen is None else Choice(chosen[0], frozenset(chosen[1]), chosen[2])
        self._rule = None if chosen is None else Rule(self.choice, state=state["rule"], **how)
        if choice is not None:
            self.choice, self._rule, self._look_at = choice, Rule(choice, **how), 2 * max(rows, ROWS)
        self.changed = None

    def state(self):
        """What `__init__` goes on from, as JSON."""
        state = {"survey": self.survey.state(), "look_at": self._look_at,
                 "waiting": [list(row) for row in self._waiting]}
        if self.choice is not None:
            state.update(choice=[self.choice.name, sorted(self.choice.given), self.choice.wins],
                         rule=self._rule.state())
        return state

    def feed(self, row):
        """The next row; returns what is placed by it, see `Rule.feed`: nothing while it waits."""
        self.survey.add(row)
        if self.choice is not None:
            if self.survey.rows >= self._look_at:
                self._look_again()
            return self._rule.feed(row)
        self._waiting.append(row)
        if self.survey.rows >= ROWS or row.time - self._waiting[0].time >= SECONDS:
            return self.choose()
        return []

    def open(self):
        """[(key, metrics)] of the rows that were fed and are not placed."""
        waiting = [(row.key, row.values.keys()) for row in self._waiting if row.values]
        return waiting if self._rule is None else self._rule.open()

    def is_due(self, now):
        """Whether the first row was written so long ago that the choice need not wait any more; ``now``: Unix seconds,
        by the clock of who wrote it."""
        return bool(self._waiting) and not 0 <= now - self._waiting[0].time < SECONDS

    def choose(self):
        """Choose now, from what there is; returns what is placed by that."""
        if self.choice is not None:
            return []
        self.choice = self.survey.choice()
        self._look_at = 2 * max(self.survey.rows, 1)
        self._rule = Rule(self.choice, **self._how)
        waiting, self._waiting = self._waiting, []
        return [placed for row in waiting for placed in self._rule.feed(row)]

    def finish(self):
        """No row comes any more, for now; returns what is placed by that."""
        placed = self.choose()
        self._look_again()
        return placed + self._rule.finish()

    def begin_part(self):
        """What comes next is of another process, see `Rule.begin_part`; returns what is placed by that."""
        return [] if not self.survey.rows else self.choose() + self._rule.begin_part()

    def begin_anew(self, rows):
        """Go on as if the choice had always been what ``changed`` says: ``rows`` are all that were fed."""
        self.choice, self.changed = self.changed, None
        self._rule = Rule(self.choice, **self._how)
        for row in rows:
            self._rule.feed(row)

    def _look_again(self):
        self._look_at = 2 * max(self.survey.rows, 1)
        choice = self.survey.choice()
        if choice[::2] != self.choice[::2] or bool(choice.given) > bool(self.choice.given):
            self.changed = choice
