# /// script
# requires-python = ">=3.9"
# dependencies = ["libcst>=1.1"]
# ///
"""Print what `install` changed, or would change, as a git diff.

With --upstream: what changed since the install, and whether the patch still fits. With two revisions that `vendor`
wrote: how the patch of one differs from that of the other.
"""
import argparse
import os
import sys
from pathlib import Path
from typing import List, Sequence

if __name__ == "__main__":  # run as a file, so that only its own folder is on the path
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts import checkout, output, unified
from scripts.checkout import files, package, plans, revisions, store
from scripts.checkout.state import UNSUPPORTED, insertions
from scripts.output import Console

_DIFFERENT = 3  # what `diff` returns then: 1 is a refusal


def main(argv: Sequence[str]) -> int:
    """Run the command; returns its exit status: 0, 1 for a refusal, 2 for wrong usage."""
    parser = output.arguments(__doc__ or "")
    parser.add_argument("other", nargs="?", help="compare two revisions that `vendor` wrote: folders, .patch files or "
                        "names such as spinningup@038665d")
    parser.add_argument("--all", action="store_true", help="include the files of the copied package, so that the "
                        "diff is complete and runs where it is applied")
    parser.add_argument("--upstream", action="store_true", help="show what changed in the files since the install, "
                        "and whether the patch still fits")
    parser.add_argument("--exit-code", action="store_true", help="exit as git diff does: 0 without a difference, "
                        "1 with one, 2 for a refusal")
    as_git = parser.parse_args(argv).exit_code
    status = output.run("diff", parser, diff, argv)
    return {1: 2, _DIFFERENT: 1}.get(status, status) if as_git else status


def diff(arguments: argparse.Namespace, console: Console) -> int:
    """Look, print, change nothing."""
    refused = _diff(arguments, console)
    differs = any(file["diff"] for file in console.report["files"])
    return _DIFFERENT if arguments.exit_code and differs and not refused else refused


def _diff(arguments: argparse.Namespace, console: Console) -> int:
    if arguments.other:
        return _revisions(arguments.checkout, arguments.other, console)
    found = checkout.open_checkout(arguments.checkout, (), console.progress)
    return _upstream(found, console) if arguments.upstream else _ours(found, arguments.all, console)


def _ours(found: checkout.Checkout, whole: bool, console: Console) -> int:
    refusals: List[str] = []
    console.opened(found.root, [*found.notes, *plans.unreadable(found)])
    for file in found.files:
        if file.unreadable:
            continue
        after = file.raw if file.installed else file.new
        if file.base is None or after is None:
            refusals.append(f"{file.path}: {file.state}: {file.detail}")
            continue
        _print(console, file.path, file.state, b"".join(unified.unified(file.path, file.base, after)))
    if not any(file.installed or file.record for file in found.files) and any(file.new for file in found.files):
        console.note("nothing is installed, this is what install would do")
    for folder in sorted({package.folder_beside(file.path) for file in found.files if file.new and file.imports}):
        if whole:
            for name, raw in found.sources.items():
                _print(console, f"{folder}/{name}", "added", b"".join(unified.added(f"{folder}/{name}", raw)))
        else:
            console.note(f"{folder}/: {len(found.sources)} more new files, which the patched ones import; "
                         "--all shows them too")
    return console.refuse(refusals) if refusals else 0


def _upstream(found: checkout.Checkout, console: Console) -> int:
    """Original against what the file is now without our lines; whether these lines can be made in it."""
    refusals: List[str] = []
    console.opened(found.root, [*found.notes, *plans.unreadable(found)])
    for file in found.files:
        if file.unreadable:
            continue
        original = store.read_original(found.root, file.path, file.record) if file.record else None
        now = file.base if file.installed else file.raw
        change = "as it was"
        if file.record is None:
            change = "new since the install" if found.records else "nothing is installed"
        elif original is None:
            change = "its original is not kept here, so what changed is not known"
        elif now is not None and now != original:
            change = "changed since the install"
            _print(console, file.path, file.state, b"".join(unified.unified(file.path, original, now)))
        if file.new is None:
            refusals.append(f"{file.path}: {change}; the patch does not fit: {file.detail}")
        else:
            fits = insertions(file.base or b"", file.new)
            console.note(f"{file.path}: {change}; the patch fits: {fits}")
    for path in found.lost:
        record, there = found.records.get(path), files.read(found.root, path)
        original = store.read_original(found.root, path, record) if record else None
        if there is not None and original is not None:
            _print(console, path, UNSUPPORTED, b"".join(unified.unified(path, original, there.raw)))
    refusals += [f"{path}: the patch does not fit: nothing that it edits is left in it" for path in found.lost]
    refusals += [f"{path}: the patch does not fit: the file is gone" for path in found.gone]
    return console.refuse(refusals) if refusals else 0


def _revisions(one: str, other: str, console: Console) -> int:
    old, new = revisions.patch_of(one), revisions.patch_of(other)
    text = b"".join(unified.of_diffs(old.name, old.text, new.name, new.text))
    _print(console, new.name, "changed" if text else "the same", text)
    if not text:
        console.note(f"{old.name} and {new.name}: the patch is the same in both, but for line numbers")
    return 0


def _print(console: Console, path: str, state: str, text: bytes) -> None:
    console.report["files"].append({"path": path, "state": state,
                                    "diff": text.decode("utf-8", "backslashreplace")})
    if console.as_json:
        return
    if sys.stdout.isatty() and "NO_COLOR" not in os.environ:
        text = b"".join(map(unified.colour, text.splitlines(keepends=True)))
    sys.stdout.flush()
    sys.stdout.buffer.write(text)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
