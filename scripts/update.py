# /// script
# requires-python = ">=3.9"
# dependencies = ["libcst>=1.1"]
# ///
"""Take our changes out, run `git pull`, and put them back."""
import argparse
import os
import shlex
import sys
from pathlib import Path
from typing import List, Sequence, Tuple

if __name__ == "__main__":  # run as a file, so that only its own folder is on the path
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts import checkout, output
from scripts.checkout import clone, files, plans, route, transaction
from scripts.checkout.state import CLEAN, UNSUPPORTED
from scripts.checkout.store import Changes, Content
from scripts.output import Console
from scripts.refusal import Refusal


def main(argv: Sequence[str]) -> int:
    """Run the command; returns its exit status: 0, 1 for a refusal, 2 for wrong usage."""
    return output.run("update", output.arguments(__doc__ or ""), update, argv)


def update(arguments: argparse.Namespace, console: Console) -> int:
    """Take ours out, pull, put ours back; where the pull fails, the tree is as it was.

    Between the two changes of ours, each of which happens wholly or not at all, every file is as git has it and the
    records stay: a kill leaves a checkout that is `drifted`, which `install` and `update` bring up to date.
    """
    with transaction.exclusively(console.note) as enter:
        found = checkout.open_checkout(arguments.checkout, (), console.progress, enter)
        console.opened(found.root, [found.route] if found.route else [])
        if not any(file.installed or file.record for file in found.files):
            raise Refusal(f"{arguments.checkout}: nothing of ours is installed there; "
                          "git pull needs no help there")
        if route.clone_below(found.root, found.scope):
            raise Refusal(f"{arguments.checkout}: has no install of its own; it is part of that of {found.name}, "
                          "outside of this clone; uninstall there, then install here")
        clone.expect_pullable(found.root)
        pulled = _pull(found, console)
        try:
            return _install(arguments, console, found, pulled)
        except (OSError, Refusal) as error:
            reason = str(error).replace(transaction.UNCHANGED, "")
            raise Refusal(f"{reason}; pulled {pulled.before}..{pulled.after}, and ours is out now: install puts it "
                          "back") from None


def _pull(found: checkout.Checkout, console: Console) -> clone.Pulled:
    """Pull with our changes out of git's way.

    Raises:
        Refusal: git could not; the tree is as it was.
    """
    ours = clone.changed(found.root, [file.path for file in found.files if file.installed])
    plan = plans.plan_withdrawal(found, ours)  # a patched file that was committed is git's to merge
    if plan.refusals:
        raise Refusal("; ".join(plan.refusals))
    back: Changes = {file.path: Content(file.raw, file.mode) for file in found.files if file.path in plan.changes}
    transaction.change(found.root, plan.changes, checkout.seen(found))
    ours_out = {path: files.digest(content.raw) for path, content in plan.changes.items() if content}
    console.doing("pulling ...")
    try:
        pulled = clone.pull(found.root)
    except BaseException:
        if all(plans.holds(found.root, path, content) for path, content in plan.changes.items()):
            transaction.change(found.root, back, ours_out)
        else:  # ours were of the older files: to put them back would revert upstream's change
            console.note("git pull was stopped when it had changed files already; ours is out of them now: install "
                         "puts it back")
        raise
    if pulled.failure and pulled.before == pulled.after:
        transaction.change(found.root, back, ours_out)
        way = "; to settle it: uninstall, git pull and do what it asks for, then install" if _is_about_edits(
            pulled.failure) else ""
        raise Refusal(f"git pull: {pulled.failure}; the checkout is as it was{way}")
    return pulled


def _is_about_edits(failure: str) -> bool:
    """Whether git wants something of the user: to commit, to stash, to merge."""
    return any(word in failure for word in ("would be overwritten", "divergent", "onflict", "CONFLICT", "fast-forward"))


def _install(arguments: argparse.Namespace, console: Console, old: checkout.Checkout, pulled: clone.Pulled) -> int:
    recorded = [place for place in (os.path.join(old.root, path) for path in old.records) if os.path.isfile(place)]
    left_out = any(file.record is None and file.state in (CLEAN, UNSUPPORTED) and not file.unreadable
                   for file in old.files)
    chosen = recorded if left_out else []  # install was told which, with --file
    found = checkout.open_checkout(arguments.checkout, chosen)
    console.opened(found.root, found.notes)
    plan = plans.plan_install(found)
    if plan.refusals:
        console.lines(output.rows(checkout.states(found)))
        status = console.refuse([f"{line} (pulled {pulled.before}..{pulled.after}, without Neptune now)"
                                 for line in plan.refusals])
        console.next(_ways_back(console, found, pulled))
        return status
    transaction.change(found.root, plan.changes, checkout.seen(found))
    console.lines(output.rows(checkout.states_after(found)))
    count = clone.count(found.root, pulled)
    console.say(f"pulled {pulled.before}..{pulled.after}, {count} commit{'s' if count != 1 else ''}" if count
                else f"already up to date at {pulled.after}")
    if pulled.failure:
        return console.refuse([f"git pull: {pulled.failure}; what it brought is installed into"])
    console.next([(console.script("diff"), "see what was changed")])
    return 0


def _ways_back(console: Console, found: checkout.Checkout, pulled: clone.Pulled) -> List[Tuple[str, str]]:
    return [(f"git -C {shlex.quote(found.name)} reset --keep {pulled.before}", "go back, then install"),
            (console.script("diff") + " --upstream", "see what upstream changed"),
            (console.script("uninstall"), "go on without Neptune")]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
