"""Send finished or running runs to a tracker; nothing is deleted.

Thin over the command that travels with the copied package (``python <package> JOURNAL --to SPEC``), so that both do
the same; runs in other formats are made journals first. The tracker's client must be installed in this Python, or in
the one that NEPTUNE_WRITER_PYTHON names.
"""
import argparse
import contextlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1] / "vendored")  # no script of ours hides a module of a client

from neptune_writer.system import descriptors, folders, interpreters
from neptune_writer import messages
from neptune_writer.resend import found_runs, command
from neptune_writer.experiment import clients, prerequisites, specs

_ROOT = Path(__file__).resolve().parents[1]
_LACKS = 3
_LOOK = f"""if True: import sys
sys.path.insert(0, sys.argv[1])
from neptune_writer.experiment import clients
sys.exit({_LACKS} if all(map(clients.missing, clients.of_spec(sys.argv[2]))) else 0)"""
_PROG = os.path.basename(sys.argv[0])  # replay.py, or the subcommand that stands for it
_TAKES = ("files of runs, their folders, or whole trees: whatever `report` reads, our journals as well as what "
          "unpatched frameworks and other trackers wrote")
_GROUPS = ("what runs in a group have in common, as for `report`; default: the groups of the report. Our journals keep "
           "their own groups")


def with_journals(arguments: List[str]) -> Tuple[List[str], Optional[Dict[str, Any]]]:
    """The arguments, with journals in place of runs in other formats; ours need nothing but the client.

    A dry run makes none: it gets what they would hold, too.
    """
    parser = command.parser(_PROG, _TAKES)
    parser.allow_abbrev = False  # the command that travels along knows no --group-by
    parser.add_argument("--group-by", metavar="KEYS", help=_GROUPS)
    options = parser.parse_args(arguments)
    arguments = _without_groups(arguments)
    sys.path.append(str(_ROOT))  # last, and kept: the processes that read large files look there, too
    try:
        spec = specs.parse(options.to, specs.MODES)
        from scripts import sent_before
        from scripts.refusal import Refusal
        from scripts.replaying import as_journals, following
        from scripts.runs import targets
        from scripts.runs.groups import grouping
    except ValueError:
        return arguments, None  # which is said where it is sent
    except (ModuleNotFoundError, SystemExit) as error:
        if not all(found_runs.journals([path]) for path in options.path):
            messages.say(f"only journals can be read: {_lacking(error)}")
        return arguments, None
    if not options.dry_run:
        _expect_client(spec)
    flags = [one for name in ("x", "restarts") for one in _given(options, name)]
    flags += [flag for flag in ("--dry-run", "--follow") if getattr(options, flag[2:].replace("-", "_"))]
    try:
        by = None if options.group_by is None else grouping.keys_of(options.group_by)
    except ValueError as error:
        parser.error(f"argument --group-by: {error}")
    planned, written = None, targets.of(spec)
    cache = Path(*folders.caches("journals")[:1] or [os.devnull, "journals"])  # the latter takes none, and is named
    try:
        if options.dry_run:
            paths, planned = as_journals.planned(options.path, cache, spec, command.step_options(options), by, written)
        elif options.follow and hasattr(os, "pread") and any(
                os.path.isdir(path) or as_journals.holds_others(path) for path in options.path):  # not on Windows
            paths, descriptor = following.begin(options.path, cache, command.step_options(options), by, written)
            return [*paths, f"{command.NAMED_BY}={descriptor}", "--to", options.to, *flags], None
        else:
            paths = as_journals.sources(options.path, cache, command.step_options(options), by, written)
            for path, before in sent_before.copies(paths, cache):
                messages.warn(f"{path} has the rows of {before}, which was sent before from another folder; it is sent "
                              "as another run, so send moved runs from where they were")
    except Refusal as error:
        messages.say(str(error))
        sys.exit(1)
    except OSError as error:
        messages.say(f"{cache}: cannot keep the journals that are made of other runs: {messages.reason(error)}; "
                     "set XDG_CACHE_HOME to a folder of yours")
        sys.exit(1)
    if not paths:
        sys.exit(1)  # why was said of each
    return [*paths, "--to", options.to, *flags], planned


def _expect_client(spec: str) -> None:
    """SystemExit, before anything is written, where the Python that will send has no client for it."""
    python, client = prerequisites.interpreter(), clients.of_spec(spec)[0]
    if prerequisites.lacks_client(spec):
        messages.say(prerequisites.how_to_install(spec))
        sys.exit(1)
    if python == sys.executable:
        return
    variables = {name: value for name, value in os.environ.items() if name not in interpreters.OF_ANOTHER_PYTHON}
    with contextlib.suppress(OSError):  # there is no such Python, which is said where it is sent
        look = subprocess.run([python, "-c", _LOOK, str(_ROOT / "vendored"), spec], env=variables, capture_output=True)
        if look.returncode == _LACKS:
            is_named = bool(os.environ.get(interpreters.VARIABLE))
            named = ", which NEPTUNE_WRITER_PYTHON names," if is_named else ""
            way = "" if is_named else ", or point NEPTUNE_WRITER_PYTHON at a Python that has it"
            messages.say(f"{python}{named} has no {client.modules[0]}; {python} -m pip install {client.install}{way}")
            sys.exit(1)


def _lacking(error: BaseException) -> str:
    """What keeps the readers of other formats from being imported."""
    if not isinstance(error, ModuleNotFoundError):
        return str(error)  # Python is too old for them
    from scripts import command_lines
    return command_lines.lacking(error.name or "", "replay")


def _without_groups(arguments: List[str]) -> List[str]:
    """What the command that travels with the copied package knows, too."""
    ours = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    ours.add_argument("--group-by")
    return ours.parse_known_args(arguments)[1]


def _given(options: Any, name: str) -> List[str]:
    """An option with its value, as it was given; nothing where it was not."""
    value = getattr(options, name, None)
    return [] if value is None else [f"--{name}={value}"]


if __name__ == "__main__":
    descriptors.fill_standard()
    given, of_past_runs = with_journals(sys.argv[1:])
    command.run(given, _PROG, of_past_runs)
