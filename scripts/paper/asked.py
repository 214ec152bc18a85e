"""What compare.py and figure.py are asked: runs, metrics, groups and tasks; and what was found of it."""
from __future__ import annotations

import argparse
import dataclasses
import difflib
from typing import Dict, List, Optional, Sequence, Tuple

from neptune_writer import masking, messages
from neptune_writer.points import step_metrics as step_names

from scripts import reading_runs
from scripts.paper import algorithms, scores
from scripts.paper.algorithms import Algorithms
from scripts.runs.alignment import Line, line_of, x_of
from scripts.refusal import Refusal
from scripts.runs import axes, metric_order, named_x
from scripts.runs.groups import grouping, shown_groups
from scripts.runs.groups import labels as labels_of
from scripts.runs.reading import Reading
from scripts.runs.said import How
from scripts.runs.table import Run


_HIGHER, _LOWER = "higher", "lower"


@dataclasses.dataclass
class Asked:
    """Runs that have what was asked for.

    Attributes:
        runs: in the order of the report's page.
        labels: of each run, which no other has.
        metric: of each run, the first of those that were asked for that it has.
        lines: the points of each.
        x: what x is, for a person.
        lower: whether the best value is the lowest.
        notes: what a person has to know: runs that are left out, and why.
        is_partial: whether something may not be read.
    """

    runs: List[Run]
    labels: List[str]
    metric: List[str]
    lines: List[Line]
    found: Algorithms
    x: str
    lower: bool
    notes: List[str]
    is_partial: bool = False

    def of(self, task: int, algorithm: Optional[int] = None) -> List[int]:
        """The places of the runs on a task, by an algorithm."""
        return [run for run in range(len(self.runs)) if self.found.tasks_of[run] == task
                and algorithm in (None, self.found.of[run])]


def add_arguments(parser: argparse.ArgumentParser, x: str = "") -> None:
    """What all that compares runs takes; ``x``: what else --x may be."""
    reading_runs.add_arguments(parser, x)
    parser.add_argument("--metric", action="append", metavar="M",
                        help="the metric to compare; repeat it with other names for runs that lack the first")
    parser.add_argument("--better", choices=(_HIGHER, _LOWER), help="which values are better; default: lower "
                        "for losses, errors and costs, higher for everything else")
    parser.add_argument("--task", metavar="KEY", help="what a task is, named as for --group-by; default: env, "
                        "if the runs name one")


def runs_below(prog: str, arguments: argparse.Namespace) -> Tuple[List[Run], bool]:
    """All runs below the paths, and whether something may not be read, which is said.

    Raises:
        Refusal: no run could be read, or no run has the metric that --x names.
    """
    how = How(step_names.of_user(arguments.x or ""), arguments.restarts)
    reading = Reading(arguments.path, how, arguments.group_by)
    found, problems = reading.read(reading_runs.progress())
    named_x.check(found, how.user)
    reading_runs.say_problems(prog, problems)
    if not found:
        raise Refusal("nothing could be read")
    return found, bool(reading.unread)


def asked(prog: str, arguments: argparse.Namespace, x: str = "steps", smoothing: float = 0.0) -> Asked:
    """What was asked for.

    Raises:
        Refusal: no run has the metric, or a key.
    """
    every, is_partial = runs_below(prog, arguments)
    grouping.check(every, arguments.group_by)
    runs, shown = shown_groups.in_order(every, arguments.group_by)
    labels = [messages.plain(shown.of_run(place, masking.mask)["label"]) for place in range(len(runs))]
    check_metrics(runs, arguments.metric)
    found = _plain(algorithms.of(runs, arguments.group_by, arguments.task))
    metric = [next((name for name in arguments.metric if name in run.series), "") for run in runs]
    others, axis = _axes(runs, metric, x)
    lines = [line_of(run, name, x, smoothing) if name else None for run, name in zip(runs, metric)]
    kept, notes = [], []
    without: Dict[str, List[str]] = {}
    for place, line in enumerate(lines):
        why = f"no {' or '.join(arguments.metric)}" if line is None else (
            f"x is {others[place]}, not {axis}" if others[place] else
            f"no point of {metric[place]} that is a number and has an x" if not len(line.xs) else "")
        if why:
            without.setdefault(why, []).append(labels[place])
        else:
            kept.append(place)
    for why, told in without.items():
        notes.append(f"{messages.count(len(told), 'run')} left out ({why}): {labels_of.listed(told)}")
    if not kept:
        raise Refusal("; ".join(notes))
    going = [labels[place] for place in kept if not runs[place].ended]
    if going:
        notes.append(f"{messages.count(len(going), 'run')} did not end (crashed, or still running): "
                     + labels_of.listed(going))
    diverged = [f"{labels[place]} (from {scores.short(since)})" for place in kept
                for since in [_not_finite_since(runs[place], metric[place], lines[place], x)] if since is not None]
    if diverged:
        notes.append(f"{messages.count(len(diverged), 'run')} ended with NaN or infinity; only the points before that "
                     f"count: {labels_of.listed(diverged)}")
    is_lower = arguments.better == _LOWER if arguments.better else metric_order.lower_is_better(arguments.metric[0])
    if found.mixed:
        notes.append(f"settings of an algorithm differ between tasks ({found.mixed}); --group-by tells them apart")
    return Asked([runs[place] for place in kept], [labels[place] for place in kept],
                 [messages.plain(metric[place]) for place in kept],
                 [line for line in map(lines.__getitem__, kept) if line is not None],
                 _only(found, kept), axis, is_lower, notes, is_partial)


