"""What figures show: curves, intervals, profiles and improvement. Lines differ in colour and in their dashes."""
from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

import numpy as np
from matplotlib import ticker

from scripts.runs.alignment import Center, Line, centered
from scripts.paper.asked import Asked
from scripts.paper.compared import ALL, Comparison, Row, Section
from scripts.paper.layout import (LETTER, NAMES, Draw, Drawing, Panel,
                                  in_thousands, plain, shortened, style,
                                  without_folders)
from scripts.paper.scores import short
from scripts.runs import statistics
from scripts.runs.reduce import reduced
from scripts.runs.statistics import Estimate
from scripts.runs.table import Floats, Series

CENTERS = {"mean": "mean", "median": "median", "iqm": "interquartile mean"}
BANDS = {"ci": "95 % bootstrap interval", "std": "± standard deviation", "range": "lowest to highest"}
_ROW = 0.2  # inches of a row of intervals
_TICK = 0.4  # inches of an axis for each of its labels, at least
_POINTS = 1000  # of one run's line


def curves(found: Asked, center: str, band: str) -> Drawing:
    """One panel per task: of each algorithm the center of its runs, and the band around it."""
    panels, told = [], []
    many = _counts(found)
    for place, task in enumerate(found.found.tasks):
        lines: List[Tuple[int, Center]] = []
        for algorithm, name in enumerate(found.found.names):
            own = [found.lines[run] for run in found.of(place, algorithm)]
            if own:
                lines.append((algorithm, centered(own, center, band) if len(own) > 1 else _alone(own[0])))
                told += _fewer(name if len(found.found.tasks) == 1 else f"{name} on {task}", lines[-1][1], found.x)
        panels.append(Panel(task, _curves(lines, found, band)))
    is_any = any(count != "1" for count in many.values())
    legend = [(f"{name} (n={many[name]})", style(place))
              for place, name in enumerate(found.found.names)]
    what = f"{CENTERS[center].capitalize()} over runs" if is_any else "Single runs"
    caption = f"{what}{'; band: ' + BANDS[band] if is_any and band in BANDS else ''}." + "".join(
        f" {one}." for one in told)
    return Drawing(panels, caption, legend)


def intervals(found: Comparison) -> Drawing:
    """Over all tasks one panel per aggregate; else one panel per task with the IQM."""
    names = found.names
    if found.sections[0].task == ALL:
        section = found.sections[0]
        kinds: List[Tuple[str, Callable[[Row], Optional[Estimate]]]] = [
            ("median", lambda row: row.median), ("IQM", lambda row: row.iqm), ("mean", lambda row: row.mean),
            ("optimality gap", lambda row: row.gap)]
        panels = [Panel(title, _rows([((row.algorithm,), one, names.index(row.algorithm)) for row in section.rows
                                      for one in [of(row)] if one is not None], _of_scores(found)), _high(section))
                  for title, of in kinds]
    else:
        panels = [Panel(section.task, _rows([((row.algorithm,), row.iqm, names.index(row.algorithm))
                                             for row in section.rows], f"IQM of {found.metric}"), _high(section))
                  for section in found.sections if section.rows]
    return Drawing(panels, "Aggregates with 95 % stratified bootstrap intervals.")


def improvement(found: Comparison) -> Drawing:
    """The probability that one algorithm does better than another: of each with the first, or over all tasks."""
    names, sign = found.names, "<" if found.lower else ">"
    panels = []
    for section in found.sections[:1] if found.sections[0].task == ALL else found.sections:
        told = [((row.algorithm, section.rows[0].algorithm), row.improvement, names.index(row.algorithm))
                for row in section.rows if row.improvement is not None]
        if told:
            panels.append(Panel(section.task, _rows(told, f"P(X {sign} Y)", (0.0, 1.0), f" {sign} "), _high(section)))
    return Drawing(panels, "Probability of improvement with 95 % stratified bootstrap intervals.")


def profile(found: Comparison) -> Drawing:
    """The share of runs above each score: over all tasks, or one panel per task."""
    names = found.names
    there = {row.algorithm for section in found.sections for row in section.rows}
    panels = [Panel(section.task, _profiles([(names.index(row.algorithm), _scores(row)) for row in section.rows],
                                            _of_scores(found)))
              for section in (found.sections[:1] if found.sections[0].task == ALL else found.sections) if section.rows]
    return Drawing(panels, "Performance profiles with pointwise 95 % stratified bootstrap bands.",
                   [(name, style(place)) for place, name in enumerate(names) if name in there])


def _alone(line: Line) -> Center:
    """A single run's line, with no more points than can be seen."""
    kept = reduced(Series(np.arange(len(line.xs)), line.ys), _POINTS)
    unknown = np.full(len(kept.rows), np.nan)
    return Center(line.xs[kept.rows], kept.values, unknown, unknown, np.ones(len(kept.rows)))


