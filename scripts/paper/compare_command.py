"""The command behind compare.py: paths in, a table out."""
from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import List, Optional, Sequence

import numpy as np
from neptune_writer import masking, messages

from scripts import command_lines, reading_runs
from scripts.paper import asked, references, scores, written
from scripts.paper.compared import compare

_NAMES = {"json": "JSON", "csv": "CSV", "markdown": "a Markdown table", "latex": "a LaTeX table"}
_FORMS = {"json": written.as_json, "csv": written.as_csv, "markdown": written.markdown, "latex": written.latex}


def main(argv: Sequence[str]) -> int:
    """The exit status: 0, 1 for a refusal or where something may not be read, 2 for wrong usage, 130 for Ctrl-C."""
    return reading_runs.run("compare", _parser(), _compare, argv)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=command_lines.prog("compare"),
        description="Compare algorithms over seeds and tasks in a table with intervals, after Agarwal et al. 2021.")
    asked.add_arguments(parser)
    parser.add_argument("--at", type=_at, metavar="last|best|mean-last-10%|X", help="which score to take of a run: its "
                        "last, its best, the mean of its last tenth, or the one at X; default: at the largest x that "
                        "all runs of a task reached. Several, separated by commas, give one table each")
    parser.add_argument("--normalise", type=Path, metavar="FILE", help="a CSV with the columns task, random, "
                        "reference: scores become (value - random) / (reference - random), and are added up over tasks")
    forms = parser.add_mutually_exclusive_group()
    for form in _FORMS:
        forms.add_argument(f"--{form}", dest="form", action="store_const", const=form,
                           help=f"print {_NAMES[form]}")
    return parser


def _at(text: str) -> List[str]:
    found = [part.strip() for part in text.split(",")]
    for part in found:
        try:
            scores.check(part)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error
    return found


@np.errstate(all="ignore")  # values near the largest there is
def _compare(arguments: argparse.Namespace) -> int:
    table = None if arguments.normalise is None else references.read(arguments.normalise)
    found = asked.asked("compare", arguments)
    if table is not None:
        references.check_tasks(found, table, arguments.normalise)
    wanted: Sequence[Optional[str]] = arguments.at or [None]
    compared = [compare(found, where, table) for where in wanted]
    write = _FORMS.get(arguments.form, written.text)
    shown = [masking.mask(write(one)) for one in compared]
    if arguments.form == "csv":
        shown = shown[:1] + [part.partition("\n")[2] for part in shown[1:]]
    if arguments.form == "json" and len(shown) > 1:
        shown = ["[" + ",\n".join(part.rstrip() for part in shown) + "]\n"]
    text = "\n".join(shown) if arguments.form not in ("csv", "json") else "".join(shown)
    sys.stdout.write("\n".join(map(messages.plain, text.split("\n"))))
    sys.stdout.flush()
    for note in dict.fromkeys(note for one in compared for note in written.notes(one)):
        reading_runs.say("compare", note)
    return int(found.is_partial)
