"""The command: paths in, a page out."""
from __future__ import annotations

import argparse
import contextlib
import functools
import shlex
import webbrowser
from pathlib import Path
from typing import Callable, List, Sequence, Set

from neptune_writer import masking, messages
from neptune_writer.journal import journal_files
from neptune_writer.points import step_metrics as step_names
from neptune_writer.system import files

from scripts import command_lines, reading_runs
from scripts.refusal import Refusal
from scripts.report import opening, page, serve
from scripts.report.contents import Contents, contents
from scripts.runs import files_read, named_x, readers
from scripts.runs.groups import grouping
from scripts.runs.reading import Reading
from scripts.runs.said import How
from scripts.runs.table import Problem, Run


def main(argv: Sequence[str]) -> int:
    """Returns the exit status: 0, 1 where nothing could be read, or something may not be, 2 for wrong usage, 130 for
    Ctrl-C."""
    return reading_runs.run("report", _parser(), _report, argv)


def _parser() -> argparse.ArgumentParser:
    known = "".join(f"\n  {reader.WHAT}" for reader in readers.all_readers())
    parser = argparse.ArgumentParser(
        prog=command_lines.prog("report"),
        description="Draw runs as learning curves on one page, which needs no network.",
        epilog=f"what is read:{known}", formatter_class=argparse.RawDescriptionHelpFormatter)
    reading_runs.add_arguments(parser)
    parser.add_argument("-o", "--output", type=reading_runs.path, default=Path("report.html"),
                        help="the page to write; default: report.html")
    parser.add_argument("--title", help="the page's title; default: the name of the folder")
    parser.add_argument("--open", action="store_true", help="open the page in the browser")
    parser.add_argument("--serve", action="store_true", help="serve a live page, reachable from this machine only")
    parser.add_argument("--port", type=_port, default=0, help="port for --serve; default: a free one")
    return parser


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < 65536):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port, which is a number from 0 to 65535")
    return int(text)


def _report(arguments: argparse.Namespace) -> int:
    if not arguments.serve:
        _check_output(arguments.output)
    title = masking.mask(arguments.title or _title(arguments.path))
    how = How(step_names.of_user(arguments.x or ""), arguments.restarts)
    reading = Reading(arguments.path, how, arguments.group_by)
    said: Set[Problem] = set()
    found_runs: List[Run] = []

    def read() -> Contents:
        runs, problems = reading.read(reading_runs.progress())
        if not said and not found_runs:
            named_x.check(runs, how.user)
        for problem in problems:
            if problem not in said:
                said.add(problem)
                reading_runs.say("report", f"{problem.path}: {problem.what}")
        found_runs[:] = runs
        looked = files_read.of(reading.looked_at, reading.passed, problems)
        return contents(runs, problems, by=arguments.group_by, looked=looked,
                        beside=None if arguments.serve else arguments.output.parent)

    found = read()
    grouping.check(found_runs, arguments.group_by)
    if arguments.serve:
        return _serve(read, title, arguments)
    if not found.index["runs"]:
        raise Refusal("nothing could be read, so no page is written")
    _write(arguments.output, page.written(found, title))
    if len(found_runs) > 1:
        print(messages.plain(masking.mask(grouping.line(found_runs, arguments.group_by))))
    if not found.index["whole"]:
        print(found.index["files"])
    runs, metrics = (messages.count(len(found.index[many]), many[:-1]) for many in ("runs", "metrics"))
    print(f"{runs}, {metrics}: {messages.plain(str(arguments.output))}")
    if arguments.open and not webbrowser.open(arguments.output.resolve().as_uri()):
        _no_browser(str(arguments.output))
    return int(bool(reading.unread))


def _check_output(path: Path) -> None:
    """Refusal, before anything is read, where no page can be written."""
    if path.is_dir():
        raise Refusal(f"-o {path}: this is a folder; write {path / 'report.html'}")
    if not path.parent.is_dir():
        if path.parent.exists():
            raise Refusal(f"-o {path}: {path.parent} is a file, not a folder")
        raise Refusal(f"-o {path}: there is no folder {path.parent}; mkdir -p {shlex.quote(str(path.parent))}")
    try:
        files.expect_ours(str(path))
    except files.NotOurs as error:
        raise Refusal(f"-o {path}: {error.strerror}; name a place where it may be written") from error


def _serve(read: Callable[[], Contents], title: str, arguments: argparse.Namespace) -> int:
    """Until Ctrl-C. Runs that are not there yet are waited for."""
    try:
        server = serve.Server(serve.Live(read, title), arguments.port)
    except OSError as error:
        raise Refusal(f"--port {arguments.port}: {error.strerror}; leave it out for one that is free") from error
    print(f"{server.address}  (Ctrl-C ends it)", flush=True)
    no_browser = functools.partial(_no_browser, server.address)
    try:
        with opening.opened(server.address, no_browser) if arguments.open else contextlib.nullcontext():
            server.serve_forever()
    except KeyboardInterrupt:
        return 0
    finally:
        server.server_close()
    return 0


def _write(path: Path, text: str) -> None:
    """Whole or not at all: a browser may have the old one open."""
    try:
        files.replace(str(path), text.encode(errors="backslashreplace"))
    except OSError as error:
        raise Refusal(f"-o {path}: {error.strerror}; name a place where it may be written") from error


def _title(paths: List[Path]) -> str:
    names = list(dict.fromkeys(_name(path.resolve()) or str(path) for path in paths))
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _name(path: Path) -> str:
    """A folder's, that of the training's where its journals lie in one of their own."""
    return path.parent.name if path.name.startswith(journal_files.FALLBACK_FOLDER) else path.name


def _no_browser(page_of: str) -> None:
    reading_runs.say("report", f"--open: no browser found; open {page_of} yourself")
