"""Algorithms compared: a table for each task, and one over all tasks where their scores have a common scale."""
from __future__ import annotations

import dataclasses
from typing import Dict, List, Optional, Sequence

import numpy as np

from scripts.paper import scores
from scripts.paper.asked import Asked
from scripts.paper.references import Table
from scripts.refusal import Refusal
from scripts.runs import statistics
from scripts.runs.groups import labels
from scripts.runs.statistics import Estimate
from scripts.runs.table import Floats

ALL = "all tasks"
_LISTED = 3  # of what the tables show, too


@dataclasses.dataclass
class Row:
    """One algorithm.

    Attributes:
        seeds: how many runs it has on each task.
        mean, median, gap: of tasks, see `statistics`; ``median`` and ``gap`` are of several, normalised ones.
        improvement: the probability that a run of it beats one of the first row's; None in the first row.
        is_apart: whether it is the best, and its interval has nothing in common with any other's.
        by_run: label -> score, of each task.
    """

    algorithm: str
    seeds: List[int]
    mean: Estimate
    std: float
    iqm: Estimate
    median: Optional[Estimate] = None
    gap: Optional[Estimate] = None
    improvement: Optional[Estimate] = None
    is_apart: bool = False
    by_run: List[Dict[str, float]] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Section:
    """The rows of a task, or of `ALL` of them; ``x``: where scores were taken, of each task; ``are_all_there``:
    whether every run has one."""

    task: str
    tasks: List[str]
    x: Dict[str, Optional[float]]
    rows: List[Row]
    notes: List[str]
    are_all_there: bool = True


@dataclasses.dataclass
class Comparison:
    """What `compare` found; ``why``: why there is nothing over all tasks, where there are several; ``names``: of all
    algorithms."""

    metric: str
    unit: str
    where: Optional[str]
    lower: bool
    is_normalised: bool
    sections: List[Section]
    notes: List[str]
    why: str = ""
    names: Sequence[str] = ()


def compare(found: Asked, where: Optional[str] = None, table: Optional[Table] = None) -> Comparison:
    """The tables; scores are normalised where there is a table of references.

    Raises:
        Refusal: there is one run only, or none at this x.
    """
    if len(found.runs) < 2:
        raise Refusal(f"only one run has {found.metric[0]}: {found.labels[0]}; there is nothing to compare it with, "
                      "but `report` shows it")
    is_lower = found.lower and table is None
    result = Comparison(" or ".join(dict.fromkeys(found.metric)), found.x, where, is_lower, table is not None, [],
                        list(found.notes), names=found.found.names)
    per_task: List[List[Floats]] = []  # of each task, the scores of each algorithm
    lacking: List[str] = []
    for place, task in enumerate(found.found.tasks):
        runs = found.of(place)
        taken = scores.taken({run: found.lines[run] for run in runs}, found.labels, where, found.lower)
        values = taken.values if table is None else scores.normalised(taken.values, task, table)
        own = [{run: values[run] for run in found.of(place, algorithm) if run in values}
               for algorithm in range(len(found.found.names))]
        per_task.append([np.array(list(one.values())) for one in own])
        section = Section(task, [task], {task: taken.x}, [], list(taken.notes), len(values) == len(runs))
        lacking += [f"{name} on {task}" for name, one in zip(found.found.names, own) if not one]
        there = [algorithm for algorithm, one in enumerate(own) if one]
        told = [{found.labels[run]: value for run, value in own[algorithm].items()} for algorithm in there]
        section.rows = _rows([found.found.names[one] for one in there], [[per_task[-1][one]] for one in there],
                             [[one] for one in told], is_lower)
        result.sections.append(section)
    if not any(section.rows for section in result.sections):
        first, last = (edge(float(line.xs[place]) for line in found.lines) for edge, place in ((min, 0), (max, -1)))
        raise Refusal(f"--at {where}: no run has got there; the longest ends at {scores.short(last)} {found.x}"
                      if where is not None and float(where) > last else f"--at {where}: no run has a value there; the "
                      f"first begins at {scores.short(first)} {found.x}, the longest ends at {scores.short(last)}")
    if lacking:
        result.notes.append(f"no score for {labels.listed(lacking, _LISTED)}")
    if len(per_task) > 1:
        _over_all(result, found, per_task)
    _tell_single(result)
    return result


def together(sections: Sequence[Section]) -> Section:
    """One of all tasks of these, without their rows."""
    x = {task: at for section in sections for task, at in section.x.items()}
    return Section(", ".join(section.task for section in sections), list(x), x, [], [],
                   all(section.are_all_there for section in sections))


def _over_all(result: Comparison, found: Asked, per_task: Sequence[Sequence[Floats]]) -> None:
    """Put the table over all tasks first, or say why there is none."""
    if not result.is_normalised:
        result.why = (f"there is no table over all {len(per_task)} tasks, since their scores have no common scale; "
                      "--normalise FILE gives them one: a CSV with the columns task, random, reference")
        return
    empty = [found.found.names[algorithm] for algorithm in range(len(found.found.names))
             if any(not len(task[algorithm]) for task in per_task)]
    there = [algorithm for algorithm, name in enumerate(found.found.names) if name not in empty]
    rows = _rows([found.found.names[one] for one in there], [[task[one] for task in per_task] for one in there],
                 [[section.rows[place].by_run[0] for section in result.sections for place, row in enumerate(
                     section.rows) if row.algorithm == found.found.names[one]] for one in there], False, True)
    whole = Section(ALL, list(found.found.tasks), {task: x for one in result.sections for task, x in one.x.items()},
                    rows, [])
    if empty:
        whole.notes.append(f"{labels.listed(empty)} left out, without a score on every task")
    if any(len(set(row.seeds)) > 1 for row in rows):
        whole.notes.append("tasks have different numbers of runs: the IQM weights every run equally, "
                           "the other columns every task")
    result.sections.insert(0, whole)


def _rows(names: Sequence[str], every: Sequence[Sequence[Floats]], by_run: Sequence[List[Dict[str, float]]],
          lower: bool, over_tasks: bool = False) -> List[Row]:
    """One row per algorithm; ``every``: of each the scores, one array per task."""
    sign = -1.0 if lower else 1.0
    rows: List[Row] = []
    for name, own, told in zip(names, every, by_run):
        row = Row(name, [len(one) for one in own], statistics.estimate(statistics.mean, own), statistics.std(own),
                  statistics.estimate(statistics.iqm, own), by_run=told)
        if over_tasks:
            row.median = statistics.estimate(statistics.median, own)
            row.gap = statistics.estimate(statistics.optimality_gap, own)
        if rows:
            row.improvement = statistics.estimate_improvement([sign * one for one in own],
                                                              [sign * one for one in every[0]])
        rows.append(row)
    if len(rows) > 1:
        best = max(rows, key=lambda row: sign * row.iqm.value)
        best.is_apart = not any(statistics.overlap(best.iqm, row.iqm) for row in rows if row is not best)
    return rows


def _tell_single(result: Comparison) -> None:
    """Say which algorithms have no interval."""
    single = list(dict.fromkeys(row.algorithm for section in result.sections for row in section.rows
                                if min(row.seeds) < 2))
    if single:
        result.notes.append(f"{labels.listed(single)}: a single run has no interval")
