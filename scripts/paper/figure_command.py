"""The command behind figure.py: paths in, a figure out."""
from __future__ import annotations

import argparse
import contextlib
import math
from pathlib import Path
from typing import List, Optional, Sequence

import numpy as np
from neptune_writer import masking, messages

from scripts import command_lines, reading_runs
from scripts.paper import (asked, figures, layout, outputs, references, scores,
                           written)
from scripts.runs.alignment import BANDS, CENTERS
from scripts.runs.groups import labels
from scripts.paper.compared import ALL, compare, together
from scripts.paper.layout import Drawing
from scripts.refusal import Refusal

_FORMS = (".pdf", ".svg", ".png")
_KINDS = {"intervals": figures.intervals, "profile": figures.profile, "improvement": figures.improvement}
_LARGEST = 1e300  # of a value: margins and ticks lie beyond it
_CURVES, _TIME = "curves", "time"


def main(argv: Sequence[str]) -> int:
    """The exit status: 0, 1 for a refusal or where something may not be read, 2 for wrong usage, 130 for Ctrl-C."""
    return reading_runs.run("figure", _parser(), _figure, argv)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=command_lines.prog("figure"), description="Draw runs for a paper, one panel per task.")
    asked.add_arguments(parser, x=f"; {_TIME}: seconds since each run began")
    parser.add_argument("--kind", choices=(_CURVES, *_KINDS), default=_CURVES, help="learning curves; scores with "
                        "their intervals; the share of runs above each score; the probability of beating the first "
                        "algorithm; default: curves")
    parser.add_argument("--center", choices=CENTERS, default="iqm",
                        help="the line of a curve; default: iqm, the interquartile mean")
    parser.add_argument("--band", choices=BANDS, default="ci",
                        help="the band of a curve; default: ci, the 95 %% interval")
    parser.add_argument("--smooth", type=_coefficient, default=0.0, metavar="0..0.99",
                        help="smooth curves with a running average; default: 0")
    parser.add_argument("--at", type=_at, metavar="last|best|mean-last-10%|X",
                        help="which score to take of a run, as for `compare`")
    parser.add_argument("--normalise", type=Path, metavar="FILE", help="normalise the scores, as for `compare`")
    parser.add_argument("--width", type=_inches, metavar="INCHES", help="default: 3.25 (a column) for one panel, 6.75 "
                        "(a page) for more")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.pdf|.svg|.png",
                        help="the file to write")
    return parser


@np.errstate(all="ignore")  # values near the largest there is
def _figure(arguments: argparse.Namespace) -> int:
    form = arguments.output.suffix.lower()
    if form not in _FORMS:
        raise Refusal(f"-o {arguments.output}: expected a name that ends in {', '.join(_FORMS)}")
    outputs.path_to_write(arguments.output)
    table = None if arguments.normalise is None else references.read(arguments.normalise)
    x = "steps"
    if arguments.x == _TIME:
        arguments.x, x = None, "time"
    found = asked.asked("figure", arguments, x, arguments.smooth if arguments.kind == _CURVES else 0.0)
    beyond = [label for label, line in zip(found.labels, found.lines) if np.abs(line.ys).max() > _LARGEST]
    if beyond:
        raise Refusal(f"values beyond {_LARGEST:g} cannot be drawn; leave out {labels.listed(beyond)}")
    notes: List[str] = list(found.notes)
    metric = " or ".join(dict.fromkeys(found.metric))
    if arguments.kind == _CURVES:
        drawing, label = figures.curves(found, arguments.center, arguments.band), metric
    else:
        if table is not None:
            references.check_tasks(found, table, arguments.normalise)
        compared = compare(found, arguments.at, table)
        notes = list(written.notes(compared))
        drawing = _KINDS[arguments.kind](compared)
        drawn = compared.sections[:1] if compared.sections[0].task == ALL else [
            section for section in compared.sections if section.task in {panel.title for panel in drawing.panels}]
        drawing = drawing._replace(caption=f"{written.heading(compared, together(drawn))}. {drawing.caption}")
        label = "share of runs > τ" if arguments.kind == "profile" else ""
    if len(drawing.legend) > layout.LOOKS:
        notes.append(f"{len(drawing.legend)} algorithms, of which {layout.LOOKS} can be told apart by colour and "
                     "dashes; name fewer runs")
    lacking = _save(drawing, arguments.output, form[1:], arguments.width, masking.mask(label))
    if lacking:
        notes.append(f"the font lacks {labels.listed(lacking)}, drawn as boxes; put a font that has it first in "
                     "font.sans-serif of your matplotlibrc")
    print(f"{messages.count(len(drawing.panels), 'panel')}: {messages.plain(str(arguments.output))}")
    print(messages.plain(masking.mask(f"caption: {drawing.caption}")))
    for note in notes:
        reading_runs.say("figure", note)
    return int(found.is_partial)


def _save(drawing: Drawing, path: Path, form: str, width: Optional[float], label: str) -> List[str]:
    """The letters that the font lacks; in an SVG they stand as text, for whatever font shows it."""
    if not drawing.panels:
        raise Refusal("there is only one algorithm, so nothing to compare; --kind curves shows it")
    with contextlib.ExitStack() as stack:
        file = stack.enter_context(outputs.replaced(path))
        lacking = layout.save(drawing, file, form, width, label)
    return lacking if form != "svg" else []


def _coefficient(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0 <= float(text) < 1:
            return float(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 0.99")


def _inches(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 1 <= float(text) <= 50 and math.isfinite(float(text)):
            return float(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a width in inches from 1 to 50")


def _at(text: str) -> str:
    try:
        scores.check(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text