def _not_finite_since(run: Run, metric: str, line: Optional[Line], x: str) -> Optional[float]:
    """The x from which on the metric is only NaN or infinite; None where that is not, or not for long: a return may be
    NaN in a row in which no episode ended."""
    if line is None:
        return None
    xs = x_of(run, metric, x)
    behind = xs[xs > line.xs[-1]]
    is_long = len(behind) and behind.max() - line.xs[-1] > scores.SHORTER * (behind.max() - line.xs[0])
    return float(behind.min()) if is_long else None


def check_metrics(runs: Sequence[Run], wanted: Optional[Sequence[str]]) -> None:
    """Refusal where no run has any of these metrics, or none is named, with the nearest names that there are."""
    names = list(dict.fromkeys(name for run in runs for name in run.series))
    if not wanted:
        raise reading_runs.Missing(f"--metric is missing; there is {labels_of.listed(metric_order.ordered(names))}")
    if any(name in names for name in wanted):
        return
    low = wanted[0].lower()
    near = [name for name in names if low in name.lower() or name.lower().rpartition("/")[2] == low]
    near += difflib.get_close_matches(wanted[0], names, 3, 0.4)
    shown = list(dict.fromkeys(near))[:5] or metric_order.ordered(names)[:5]
    there = f"there is {', '.join(shown)}" + (f" and {len(names) - len(shown)} more" if len(names) > len(shown) else "")
    raise Refusal(f"--metric {wanted[0]}: no run has that; " + (there if names else "the runs have no metrics"))


def _axes(runs: Sequence[Run], metric: Sequence[str], x: str) -> Tuple[List[str], str]:
    """Of each run what it counts in place of what most do, else nothing; and what that is."""
    if x != "steps":
        return [""] * len(runs), {"time": "seconds", "row": "rows"}[x]
    units: List[str] = [""] * len(runs)
    own: List[str] = [""] * len(runs)  # of each run what its metric counts
    for name in filter(None, dict.fromkeys(metric)):
        places = [place for place, one in enumerate(metric) if one == name]
        axis, others = axes.of_metric(name, [runs[place] for place in places])
        for place, other in zip(places, others):
            own[place], units[place] = axis.unit, other
    known = list(filter(None, own))
    unit = max(known, key=known.count, default="")
    return [other or (one if one != unit else "") for other, one in zip(units, own)], unit or "steps"


def _plain(found: Algorithms) -> Algorithms:
    """With names on one line each, whatever a config holds."""
    return found._replace(names=list(map(messages.plain, found.names)), tasks=list(map(messages.plain, found.tasks)))


def _only(found: Algorithms, kept: Sequence[int]) -> Algorithms:
    """Of these runs alone, with the algorithms and tasks that they have."""
    names = list(dict.fromkeys(found.of[place] for place in kept))
    tasks = sorted({found.tasks_of[place] for place in kept})
    return found._replace(of=[names.index(found.of[place]) for place in kept],
                          tasks_of=[tasks.index(found.tasks_of[place]) for place in kept],
                          names=[found.names[name] for name in names], tasks=[found.tasks[task] for task in tasks])
