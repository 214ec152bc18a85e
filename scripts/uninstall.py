# /// script
# requires-python = ">=3.9"
# dependencies = ["libcst>=1.1"]
# ///
"""Undo `install`, to the byte; your own later edits are kept."""
import argparse
import sys
from pathlib import Path
from typing import Sequence

if __name__ == "__main__":  # run as a file, so that only its own folder is on the path
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts import checkout, output
from scripts.checkout import plans, transaction
from scripts.checkout.state import CLEAN, DRIFTED
from scripts.output import Console


def main(argv: Sequence[str]) -> int:
    """Run the command; returns its exit status: 0, 1 for a refusal, 2 for wrong usage."""
    parser = output.arguments(__doc__ or "")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done; write nothing")
    return output.run("uninstall", parser, uninstall, argv)


def uninstall(arguments: argparse.Namespace, console: Console) -> int:
    """Plan, write all or nothing, report."""
    with transaction.exclusively(console.note, arguments.dry_run) as enter:
        found = checkout.open_checkout(arguments.checkout, (), console.progress, enter)
        return _uninstall(arguments, console, found)


def _uninstall(arguments: argparse.Namespace, console: Console, found: checkout.Checkout) -> int:
    console.opened(found.root, found.notes)
    plan = plans.plan_uninstall(found)
    if plan.refusals:
        console.lines(output.rows(checkout.states(found)))
        return console.refuse(plan.refusals)
    if not plan.changes:
        console.lines([(state, path, "" if state == CLEAN else detail)  # what install would do is not asked here
                       for state, path, detail in output.rows(checkout.states(found))])
        console.say("nothing to take out")
        return 0
    if not arguments.dry_run:
        transaction.change(found.root, plan.changes, checkout.seen(found))
        transaction.remove_emptied(found.root, found.gone)
    restored = [("restored", file.path, "byte for byte" if file.exact else "our lines taken out, yours kept")
                for file in found.files if file.installed]
    left = [("drifted", file.path, "left as it is: our lines were gone from it")
            for file in found.files if file.state == DRIFTED]
    removed = [("removed", copy.folder + "/", f"{len(copy.written)} files")
               for copy in found.copies.values()]
    console.lines(restored + left + removed)
    for note in plan.notes:
        console.note(note)
    if arguments.dry_run:
        console.say("nothing was written: this is what would be done")
    console.next([(console.script("uninstall" if arguments.dry_run else "install"),
                   "do it" if arguments.dry_run else "install it again; your runs are untouched")])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
