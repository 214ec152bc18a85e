# /// script
# requires-python = ">=3.9"
# dependencies = ["libcst>=1.1"]
# ///
"""Write patched copies and their diffs; leave the checkout alone.

`cp -r build/vendored/NAME@REVISION/. CLONE` installs into an identical clone; `diff A B` compares two revisions.
"""
import argparse
import os
import shlex
import sys
from pathlib import Path
from typing import Sequence

if __name__ == "__main__":  # run as a file, so that only its own folder is on the path
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts import checkout, output
from scripts.checkout import finder, plans, revisions, route
from scripts.output import Console
from scripts.refusal import Refusal
from scripts.this_release import BUILD
from neptune_writer.system import files as ours


def main(argv: Sequence[str]) -> int:
    """Run the command; returns its exit status: 0, 1 for a refusal, 2 for wrong usage."""
    parser = output.arguments(__doc__ or "")
    parser.add_argument("-o", "--output", type=Path, default=BUILD,
                        help="the folder for vendored/ and patches/; default: build/ in this repository, or in the "
                        "working directory where this is installed by pip")
    return output.run("vendor", parser, vendor, argv)


def vendor(arguments: argparse.Namespace, console: Console) -> int:
    """Copies and a diff for each framework that is found."""
    found = checkout.open_checkout(arguments.checkout, (), console.progress)
    console.opened(found.root, [*found.notes, *plans.unreadable(found)])
    refusals = plans.plan_install(found, to_write=False).refusals
    if refusals:
        return console.refuse(refusals)
    part = route.part_of(found.root, arguments.checkout)
    top = os.path.realpath(arguments.checkout) if part else found.root
    build: Path = arguments.output.resolve()
    if not finder.leaves(top, str(build)):
        raise Refusal(f"{arguments.output}: lies in the checkout; name a folder outside of it with --output")
    for framework in sorted({file.patch.name for file in found.files if file.new is not None}):
        try:
            paths = revisions.write(found, framework, build, top)
        except ours.NotOurs as error:
            raise Refusal(f"{error}; move it away, or name another folder with --output") from None
        except OSError as error:
            raise Refusal(f"{arguments.output}: cannot be written to, {error.strerror}; name another with "
                          "--output") from None
        console.lines([("added", str(path), detail) for path, detail in
                       zip(paths, ("the patched files, the package, and what takes them out", "what they differ in"))])
        copy = shlex.join(["cp", "-r", f"{paths[0]}/.", f"CLONE/{part}" if part else "CLONE"])
        console.next([(copy, "install into an identical clone")])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
