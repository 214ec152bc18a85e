"""The look of figures for a paper: as wide as its column, readable in print and for the colour-blind, a few kilobytes,
with fonts that are embedded in a PDF and text that stays text in an SVG."""
from __future__ import annotations

import os
import re
import warnings
from typing import (Any, BinaryIO, Callable, Dict, List, NamedTuple, Optional,
                    Sequence, Tuple)

import matplotlib
from matplotlib import lines as matplotlib_lines
from matplotlib import ticker
from matplotlib.figure import Figure

# after Okabe and Ito, as on the report's page
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#b8568f", "#c98a00", "#4a9fd8", "#7a5195", "#5f6b7a")
DASHES: Tuple[Any, ...] = ("-", (0, (5, 1.5)), (0, (1.2, 1.2)), (0, (6, 1.5, 1.2, 1.5)))
LOOKS = len(COLOURS) * len(DASHES)
COLUMN, PAGE = 3.25, 6.75  # inches: of a page with two columns
_PANEL, _MOST_A_ROW, _FLAT = 1.65, 4, 0.72  # inches that a panel wants; panels; height to width
LETTER = 0.062  # inches that one takes at the most, on average
NAMES, _AXES = 0.45, 0.75  # of a panel's width: for the names of rows; for the axes where there are none
_BESIDE = 0.75  # of a row's height: for what is written beside it, whose middle is not the row's
_SAMPLE = 0.55  # inches of a line in the legend
_NO_GLYPH = re.compile(r"Glyph (\d+) .*missing from")
_LETTERS = ((1e9, "B"), (1e6, "M"), (1e3, "k"))
_STYLE = {"pdf.fonttype": 42, "svg.fonttype": "none", "svg.hashsalt": "figure", "font.family": "sans-serif",
          "font.size": 8, "axes.titlesize": 8, "axes.labelsize": 8, "xtick.labelsize": 7, "ytick.labelsize": 7,
          "legend.fontsize": 7.5, "axes.spines.top": False, "axes.spines.right": False, "axes.linewidth": 0.6,
          "axes.edgecolor": "#444444", "xtick.color": "#444444", "ytick.color": "#444444", "xtick.major.width": 0.6,
          "ytick.major.width": 0.6, "grid.color": "#e4e4e4", "grid.linewidth": 0.5, "axes.grid": True,
          "axes.axisbelow": True, "lines.linewidth": 1.2, "legend.frameon": False, "axes.unicode_minus": True}
Draw = Callable[[Any], None]
"""Draws into an Axes of matplotlib."""


class Panel(NamedTuple):
    """One part of a figure; ``height``: in inches, None for one that suits its width."""

    title: str
    draw: Draw
    height: Optional[float] = None


class Drawing(NamedTuple):
    """A figure, and what is to be said below it."""

    panels: List[Panel]
    caption: str
    legend: List[Tuple[str, Dict[str, Any]]] = []


def save(drawing: Drawing, file: BinaryIO, form: str, width: Optional[float] = None, y: str = "") -> List[str]:
    """Write the figure; the letters that its font lacks.

    Args:
        form: pdf, svg or png.
        width: inches; by default that of a column for one panel, else of a page.
        y: what is written beside the first panel of each row.
    """
    many = len(drawing.panels)
    width = width or (COLUMN if many == 1 else PAGE)
    columns = max(1, min(many, _MOST_A_ROW, int(width / _PANEL)))
    rows = -(-many // columns)
    tall = [panel.height or _FLAT * width / columns for panel in drawing.panels]
    heights = [max(tall[row * columns:(row + 1) * columns]) for row in range(rows)]
    names = shortened([name for name, _ in drawing.legend], int((width - _SAMPLE) / LETTER))
    entries = max(1, int(width / (_SAMPLE + LETTER * max(map(len, names), default=1))))
    below = 0.17 * -(-len(drawing.legend) // entries) + 0.1 if drawing.legend else 0.0
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(width, sum(heights) + below), layout="constrained")
        grid = figure.subplots(rows, columns, squeeze=False, gridspec_kw={"height_ratios": heights})
        for place, axes in enumerate(grid.flat):
            if place >= many:
                axes.set_axis_off()
                continue
            panel = drawing.panels[place]
            panel.draw(axes)
            if many > 1:
                wide = width / columns * (_AXES if panel.height is None else 1 - NAMES)
                axes.set_title(plain(*shortened([panel.title], int(wide / LETTER))))
            if y and place % columns == 0:
                most = int(_BESIDE * heights[place // columns] / LETTER)
                axes.set_ylabel(plain(*shortened([without_folders(y, most)], most)))
        if drawing.legend:
            handles = [matplotlib_lines.Line2D([], [], **style) for _, style in drawing.legend]
            figure.legend(handles, list(map(plain, names)), loc="outside lower center",
                          ncols=min(entries, len(drawing.legend)), handlelength=2.6, columnspacing=1.2)
        metadata = {"pdf": {"CreationDate": None}, "svg": {"Date": None}}.get(form, {})
        with warnings.catch_warnings(record=True) as said:
            figure.savefig(file, format=form, dpi=300, metadata=metadata)
    glyphs = [_NO_GLYPH.match(str(one.message)) for one in said]
    for one, glyph in zip(said, glyphs):
        if glyph is None:
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
    return list(dict.fromkeys(chr(int(glyph.group(1))) for glyph in glyphs if glyph))


def style(place: int) -> Dict[str, Any]:
    """The line of an algorithm: no two of the first `LOOKS` are alike."""
    return {"color": COLOURS[place % 8], "linestyle": DASHES[(place + place // 8) % 4]}


def in_thousands(axis: Any) -> None:
    """Ticks as 5k or 1.5M, where the axis goes beyond ten thousand."""
    def told(value: float, place: Optional[int] = None) -> str:
        size = max(map(abs, axis.get_view_interval()))
        least, letter = next((one for one in _LETTERS if size >= 10 * one[0]), (1.0, ""))
        return f"{value / least:.4g}{letter if value else ''}".replace("-", "−")
    axis.set_major_formatter(ticker.FuncFormatter(told))


def shortened(names: Sequence[str], most: int) -> List[str]:
    """Names of so many characters at the most, if they differ then: without what all begin with, as far as it must be,
    else without their middles."""
    over = max(map(len, names), default=0) - most
    if over <= 0:
        return list(names)
    shared = len(os.path.commonprefix(list(names))) if len(names) > 1 else 0
    kept = ["…" + name[over + 1:] for name in names] if over < shared else [
        name if len(name) <= most else name[:most // 2] + "…" + name[len(name) - (most - most // 2 - 1):]
        for name in names]
    return kept if len(set(kept)) == len(set(names)) else list(names)


def without_folders(name: str, most: int) -> str:
    """A metric's name without the folders before it, where it has more characters than that."""
    return name if len(name) <= most else re.sub(r"\S+/", "", name)


def plain(told: str) -> str:
    """Text that matplotlib takes as it stands: no dollar begins a formula."""
    return told.replace("$", r"\$")
