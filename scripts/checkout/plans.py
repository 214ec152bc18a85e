"""What installing or uninstalling would change in a checkout, or the reasons why it would not."""
from __future__ import annotations

import os
from typing import Collection, Dict, List, NamedTuple, Optional, Sequence

from scripts.checkout import files, package, route, store
from scripts.checkout import Checkout
from scripts.checkout.nearest import NONE
from scripts.checkout.state import (
    APPLIED, EDITED, FOREIGN, ORPHANED, OUTDATED, UNSUPPORTED, File, make_record)
from scripts.checkout.store import Changes, Content, Record


class Plan(NamedTuple):
    """What a command would do.

    Attributes:
        changes: path -> content, in the order they are made in.
        refusals: one line for each reason why none of it is done.
        notes: what the user should know besides.
    """

    changes: Changes
    refusals: List[str]
    notes: List[str]


def plan_install(checkout: Checkout, to_write: bool = True) -> Plan:
    """Bring every logger of the checkout up to date, or say why not.

    Args:
        to_write: whether it is going to be done there, so that its folders have to be writable.
    """
    chosen = [file for file in checkout.files if file.new is not None]
    left = _left(checkout, chosen)
    refusals = [_refusal(file, chosen) for file in checkout.files
                if file.new is None and file.state != FOREIGN and not file.unreadable and file not in left]
    refusals += [f"{copy.folder}/{name}: edited since install; "
                 "move your changes out of that folder, remove the file, then install again"
                 for copy in checkout.copies.values() for name in copy.edited]
    refusals += [f"{note}; it may hold a logger, name those that you want with --file" for note in checkout.unread]
    refusals += [f"{link}: this symlink is another way to {file.path}, beside which the package would not be "
                 "found; replace the link by a copy" for file in chosen
                 for link, target in checkout.links.items()
                 if target == file.path and os.path.dirname(link) != os.path.dirname(target)]
    if all(file.companion for file in chosen):
        refusals += [_refusal(file, []) for file in checkout.files if file.state == FOREIGN or file.unreadable]
        refusals = refusals or [f"{checkout.name}: {NONE} any more; uninstall takes out what is left of ours"]
    notes = [f"{file.path}: {file.detail}; left as it is, "
             f"{'the logger works without it' if file.companion else 'the others are patched'}" for file in left]
    return _plan(checkout, installed(checkout), refusals, notes, to_write)


def _left(checkout: Checkout, chosen: List[File]) -> List[File]:
    """What stays unpatched beside others: a companion, and a logger of a framework that is not supported, where it is
    not the tree's main one, nearer to its root than what is patched or as near, and was not asked for with --file."""
    depths = [file.path.count("/") for file in chosen if not file.companion]

    def may_stay(file: File) -> bool:
        is_main = file.path.count("/") <= min(depths)
        return file.companion or not (file.patch.supported or is_main or file.path in checkout.named)

    return [file for file in checkout.files if file.unpatched and not file.unreadable and depths and may_stay(file)]


def installed(checkout: Checkout) -> Changes:
    """Everything that is in a checkout because of us, once each of its loggers is up to date."""
    chosen = [file for file in checkout.files if file.new is not None]
    records = {file.path: make_record(file) for file in chosen}
    changes: Changes = {}
    for file in chosen:
        changes[store.original_of(file.path)] = Content(file.base or b"", records[file.path].mode)
    for path in set(checkout.records) - set(records):
        changes[store.original_of(path)] = None
    changes.update(_packages(checkout, chosen, records))
    for file in chosen:
        changes[file.path] = Content(file.new or b"")
    changes[store.MANIFEST] = store.write_manifest(records)
    return changes


def plan_uninstall(checkout: Checkout) -> Plan:
    """Take everything out again, keeping what the user changed since, or say why not."""
    refusals = _expect_one_framework(checkout) or _expect_one_whole(checkout)
    notes = unreadable(checkout)
    changes: Changes = {}
    for file in checkout.files:
        if not file.installed:
            continue
        if file.base is None:
            refusals.append(_refusal(file))
            continue
        changes[file.path] = _without(file)
    for copy in checkout.copies.values():
        changes.update(package.removals(copy))
        notes += [f"{copy.folder}/{name}: kept, it is not as install wrote it"
                  for name in [*copy.edited, *copy.own]]
    for path in checkout.records:
        changes[store.original_of(path)] = None
    changes[store.MANIFEST] = None
    return _plan(checkout, changes, refusals, notes)


