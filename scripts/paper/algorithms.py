"""Which runs are one algorithm, and on which task: groups of the report that differ in nothing but their task."""
from __future__ import annotations

from collections import Counter
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

from scripts.runs.groups import (grouping, known, labels, names_in_paths,
                                 telling)
from scripts.runs.table import Run

TASK = "env"
NO_TASK = "all runs"  # where no run says any
OTHER = "other"  # of a run that says none
_Identity = Tuple[object, ...]


class Algorithms(NamedTuple):
    """Runs by their place.

    Attributes:
        of, tasks_of: of each run the place of its algorithm, and of its task.
        names: of algorithms, in the order of their first runs.
        tasks: their names, sorted.
        mixed: what settings differ between the tasks of one algorithm, for a person; empty where none do.
    """

    of: List[int]
    tasks_of: List[int]
    names: List[str]
    tasks: List[str]
    mixed: str = ""


def of(runs: Sequence[Run], by: Optional[Sequence[str]] = None, task: Optional[str] = None) -> Algorithms:
    """The algorithms and tasks of runs.

    Args:
        by: what a person named with --group-by; None for the rules.
        task: what --task named; by default the environment, where runs say one.

    Raises:
        Refusal: no run has what is named.
    """
    grouping.check(runs, by)
    if task is not None:
        grouping.expect_one(runs, "--task", task)
        task = known.entry(dict.fromkeys(path for run in runs for path in run.config), task)
    names = [_value(run, task or TASK) or OTHER for run in runs]
    if set(names) == {OTHER}:
        names = [NO_TASK] * len(runs)
    tasks = sorted(set(names))
    tasks_of = [tasks.index(name) for name in names]
    if by is None:
        return _by_rules(runs, tasks_of, tasks, task or TASK)
    keys = [key for key in by if key != (task or TASK)]
    if by and not keys:
        return Algorithms([0] * len(runs), tasks_of, [NO_TASK], tasks)
    found = grouping.of(runs, keys)
    told = labels.of_groups(found, runs) if keys else labels.of_runs(runs, [found.names[one] for one in found.of])
    return Algorithms(found.of, tasks_of, told, tasks)


def _value(run: Run, key: str) -> str:
    return known.facts(grouping.known_of(run)).get(key) or str(run.config.get(key, ""))


def _by_rules(runs: Sequence[Run], tasks_of: Sequence[int], tasks: List[str], key: str) -> Algorithms:
    """Groups that differ in their task alone are one algorithm; where that leaves some without runs on a task, those of
    one ``algo`` are, if no task has two of these: settings are often tuned for each task."""
    found = grouping.of(runs)
    facets = [{name: value for name, value in own.items() if name != key} for own in found.facets]
    task_of = [tasks_of[members[0]] for members in found.members()]
    alike: List[_Identity] = [(tuple(sorted(own.items())), by_config)
                              for own, by_config in zip(facets, found.by_config)]
    if not _parts(alike, task_of):  # groups that nothing but a name tells apart
        alike = [(*one, name) for one, name in zip(alike, found.names)]
    mixed = ""
    if any(count < len(tasks) for count in Counter(alike).values()) and all("algo" in own for own in facets):
        by_algo: List[_Identity] = [(own["algo"],) for own in facets]
        if _parts(by_algo, task_of) and len(set(by_algo)) < len(set(alike)):
            mixed = _differing(by_algo, facets)
            alike = by_algo
    places = list(dict.fromkeys(alike[group] for group in found.of))
    firsts = [alike.index(one) for one in places]
    shared = [{name: facets[group][name] for name in ("algo",)} for group in firsts] if mixed else [
        facets[group] for group in firsts]
    bases = [found.bases[group] for group in firsts]
    told = telling.telling(shared, [_without_task(base) for base in bases] if key == TASK else bases)[1]
    if len(places) == 1:
        told = [facets[firsts[0]].get("algo") or told[0] or runs[0].name]
    return Algorithms([places.index(alike[group]) for group in found.of], list(tasks_of), _unlike(told), tasks, mixed)


def _without_task(name: str) -> str:
    """The name of an algorithm whose runs are on several tasks: that of its first run without the environment."""
    found = names_in_paths.tokens(name)
    return names_in_paths.joined(tuple(one for one in found if one.kind != names_in_paths.ENVIRONMENT)) or name


def _parts(alike: Sequence[_Identity], task_of: Sequence[int]) -> bool:
    """Whether no task has two groups of one algorithm."""
    return len(set(zip(alike, task_of))) == len(alike)


def _differing(alike: Sequence[_Identity], facets: Sequence[Dict[str, str]]) -> str:
    """The settings that are not the same on all tasks."""
    found: Dict[str, None] = {}
    for one in dict.fromkeys(alike):
        own = [facet for same, facet in zip(alike, facets) if same == one]
        found.update(dict.fromkeys(name for name in own[0] if len({facet.get(name) for facet in own}) > 1))
    return ", ".join(list(found)[:6]) + (", ..." if len(found) > 6 else "")


def _unlike(told: Sequence[str]) -> List[str]:
    return [label if told.count(label) == 1 else f"{label} #{told[:place + 1].count(label)}"
            for place, label in enumerate(told)]
