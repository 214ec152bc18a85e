"""Runs that are over, or are there as far as they go: each point once, where the whole run says that it stands."""
from .later import Later
from .places import FILE, PART
from .rule import Rule
from .survey import Survey


def points(rows, names, user=(), state=None, **how):
    """What is placed and not superseded, in the order of x in each metric: rows of `rows.Placed`, one by one.

    Nothing is kept in memory but what `later` notes down, and points that came out of order.

    Args:
        rows: called three times at most, returns an iterable of the same `rows.Row` each time; among them `FILE` where
            another file of the run begins, and `PART` where another process went on with it.
        names, user: see `survey.Survey`.
        state: a `Rule`'s, of the rows before.
        **how: see `Rule`.
    """
    return Past(rows, names, user, state, **how).points()


class Past:
    """`points`, and what is to be said of them.

    Args:
        survey: one that knows all rows, with ``falls`` also where another file or process begins; else one is made.

    Attributes:
        survey: the `Survey`, after all rows.
        choice: its choice.
        later: the `Later`, which counts what was superseded.
        rule: the `Rule`, whose state is that of the end once all points were taken.
    """

    def __init__(self, rows, names, user=(), state=None, is_over=True, survey=None, **how):
        self._rows, self._how, self._state, self._is_over = rows, how, state, is_over
        self.survey = Survey(names, user) if survey is None else survey
        for row in rows() if survey is None else ():
            if row is FILE or row is PART:
                self.survey.falls = True
            else:
                self.survey.add(row)
        self.choice = self.survey.choice()
        self.later = Later()
        if self.survey.falls or state is not None:
            for placed in self._placed():
                self.later.note(placed)

    def points(self):
        """See `points`."""
        for placed in self._placed():
            kept = self.later.kept(placed)
            if kept is not None and kept.values:
                yield from self.later.in_order(kept)
        yield from self.later.rest()

    def _placed(self):
        self.rule = rule = Rule(self.choice, state=self._state, **self._how)
        for row in self._rows():
            if row is FILE:
                yield from rule.begin_file()
            elif row is PART:
                yield from rule.begin_part()
            else:
                yield from rule.feed(row)
        if self._is_over:
            yield from rule.finish()
