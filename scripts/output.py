"""What the commands print: one aligned line a file, refusals on stderr, or all of it as JSON."""
from __future__ import annotations

import argparse
import io
import json
import os
import re
import sys
import time
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from neptune_writer.system import descriptors

from scripts import command_lines
from scripts.checkout import environment, errors
from scripts.refusal import Refusal

COLOURS = {"clean": "36", "applied": "32", "added": "32", "removed": "32", "restored": "32",
           "foreign": "31", "unsupported": "31"}
Line = Tuple[str, str, str]


class Console:
    """Prints for one command; with --json it collects instead and prints once at the end."""

    def __init__(self, command: str, arguments: argparse.Namespace) -> None:
        self.command = command
        self.checkout: str = arguments.checkout
        self.python: Optional[str] = getattr(arguments, "python", None)
        self.as_json: bool = arguments.json
        self.dry_run: bool = getattr(arguments, "dry_run", False)
        self.report: Dict[str, Any] = {
            "command": command, "checkout": self.checkout, "dry_run": self.dry_run,
            "ok": True, "message": "", "files": [], "notes": [], "refusals": []}
        self._started = time.monotonic()
        self._drawn = False

    def progress(self, count: int) -> None:
        """Say how far a slow search is; only on a terminal, only after a second."""
        if sys.stderr.isatty() and time.monotonic() - self._started > 1:
            self._drawn = True
            print(f"\rsearching: {count} files", end="", file=sys.stderr, flush=True)

    def doing(self, text: str) -> None:
        """Say what takes its time now; only on a terminal, gone with the next line."""
        if sys.stderr.isatty():
            self._clear()
            self._drawn = True
            print(text, end="", file=sys.stderr, flush=True)

    def lines(self, lines: Sequence[Line]) -> None:
        """State, path, detail; aligned."""
        self._clear()
        self.report["files"] += [
            {"path": path, "state": state, "detail": detail} for state, path, detail in lines]
        if self.as_json:
            return
        shown = [(state, plain(path), plain(detail)) for state, path, detail in lines]
        width = max((len(path) for _, path, _ in shown), default=0)
        for state, path, detail in shown:
            coloured = self._colour(f"{state:<11}", COLOURS.get(state, "33"))
            print(f"{coloured} {path:<{width}}  {detail}".rstrip())

    def say(self, text: str) -> None:
        """What became of it, one line."""
        self._clear()
        self.report["message"] = text
        if not self.as_json:
            print(plain(text))

    def next(self, commands: Sequence[Tuple[str, str]]) -> None:
        """The commands a user may run next, each with what it is for."""
        self.report["next"] = [command for command, _ in commands]
        if not self.as_json:
            width = max(len(command) for command, _ in commands)
            for index, (command, purpose) in enumerate(commands):
                print(f"{'next:' if index == 0 else '     '} {command:<{width}}  # {purpose}")

    def opened(self, root: str, notes: Sequence[str]) -> None:
        """Which folder the paths are relative to, and what is to be said of it."""
        self.report["root"] = root
        for note in notes:
            self.note(note)

    def note(self, text: str) -> None:
        """Something the user should know, on stderr; once."""
        self._clear()
        if text in self.report["notes"]:
            return
        self.report["notes"].append(text)
        print(f"{self.command}: {plain(text)}", file=sys.stderr)

    def refuse(self, lines: Sequence[str]) -> int:
        """One line each on stderr; returns the exit status."""
        self._clear()
        self.report["ok"] = False
        self.report["refusals"] += lines
        for line in lines:
            print(f"{self.command}: {plain(line)}", file=sys.stderr)
        return 1

    def finish(self) -> None:
        """Print the JSON, where that was asked for."""
        self._clear()
        if self.as_json:
            print(json.dumps(self.report, indent=1))

    def script(self, name: str) -> str:
        """A command line that runs a script of ours on the same checkout."""
        named = ["--python", self.python] if self.python else []
        return command_lines.command_line(name, *named, self.checkout)

    def _colour(self, text: str, code: str) -> str:
        plain = not sys.stdout.isatty() or "NO_COLOR" in os.environ
        return text if plain else f"\x1b[{code}m{text}\x1b[0m"

    def _clear(self) -> None:
        if self._drawn:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            self._drawn = False


def plain(text: str) -> str:
    """On one line, and without what a terminal would obey: a file's name may hold anything."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f]", lambda found: repr(found.group())[1:-1], text)


def arguments(description: str) -> argparse.ArgumentParser:
    """What every command takes."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("checkout", help="the framework's folder: a clone, a copy, a package, or site-packages")
    parser.add_argument("--python", help="treat `checkout` as the name of a package that this Python imports, not as "
                        "a folder")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    return parser


def run(command: str, parser: argparse.ArgumentParser,
        work: Callable[[argparse.Namespace, Console], int], argv: Sequence[str]) -> int:
    """Run a command; every failure ends as one line on stderr and a non-zero exit status."""
    descriptors.fill_standard()
    parsed = parser.parse_args(argv)
    console = Console(command, parsed)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # this locale may have no letters for a file's name
    try:
        status = _attempt(work, parsed, console)
        console.finish()
        sys.stdout.flush()
    except BrokenPipeError:  # `| head`: its reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 128 + 13
    return status


def _attempt(work: Callable[[argparse.Namespace, Console], int], parsed: argparse.Namespace,
             console: Console) -> int:
    try:
        if parsed.python is not None:
            parsed.checkout = environment.folder_of(parsed.python, parsed.checkout)
        return work(parsed, console)
    except BrokenPipeError:
        raise
    except Refusal as error:
        return console.refuse([str(error)])
    except ModuleNotFoundError as error:
        if error.name != "libcst":
            raise
        return console.refuse([command_lines.lacking(error.name, console.command)])
    except OSError as error:
        return console.refuse([errors.one_line(error, parsed.checkout)])
    except KeyboardInterrupt:
        return console.refuse(["stopped"]) + 129


def rows(states: Sequence[Any]) -> List[Line]:
    """The lines of `checkout.states`."""
    return [(state, file.path, detail) for file, state, detail in states]
