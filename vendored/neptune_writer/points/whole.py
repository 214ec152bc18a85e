"""Runs whose rows are all there, and can be read twice: each point once, where the whole run says that it stands."""
from .x_rule import Rule
from .superseded import Superseded
from .survey import Survey

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterable, Iterator, Optional, Sequence, Union

    from .rows import Placed, Row


class WholeRun:
    """What is placed and not superseded, in the order of x in each metric.

    Nothing is kept in memory but what `superseded` notes down, and points that came out of order.

    Args:
        rows: called three times at most, returns an iterable of the same `rows.Row` each time; among them `RESUMED`
            where another process went on with the run.
        names, user: see `survey.Survey`.
        is_over: whether no row comes any more.
        survey: one that knows all rows, with ``falls`` also where another process begins; else one is made.
        **options: see `Rule`.

    Attributes:
        survey: the `Survey`, after all rows.
        choice: its choice.
        superseded: the `Superseded`, which counts.
        rule: the `Rule`, whose ``marks`` are complete once all points were taken.
    """

    def __init__(self, rows: "Callable[[], Iterable[Union[Row, str]]]", names: "Sequence[str]",
                 user: "Sequence[str]" = (), is_over: bool = True, survey: "Optional[Survey]" = None,
                 **options: "Any") -> None:
        self._rows, self._options, self._is_over = rows, options, is_over
        self.survey = Survey(names, user) if survey is None else survey
        for row in rows() if survey is None else ():
            if isinstance(row, str):
                self.survey.falls = True
            else:
                self.survey.add(row)
        self.choice = self.survey.choice()
        self.superseded = Superseded()
        if self.survey.falls:
            for placed in self._placed():
                self.superseded.note(placed)

    def points(self) -> "Iterator[Placed]":
        """The `rows.Placed`, one by one."""
        for placed in self._placed():
            kept = self.superseded.kept(placed)
            if kept is not None and kept.values:
                yield from self.superseded.in_order(kept)
        yield from self.superseded.rest()

    def _placed(self) -> "Iterator[Placed]":
        self.rule = rule = Rule(self.choice, **self._options)
        for row in self._rows():
            if isinstance(row, str):
                yield from rule.resume()
            else:
                yield from rule.feed(row)
        if self._is_over:
            yield from rule.finish()
