"""The groups of a page: what they are called and made of, in which order they come, and by what else one may group."""
from __future__ import annotations

import math
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from scripts.runs.groups import grouping, known, labels, telling
from scripts.runs.groups.rules import Groups
from scripts.runs.table import Run

Masked = Callable[[str], str]


class Grouped:
    """Runs in their order, grouped by the rules and as a person said.

    Args:
        found: the groups by the rules.
        by: what a person named, if anything.
    """

    def __init__(self, runs: Sequence[Run], found: Groups, by: Optional[Sequence[str]]) -> None:
        self._runs, self._found, self._by = runs, found, by
        self._labels = labels.of_groups(found, runs)
        self._of_runs = labels.of_runs(runs, [self._labels[group] for group in found.of], found.seeds)
        self._chosen, self._chosen_labels = found, self._labels
        if by is not None:
            self._chosen = grouping.of(runs, by)
            self._chosen_labels = labels.of_groups(self._chosen, runs) if by else self._of_runs

    def about(self, masked: Masked) -> Dict[str, Any]:
        """``groups``: their labels; ``found``: the groups by the rules; ``by``: what a person named, or None."""
        keys = telling.telling(self._found.facets, self._found.bases)[0]
        values = [[masked(facets.get(key, "")) for key in keys] for facets in self._found.facets]
        found = {"groups": list(map(masked, self._labels)), "of": self._found.of, "assumed": self._found.assumed,
                 "alone": self._found.alone, "keys": list(map(masked, keys)), "values": values}
        return {"groups": list(map(masked, self._chosen_labels)), "found": found,
                "by": None if self._by is None else list(map(masked, self._by))}

    def of_run(self, place: int, masked: Masked) -> Dict[str, Any]:
        """``label``, ``group``, ``seed``; ``facts``: what it may be grouped by besides its config."""
        seed, facts = self._found.seeds[place], known.facts(grouping.known_of(self._runs[place]))
        return {"label": masked(self._of_runs[place]), "group": self._chosen.of[place],
                "seed": None if seed is None else masked(seed),
                "facts": {masked(key): masked(value) for key, value in facts.items()}}


def in_order(runs: Sequence[Run], by: Optional[Sequence[str]] = None) -> Tuple[List[Run], Grouped]:
    """By the beginning of the group, then of the run; where no times are known, as they were found."""
    found = grouping.of(runs)
    began: Dict[int, float] = {}
    for run, group in zip(runs, found.of):
        began[group] = min(began.get(group, math.inf), _or_last(run.began))
    order = sorted(range(len(runs)), key=lambda place: (
        _or_last(began[found.of[place]]), found.bases[found.of[place]], found.of[place], _or_last(runs[place].began)))
    ordered = [runs[place] for place in order]
    return ordered, Grouped(ordered, found.in_order(order), by)


def _or_last(value: float) -> float:
    return value if value == value else math.inf
