"""The command behind watch.py: paths in; a screen, a table or JSON out."""
from __future__ import annotations

import argparse
import contextlib
import os
import shlex
import shutil
import sys
import time
from typing import Sequence

from neptune_writer import messages
from neptune_writer.points import step_metrics

from scripts import command_lines, reading_runs, this_release
from scripts.refusal import Refusal
from scripts.runs import named_x, readers
from scripts.runs.groups import grouping
from scripts.runs.reading import Reading
from scripts.runs.said import How
from scripts.watching import as_json, judged, table
from scripts.watching.follow import Looking
from scripts.watching.on_bad import OnBad, as_exit

_PIPE_WIDTH = 200  # columns, where there is no terminal
_BAD = 1
_VERDICTS = """verdicts (* is bad):
  failed*   its file says so, or the process that wrote it is gone from this
            machine
  NaN*      a metric has become NaN or infinite, and stays so
  no row*   no row for longer than its own rhythm explains; not bad where its
            format records no end
  below*    worse than every one of at least two earlier runs, by more than
            seeds explain; above* for a loss
  slower    less than half as fast as the slowest earlier run
  ended     its file says so; or its format records no end, and it has come as
            far as its config asks for
"""


def main(argv: Sequence[str]) -> int:
    """The exit status: 0; 1 for a refusal, where something may not be read, or, with --check, where a verdict is bad; 2
    for wrong usage, 130 for Ctrl-C."""
    return reading_runs.run("watch", _parser(), _watch, argv)


def _parser() -> argparse.ArgumentParser:
    known = "".join(f"\n  {reader.WHAT}" for reader in readers.all_readers())
    parser = argparse.ArgumentParser(
        prog=command_lines.prog("watch"), description="Watch runs in the terminal: which still run, which look wrong "
        "and why.\nA run is judged against the runs of its group that began before it.",
        epilog=f"{_VERDICTS}\nwhat is read:{known}", formatter_class=argparse.RawDescriptionHelpFormatter)
    reading_runs.add_arguments(parser)
    parser.add_argument("--all", action="store_true", help="show runs that ended more than a day ago, too")
    parser.add_argument("--once", action="store_true", help="print the table and exit, as without a terminal")
    parser.add_argument("--json", action="store_true", help="print one JSON object and exit")
    parser.add_argument("--check", action="store_true", help="print the table; exit with 1 if a verdict is bad")
    parser.add_argument("--on-bad", metavar="COMMAND", help="run this in a shell whenever a verdict turns bad, "
                        "with WATCH_RUN, WATCH_VERDICT, WATCH_WHY, WATCH_SOURCE, ... in its environment")
    return parser


def _watch(arguments: argparse.Namespace) -> int:
    if arguments.once or arguments.json or arguments.check or not _has_screen():
        return _once(arguments)
    encoding = sys.stderr.encoding
    if not _can_draw(encoding):
        reading_runs.say("watch", f"this locale's encoding, {encoding}, cannot draw the screen, so here is the "
                         "table of --once; LC_ALL=C.UTF-8 can")
        return _once(arguments)
    try:
        from scripts.watching import screen
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("textual", "textual_plotext", "plotext"):
            raise
        raise Refusal(f"{_lacking(error.name or '')}; --once needs nothing more") from error
    for path in arguments.path:
        if not path.exists():
            raise Refusal(f"{path}: there is no such file or folder")
    return screen.watch(Looking(arguments.path, _how(arguments), arguments.group_by), arguments)


def _lacking(module: str) -> str:
    """What to say where the screen cannot be drawn."""
    package = module.partition(".")[0].replace("_", "-")
    if this_release.IS_INSTALLED:
        return command_lines.lacking(package, "watch", "report,watch")
    pip = shlex.join([sys.executable, "-m", "pip", "install", "textual", "textual-plotext"])
    return f"{package} is missing in {sys.executable}; run {pip}"


def _has_screen() -> bool:
    """Whether there is a terminal that can draw; the screen is drawn on stderr."""
    is_terminal = all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))
    return is_terminal and os.environ.get("TERM", "") not in ("", "dumb")


def _can_draw(encoding: str) -> bool:
    """Whether it has what curves are drawn with."""
    try:
        return bool("\u2500\u28ff".encode(encoding))
    except (UnicodeEncodeError, LookupError):
        return False


def _how(arguments: argparse.Namespace) -> How:
    return How(step_metrics.of_user(arguments.x or ""), arguments.restarts)


def _once(arguments: argparse.Namespace) -> int:
    reading = Reading(arguments.path, _how(arguments), arguments.group_by)
    runs, problems = reading.read()
    now = time.time()
    named_x.check(runs, _how(arguments).user)
    grouping.check(runs, arguments.group_by)
    found = judged.Judge(arguments.group_by).all(runs, now)
    shown = judged.recent(found, now, arguments.all)
    reading_runs.say_problems("watch", problems)
    if not runs and not arguments.json:
        raise Refusal("nothing could be read")
    if arguments.json:
        print(as_json.as_json(shown, problems, now))
    else:
        width = shutil.get_terminal_size((_PIPE_WIDTH, 24)).columns if sys.stdout.isatty() else _PIPE_WIDTH
        for line in table.printed(shown, now, width):
            print(messages.plain(line))
        print(messages.plain(table.summary(shown, len(found) - len(shown))))
    sys.stdout.flush()
    if arguments.on_bad:
        on_bad = OnBad(arguments.on_bad)
        with as_exit(), contextlib.ExitStack() as stack:
            stack.callback(on_bad.end)
            on_bad.look(shown)
            on_bad.finish()
        for text in on_bad.said:
            reading_runs.say("watch", text)
    is_bad = arguments.check and any(one.is_bad for one in shown)
    return _BAD if is_bad or reading.unread or not runs else 0