def _expect_one_framework(checkout: Checkout) -> List[str]:
    """Who names the folder of one framework does not mean the others that were installed together with it."""
    named = {record.patch for path, record in checkout.records.items() if path.startswith(f"{checkout.scope}/")}
    others = sorted({record.patch for record in checkout.records.values()} - named)
    if not named or not others:
        return []
    return [f"{checkout.scope}: has no install of its own; it is part of that of {checkout.name}, which has "
            f"{' and '.join(others)} as well; name {checkout.name} to take out all, then install what is to stay"]


def _expect_one_whole(checkout: Checkout) -> List[str]:
    """Nor does who names one clone or package mean another that was installed together with it."""
    inner = route.clone_below(checkout.root, checkout.scope) or route.package_below(checkout.root, checkout.scope)
    beside = [path for path in sorted(checkout.records) if inner and not path.startswith(f"{inner}/")]
    return [f"{checkout.scope}: has no install of its own; it is part of that of {checkout.name}, which has {path} "
            f"as well; name {checkout.name} to take out all, then install what is to stay"
            for path in beside[:1]]


def plan_withdrawal(checkout: Checkout, paths: Collection[str]) -> Plan:
    """Take our lines out of these files for a while: records, originals and the package stay."""
    chosen = [file for file in checkout.files if file.installed and file.path in paths]
    refusals = [_refusal(file) for file in chosen
                if file.base is None or file.state == EDITED and file.new is None]  # an edit of our lines would be lost
    return _plan(checkout, {file.path: _without(file) for file in chosen}, refusals, [])


def unreadable(checkout: Checkout) -> List[str]:
    """A line for each file that looks like a logger and cannot be looked into."""
    return [f"{file.path}: {file.detail}; left alone" for file in checkout.files if file.unreadable]


def holds(root: str, path: str, content: Optional[Content]) -> bool:
    """Whether a file is what a change makes of it."""
    found = files.read(root, path)
    if found is None or content is None:
        return found is None and content is None
    return found.raw == content.raw and content.mode in (None, found.mode)


def _without(file: File) -> Content:
    """The file without our lines, and with the mode and time it had where nobody edited it since."""
    unedited = file.record is not None and file.state in (APPLIED, OUTDATED)
    special = file.mode & 0o7000  # set-id bits: kept, but not believed of a manifest
    if file.record is None or not unedited:
        return Content(file.base or b"")
    return Content(file.base or b"", file.record.mode | special, file.record.modified if file.exact else None)


def _plan(checkout: Checkout, changes: Changes, refusals: List[str], notes: List[str], to_write: bool = True) -> Plan:
    """Leave out what is so already, and see that the rest can be written."""
    todo = {path: content for path, content in changes.items()
            if not holds(checkout.root, path, content)}
    folders = sorted({os.path.dirname(path) for path in todo} | ({""} if todo else set()))
    blocked = [folder or checkout.name for folder in folders if files.is_read_only(checkout.root, folder)]
    if blocked and to_write and not refusals:
        refusals = [f"{blocked[0]}: read-only; chmod u+w it, run this as its owner, or work on a copy"]
    return Plan(todo, refusals, notes)


def _packages(checkout: Checkout, chosen: List[File], records: Dict[str, Record]) -> Changes:
    """A copy beside every patched file, and none where no file is patched any more."""
    changes: Changes = {}
    folders = sorted({package.folder_beside(file.path) for file in chosen if file.imports})
    for folder in folders:
        beside = {file.path: records[file.path] for file in chosen if package.serving(file, folders) == folder}
        name = next(iter(beside.values())).patch
        changes.update(package.contents(folder, checkout.sources, name, beside,
                                        checkout.copies.get(folder)))
    for folder, copy in checkout.copies.items():
        if folder not in folders:
            changes.update(package.removals(copy))
    return changes


def _refusal(file: File, others: Sequence[File] = ()) -> str:
    """One line: the file, what is wrong, what to do.

    Args:
        others: files that could be patched without it.
    """
    others = [other for other in others if not other.companion]
    advice = {
        UNSUPPORTED: "nothing was written" + (f"; --file {others[0].path} patches that alone" if others else ""),
        EDITED: "restore those lines (git diff shows them) and keep your own code on separate lines, or restore the "
                "file, then run this again",
        ORPHANED: "restore those lines and keep your own code on separate lines, or restore the file with git, then "
                  "run this again",
        FOREIGN: "nothing to install; --patch-foreign patches it all the same",
        OUTDATED: "uninstall, then see what install says",
    }.get(file.state, "nothing was written")
    if file.unfit and file.state != OUTDATED:
        advice = "diff --upstream shows what changed since the install; uninstall takes our lines out"
    return f"{file.path}: {file.state}: {file.detail}; {advice}"
