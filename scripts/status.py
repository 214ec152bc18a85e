# /// script
# requires-python = ">=3.9"
# dependencies = ["libcst>=1.1"]
# ///
"""Show whether each logger logs to Neptune, and whether this tool patched it."""
import argparse
import shlex
import sys
from pathlib import Path
from typing import List, Sequence, Tuple

if __name__ == "__main__":  # run as a file, so that only its own folder is on the path
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts import checkout, output
from scripts.checkout import clone
from scripts.checkout.state import APPLIED, CLEAN, EDITED, FOREIGN, UNSUPPORTED, File
from scripts.output import Console

State = Tuple[File, str, str]


def main(argv: Sequence[str]) -> int:
    """Run the command; returns its exit status: 0, 1 for a refusal, 2 for wrong usage."""
    parser = output.arguments(__doc__ or "")
    parser.add_argument("--check", action="store_true", help="exit with 1 unless every logger found is applied, for a "
                        "Dockerfile or CI")
    return output.run("status", parser, status, argv)


def status(arguments: argparse.Namespace, console: Console) -> int:
    """Look, print, change nothing."""
    found = checkout.open_checkout(arguments.checkout, (), console.progress)
    console.opened(found.root, found.notes)
    states = checkout.states(found)
    console.lines(output.rows(states))
    _advise(found, states, console)
    lacking = _lacking(found, states) if arguments.check else []
    return console.refuse(lacking) if lacking else 0


def _lacking(found: checkout.Checkout, states: Sequence[State]) -> List[str]:
    """One line for each logger that does not emit by our doing, or that is gone.

    What belongs to a logger and cannot be patched is left out by install, too."""
    lines = [f"{file.path}: {state}, not applied" for file, state, _ in states
             if state != APPLIED and not file.unreadable and not (file.companion and file.unpatched)]
    lines += [f"{path}: not applied, the patch no longer fits it" for path in found.lost]
    lines += [f"{path}: gone, not applied" for path in found.gone]
    return lines or ([] if states else [f"{found.name}: there is no logger"])


def _advise(found: checkout.Checkout, states: Sequence[State], console: Console) -> None:
    """The commands that help."""
    names = {state for _, state, _ in states}
    if not names:
        console.next([(console.script("uninstall"), "take out what is left of ours")])
        return
    changed = [file.path for file in found.files if file.changed]
    if changed:
        paths = " ".join(map(shlex.quote, changed))
        console.next([(f"git -C {shlex.quote(found.name)} diff -- {paths}",
                       "restore the lines that install added, then install")] if clone.has_commit(found.root) else
                     [(console.script("install"), "once the lines that install added are restored")])
    elif any(file.unfit for file in found.files):
        console.next([(console.script("diff") + " --upstream", "see what was changed since the install"),
                      (console.script("uninstall"), "take ours out, and go on without Neptune")])
    elif names <= {FOREIGN, UNSUPPORTED}:
        return
    elif names <= {APPLIED, FOREIGN, UNSUPPORTED}:
        console.next([(console.script("diff"), "see what was changed")])
    else:
        purpose = "patch it" if CLEAN in names and APPLIED not in names else "bring it up to date"
        if names <= {APPLIED, EDITED, FOREIGN, UNSUPPORTED} and not any(copy.edited for copy in found.copies.values()):
            purpose = "nothing is broken; this takes note of your own edits"
        console.next([(console.script("install"), purpose)])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
