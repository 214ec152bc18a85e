# /// script
# requires-python = ">=3.9"
# dependencies = ["libcst>=1.1"]
# ///
"""Say of every logger in a checkout whether it emits to Neptune, and whether by our doing."""
import argparse
import shlex
import sys
from pathlib import Path
from typing import Sequence

if __name__ == "__main__":  # run as a file, so that only its own folder is on the path
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts import checkout, output
from scripts.checkout.state import APPLIED, CLEAN, FOREIGN, UNSUPPORTED
from scripts.output import Console


def main(argv: Sequence[str]) -> int:
    """Run the command; returns its exit status: 0, 1 for a refusal, 2 for wrong usage."""
    return output.run("status", output.arguments(__doc__ or ""), status, argv)


def status(arguments: argparse.Namespace, console: Console) -> int:
    """Look, print, change nothing."""
    found = checkout.open_checkout(arguments.checkout, (), console.progress)
    console.opened(found.root, found.notes)
    states = checkout.states(found)
    console.lines(output.rows(states))
    names = {state for _, state, _ in states}
    if not names:
        console.next([(console.script("uninstall"), "take out what is left of ours")])
        return 0
    changed = [file.path for file in found.files if file.changed]
    if changed:
        paths = " ".join(map(shlex.quote, changed))
        console.next([(f"git -C {shlex.quote(found.name)} diff -- {paths}",
                       "restore the lines that install added, then install")])
    elif any(file.unfit for file in found.files):
        console.next([(console.script("diff") + " --upstream", "see what was changed since the install"),
                      (console.script("uninstall"), "take ours out, and go on without Neptune")])
    elif names <= {FOREIGN, UNSUPPORTED}:
        return 0
    elif names <= {APPLIED, FOREIGN, UNSUPPORTED}:
        console.next([(console.script("diff"), "see what was changed")])
    else:
        purpose = "install" if CLEAN in names and APPLIED not in names else "bring it up to date"
        console.next([(console.script("install"), purpose)])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
