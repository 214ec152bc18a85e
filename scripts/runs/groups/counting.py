"""Which bare numbers in paths count seeds: those whose siblings count up with them."""
from __future__ import annotations

from typing import Dict, Iterable, List, Sequence, Tuple

from scripts.runs.groups.known import Cut, Place


def assume(siblings: Sequence[Cut]) -> None:
    """Take the bare numbers of siblings for seeds where they count up; of several in a path the last that does."""
    places = siblings[0].places()
    if not places or siblings[0].says_seed and not siblings[0].has_config:
        return
    if siblings[0].has_config:  # which tells settings apart: numbers only have to look like a counter
        for place in places:
            if _counts_up({run.number(place) for run in siblings}, 3.0):
                _take(siblings, [place])
        return
    varying = [place for place in places if len({run.number(place) for run in siblings}) > 1]
    tuples = {tuple(run.number(place) for place in varying) for run in siblings}
    if len(varying) > 1 and all(len({one[at] for one in tuples}) == len(tuples) for at in range(len(varying))):
        if all(_counts_up({run.number(place) for run in siblings}) for place in varying):
            return _take(siblings, varying)  # they count together, as in 1/PPO_1, 2/PPO_2
    for place in reversed(varying or places[-1:]):
        others = [other for other in varying if other != place]
        rows: Dict[Tuple[int, ...], List[Cut]] = {}
        for run in siblings:
            rows.setdefault(tuple(map(run.number, others)), []).append(run)
        counting = [row for row in rows.values() if _counts_up({run.number(place) for run in row})]
        if any(len(row) > 1 for row in counting) or not varying:
            for row in counting:
                _take(row, [place])
            return


def _take(runs: Sequence[Cut], places: Sequence[Place]) -> None:
    for run in runs:
        if run.seed is None:
            run.seed, run.is_assumed = str(run.number(places[-1])), not run.has_config
        run.drop(places)


def _counts_up(numbers: Iterable[int], gaps: float = 1.5) -> bool:
    """Whether they are small and follow one another, but for a few that are missing; powers of two, as 2, 4, 8, do not.
    """
    known = sorted(set(numbers))
    span = known[-1] - known[0] + 1
    if known[-1] >= 1000:
        return False
    if len(known) == 1:
        return known[0] < 10
    are_powers = all(number > 0 and number & (number - 1) == 0 for number in known)
    return span == len(known) or len(known) > 2 and span <= gaps * len(known) and not are_powers
