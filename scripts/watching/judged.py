"""Runs with what is said of them: each judged against those of its group that began before it."""
from __future__ import annotations

import dataclasses
import functools
import math
import re
from typing import Dict, List, Optional, Sequence, Tuple

import numpy as np
from neptune_writer import messages

from scripts.runs.groups import shown_groups
from scripts.runs.table import Run
from scripts.watching import below, lines, not_finite, pace, processes, rhythm
from scripts.watching.pace import End
from scripts.watching.verdict import ENDED, FAILED, RUNNING, SILENT, Named, Verdict, number, span

PREDECESSORS = 30  # the last ones: of thousands, each would have to be compared with each
RECENT = 24 * 3600.0  # seconds: what ended no longer ago is shown
_ENDED_BADLY = re.compile(r"FAIL(ED)?|KILLED|DIED|CRASHED|TIMEOUT|exit\scode\s(?!0$).*"
                          r"|uncaught\s(?!KeyboardInterrupt$).*", re.IGNORECASE)


@dataclasses.dataclass
class Judged:
    """One run.

    Attributes:
        state: `RUNNING`, `ENDED`, `FAILED` or `SILENT`.
        metric, value: the one that tells most, and its last finite value; empty, and NaN, where there is none.
        x: the last one.
        pace: x a second; NaN where it is not known.
        left, end: seconds, and how the end is known; NaN and None where it is not, or the run goes on no more.
        last: when its last row was written, Unix seconds.
    """

    run: Run
    label: str
    group: str
    predecessors: List[Named]
    state: str
    verdicts: List[Verdict]
    metric: str
    value: float
    x: float
    pace: float
    left: float
    end: Optional[End]
    last: float

    @property
    def is_bad(self) -> bool:
        return any(verdict.is_bad for verdict in self.verdicts)

    def may_change(self, now: float) -> bool:
        """Whether it goes on, or was silent for no longer than a day."""
        return self.state == RUNNING or self.state == SILENT and now - self.last <= RECENT

    @property
    def key(self) -> Tuple[str, str]:
        """What it is known by at the next look."""
        return self.run.source, self.run.id


def state(run: Run, predecessors: Sequence[Named], now: float) -> Tuple[str, Optional[Verdict]]:
    """Whether it goes on, and what was concluded of that. What records no end may have ended where it is silent."""
    if run.end:
        if _ENDED_BADLY.fullmatch(run.end):
            return FAILED, Verdict(FAILED, f"its file says: {run.end}")
        why = "its file says so" if run.end == "end" else f"its file says: {run.end}"
        return ENDED, Verdict(ENDED, why, is_bad=False)
    last = rhythm.last_row(run, now)
    became = processes.what_became_of(None if run.ended else run.process, last)
    if became.startswith("gone: "):
        return FAILED, Verdict(FAILED, f"{became[len('gone: '):]}, and its file records no end: killed, or crashed")
    silence = rhythm.silence(run, predecessors, now)
    if not silence.is_long:
        return RUNNING, None
    usual = f"its longest pause was {span(silence.longest)}" if silence.rows else "there was only one row"
    why = f"no row for {span(silence.seconds)}; {usual}"
    if run.ended:
        end = pace.reached_end(run)
        if end is not None:
            return ENDED, Verdict(ENDED, f"it has reached {number(end.x)}, the end by its config ({end.source})",
                                  is_bad=False)
        return SILENT, Verdict(SILENT, f"{why}; its format records no end, so it may have ended", is_bad=False)
    return SILENT, Verdict(SILENT, f"{why}; {became}" if became else why)


@np.errstate(all="ignore")  # values near the largest there is
def judge(named: Named, group: str, predecessors: List[Named], now: float) -> Judged:
    """What is said of one run."""
    run = named.run
    word, concluded = state(run, predecessors, now)
    goes_on = word == RUNNING
    metric = lines.first(run)
    line = lines.line(run, metric) if metric else None
    verdicts = [concluded, not_finite.not_finite(run, predecessors, word in (ENDED, FAILED)),
                below.below(run, predecessors), pace.slower(run, predecessors)]
    speed, end = pace.pace(run), pace.end_of(run, predecessors) if goes_on else None
    xs, _ = lines.clocked(run)
    return Judged(run, named.label, group, predecessors, word, [one for one in verdicts if one is not None], metric,
                  float(line.ys[-1]) if line is not None and len(line.ys) else math.nan,
                  float(xs[-1]) if len(xs) else math.nan, speed, pace.seconds_left(run, end, speed), end,
                  rhythm.last_row(run, now))


class Judge:
    """Judges all runs of a look; what has not changed since the last one is not looked at again, where that tells
    nothing new: of a run whose end is known."""

    def __init__(self, by: Optional[Sequence[str]] = None) -> None:
        self._by = by
        self._known: Dict[Tuple[str, str], Tuple[Tuple[object, ...], Judged]] = {}

    def all(self, runs: Sequence[Run], now: float) -> List[Judged]:
        """Every run, group by group, those of a group as they began."""
        ordered, shown = shown_groups.in_order(runs, self._by)
        plain = functools.lru_cache(maxsize=None)(messages.plain)  # most labels and settings come again and again
        groups = shown.about(plain)["groups"]
        known, found = self._known, []
        self._known = {}
        of = [shown.of_run(place, plain) for place in range(len(ordered))]
        members: Dict[int, List[int]] = {}
        for place, one in enumerate(of):
            members.setdefault(one["group"], []).append(place)
        for group, places in sorted(members.items()):
            before: List[Named] = []
            for place in sorted(places, key=lambda place: (_or_last(ordered[place].began), place)):
                named = Named(of[place]["label"], ordered[place])
                label = groups[group]
                stamp = (named.label, label, len(named.run.steps), named.run.end,
                         *((one.label, len(one.run.steps)) for one in before))
                key = named.run.source, named.run.id
                if key in known and known[key][0] == stamp and not known[key][1].may_change(now):
                    judged = dataclasses.replace(known[key][1], run=named.run, predecessors=list(before))
                else:
                    judged = judge(named, label, list(before), now)
                self._known[key] = stamp, judged
                found.append(judged)
                before = [*before, named][-PREDECESSORS:]
        return found

    def again(self, one: Judged, changed: Dict[int, Run], now: float) -> Judged:
        """A run of the last look as it is now; ``changed``: id of a run as it was -> as it is."""
        before = [Named(named.label, changed.get(id(named.run), named.run)) for named in one.predecessors]
        return judge(Named(one.label, changed.get(id(one.run), one.run)), one.group, before, now)


def recent(found: Sequence[Judged], now: float, every: bool = False) -> List[Judged]:
    """Those that go on and those that ended lately; all of them where that is asked for, or there are no others. What
    was written last comes first: its group, and of a group the run that began last."""
    kept = [one for one in found if every or one.state == RUNNING or now - one.last <= RECENT] or list(found)
    groups: Dict[str, List[Judged]] = {}
    for one in kept:
        groups.setdefault(one.group, []).append(one)

    def place(group: List[Judged]) -> Tuple[bool, float]:
        return min((one.state != RUNNING, -_or_first(one.last)) for one in group)
    return [one for group in sorted(groups.values(), key=place) for one in reversed(group)]


def _or_first(time: float) -> float:
    return time if time == time else -math.inf


def _or_last(time: float) -> float:
    return time if time == time else math.inf