def _curves(lines: Sequence[Tuple[int, Center]], found: Asked, band: str) -> Draw:
    def draw(axes: Any) -> None:
        for algorithm, one in lines:
            colour = style(algorithm)["color"]
            if not np.isnan(one.low).all():
                axes.fill_between(one.xs, one.low, one.high, color=colour, alpha=0.18, linewidth=0)
            axes.plot(one.xs, one.ys, marker="" if len(one.xs) > 1 else "o", markersize=3, **style(algorithm))
        axes.set_xlabel(plain("seconds" if found.x == "seconds" else found.x))
        in_thousands(axes.xaxis)
        axes.xaxis.set_major_locator(ticker.MaxNLocator(5))
        axes.margins(x=0.02)
    return draw


def _rows(told: Sequence[Tuple[Tuple[str, ...], Estimate, int]], label: str,
          span: Optional[Tuple[float, float]] = None, between: str = "") -> Draw:
    def draw(axes: Any) -> None:
        for place, (_, one, algorithm) in enumerate(told):
            colour = style(algorithm)["color"]
            if one.low is not None and one.high is not None:
                axes.barh(place, one.high - one.low, left=one.low, height=0.55, color=colour, alpha=0.35, linewidth=0)
            axes.plot([one.value, one.value], [place - 0.28, place + 0.28], color=colour, linewidth=1.6,
                      solid_capstyle="butt")
        axes.use_sticky_edges = False  # a bar may end before the axis does
        width = axes.figure.get_figwidth() / axes.get_subplotspec().get_gridspec().ncols
        names = _names_of_rows([names for names, _, _ in told], width, between)
        axes.set_yticks(range(len(told)), list(map(plain, names)))
        axes.set_ylim(len(told) - 0.4, -0.6)
        axes.grid(False, axis="y")
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.set_xlabel(plain(_label_in(label, (1 - NAMES) * width)))
        axes.xaxis.set_major_locator(ticker.MaxNLocator(max(2, min(4, int((1 - NAMES) * width / _TICK)))))
        in_thousands(axes.xaxis)
        if span:
            axes.set_xlim(span[0] - 0.02, span[1] + 0.02)
            axes.set_xticks(np.linspace(*span, 5))
            axes.axvline(0.5, color="#888888", linewidth=0.7, linestyle=(0, (3, 2)))
    return draw


def _names_of_rows(rows: Sequence[Tuple[str, ...]], width: float, between: str) -> List[str]:
    """Beside bars in so many inches: an algorithm, or two."""
    most = int(NAMES * width / LETTER)
    every = list(dict.fromkeys(name for row in rows for name in row))
    short_names = dict(zip(every, shortened(every, most // len(rows[0]) - 1 if rows else most)))
    return [between.join(short_names[name] for name in row) for row in rows]


def _label_in(label: str, width: float) -> str:
    """Below an axis of so many inches: a metric's name without the folders before it, where that is too long."""
    most = int(1.1 * width / LETTER)  # it may reach below the names
    return shortened([without_folders(label, most)], most)[0]


def _profiles(rows: Sequence[Tuple[int, List[Floats]]], label: str) -> Draw:
    def draw(axes: Any) -> None:
        every = np.concatenate([one for _, scores in rows for one in scores])
        room = (every.max() - every.min()) * 0.05 or 1.0
        first, last = every.min() - room, every.max() + room
        at = np.unique(np.append(every, [first, last])) if len(every) < _POINTS else np.linspace(first, last, _POINTS)
        for algorithm, scores in rows:
            colour = style(algorithm)["color"]
            if all(len(one) > 1 for one in scores):
                low, high = statistics.limits(statistics.profile(statistics.resampled(scores), at))
                axes.fill_between(at, low, high, step="post", color=colour, alpha=0.18, linewidth=0)
            axes.plot(at, statistics.profile(scores, at), drawstyle="steps-post", **style(algorithm))
        axes.set_xlabel(plain(label + " (τ)"))
        axes.set_ylim(-0.02, 1.02)
        axes.xaxis.set_major_locator(ticker.MaxNLocator(5))
        in_thousands(axes.xaxis)
        axes.margins(x=0)
    return draw


def _scores(row: Row) -> List[Floats]:
    return [np.array(list(one.values())) for one in row.by_run]


def _of_scores(found: Comparison) -> str:
    return "normalised score" if found.is_normalised else found.metric


def _high(section: Section) -> float:
    return 0.62 + _ROW * len(section.rows)


def _counts(found: Asked) -> Dict[str, str]:
    """Algorithm -> how many runs it has on a task, as ``5`` or ``3-5``."""
    told = {}
    for algorithm, name in enumerate(found.found.names):
        many = {len(found.of(task, algorithm)) for task in range(len(found.found.tasks))} - {0}
        told[name] = str(min(many)) if len(many) == 1 else f"{min(many)}-{max(many)}"
    return told


def _fewer(name: str, one: Center, unit: str) -> List[str]:
    """Up to which x, and from which x on, fewer runs are in a mean."""
    most, full = one.counts.max(), int(np.argmax(one.counts))
    later = full + np.flatnonzero(one.counts[full:] < most)
    told = [f"before {short(float(one.xs[full]))} {unit} fewer, {int(one.counts[0])} at first"] * (full > 0)
    told += [f"from {short(float(one.xs[later[0]]))} {unit} on fewer, {int(one.counts[-1])} at the end"
             ] if len(later) else []
    return [f"{name}: {int(most)} runs, {'; '.join(told)}"] if told else []
