# /// script
# requires-python = ">=3.9"
# dependencies = ["libcst>=1.1"]
# ///
"""Patch a framework to log to Neptune; `uninstall` undoes it."""
import argparse
import sys
from pathlib import Path
from typing import List, Sequence, Tuple

if __name__ == "__main__":  # run as a file, so that only its own folder is on the path
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts import checkout, output
from scripts.checkout import package, plans, transaction
from scripts.checkout.store import PACKAGE, Changes
from scripts.command_lines import command_line
from scripts.output import Console, Line


def main(argv: Sequence[str]) -> int:
    """Run the command; returns its exit status: 0, 1 for a refusal, 2 for wrong usage."""
    parser = output.arguments(__doc__ or "")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done; write nothing")
    parser.add_argument("--file", action="append", default=[], metavar="PATH",
                        help="the file that holds the logger, instead of searching for it; repeat "
                             "for more files")
    parser.add_argument("--patch-foreign", action="store_true",
                        help="also patch loggers that already log to Neptune by other means")
    return output.run("install", parser, install, argv)


def install(arguments: argparse.Namespace, console: Console) -> int:
    """Plan, write all or nothing, report."""
    with transaction.exclusively(console.note, arguments.dry_run) as enter:
        found = checkout.open_checkout(arguments.checkout, arguments.file, console.progress, enter,
                                       arguments.patch_foreign)
        return _install(arguments, console, found)


def _install(arguments: argparse.Namespace, console: Console, found: checkout.Checkout) -> int:
    console.opened(found.root, found.notes)
    plan = plans.plan_install(found)
    before = checkout.states(found)
    if plan.refusals:
        console.lines(output.rows(before))
        return console.refuse(plan.refusals)
    for note in plan.notes:
        console.note(note)
    if not plan.changes:
        console.lines(output.rows(before))
        console.say("already installed")
    elif arguments.dry_run:
        console.lines(output.rows(before))
        console.say("would write: " + ", ".join(_summary(found, plan.changes)))
    else:
        transaction.change(found.root, plan.changes, checkout.seen(found))
        console.lines(output.rows(checkout.states_after(found)) + _packages(found))
    console.next(_next(console, arguments.dry_run and bool(plan.changes)))
    return 0


def _summary(found: checkout.Checkout, changes: Changes) -> List[str]:
    patched = {file.path for file in found.files}
    copied = sorted({path.split(f"{PACKAGE}/")[0] + PACKAGE + "/"
                     for path in changes if PACKAGE in path.split("/")})
    return [path for path in changes if path in patched] + copied


def _packages(found: checkout.Checkout) -> List[Line]:
    folders = {package.folder_beside(file.path) for file in found.files if file.new is not None and file.imports}
    return [("added", folder + "/", f"{len(found.sources)} files") for folder in sorted(folders)]


def _next(console: Console, dry_run: bool) -> List[Tuple[str, str]]:
    if dry_run:
        return [(console.script("install"), "do it"), (console.script("diff"), "see each line")]
    return [("NEPTUNE_EXPERIMENT=journal python YOUR_TRAINING_SCRIPT.py", "train as before"),
            (command_line("report", ".", "--open"), "see the learning curves"),
            (console.script("diff"), "see what was changed"),
            (console.script("uninstall"), "take it out again")]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
