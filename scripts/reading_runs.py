"""What every command that reads runs has alike: its arguments, how far it is, what it says, and its exit status."""
from __future__ import annotations

import argparse
import io
import sys
import time
from pathlib import Path
from typing import Callable, Dict, List, Sequence

from neptune_writer import masking, messages
from neptune_writer.points.x_rule import CONTINUE, SUPERSEDE
from neptune_writer.system import descriptors

from scripts.refusal import Refusal
from scripts.runs.groups import grouping
from scripts.runs.table import Problem

_DRAW_SECONDS = 1.0  # progress on anything longer than that
_ALIKE = 3  # problems with a line of their own


class Missing(Refusal):
    """An argument that is needed, and what it may be."""


def add_arguments(parser: argparse.ArgumentParser, x: str = "") -> None:
    """The arguments; ``x``: what else --x may be."""
    parser.add_argument("path", nargs="+", type=path, help="files of runs, their folders, or whole trees, in any mix")
    parser.add_argument("--group-by", type=_keys, metavar="KEYS", help=grouping.HELP)
    parser.add_argument("--x", metavar="NAME[,NAME]", help="metrics to use as x, in order of preference; default: "
                        f"what the framework counts its steps by{x}")
    parser.add_argument("--restarts", choices=(CONTINUE, SUPERSEDE), help="how to read a step that decreases: "
                        "`continue` appends, `supersede` drops what a later checkpoint replaced; default: detected")


def run(prog: str, parser: argparse.ArgumentParser, work: Callable[[argparse.Namespace], int],
        argv: Sequence[str]) -> int:
    """The exit status: of ``work``, else 1 where it refuses, which is said in one line, or 130 for Ctrl-C."""
    descriptors.fill_standard()
    arguments = parser.parse_args(argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # this locale may have no letters for a name, or for ±
    try:
        return work(arguments)
    except Missing as error:
        say(prog, str(error))
        return 2
    except Refusal as error:
        say(prog, str(error))
    except BrokenPipeError:  # `| head`: its reader has seen enough
        sys.stderr.close()
        return 141
    except OSError as error:
        say(prog, f"{error.filename or 'output'}: {error.strerror or error}")
    except KeyboardInterrupt:
        say(prog, "stopped")
        return 130
    return 1


def say(prog: str, text: str) -> None:
    """One line on stderr."""
    print(f"{prog}: {messages.plain(masking.mask(text))}", file=sys.stderr)


def say_problems(prog: str, problems: Sequence[Problem]) -> None:
    """One line each; where more than a few files have the same, one for all of these."""
    paths: Dict[str, List[str]] = {}
    for problem in dict.fromkeys(problems):
        paths.setdefault(problem.what, []).append(problem.path)
    for what, those in paths.items():
        if len(those) > _ALIKE:
            say(prog, f"{', '.join(those[:_ALIKE])} and {len(those) - _ALIKE} more: {what}; `report` lists them all")
        else:
            for one in those:
                say(prog, f"{one}: {what}")


def progress() -> Callable[[int, int], None]:
    """Says how far a long reading is, on terminals only."""
    began = time.monotonic()

    def draw(done: int, whole: int) -> None:
        if sys.stderr.isatty() and time.monotonic() - began > _DRAW_SECONDS and whole:
            print(f"\rreading: {100 * done // whole} %" + ("\r\x1b[K" if done >= whole else ""), end="",
                  file=sys.stderr, flush=True)
    return draw


def path(text: str) -> Path:
    """An argument that names a file or folder."""
    if not text:
        raise argparse.ArgumentTypeError("the path is empty")
    return Path(text)


def _keys(text: str) -> List[str]:
    try:
        return grouping.keys_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
