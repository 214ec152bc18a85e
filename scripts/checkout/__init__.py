"""A checkout as it stands: its loggers, what was copied in, what was written down."""
from __future__ import annotations

import os
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence, Set, Tuple

from patches import Patch, discover, known, may_edit
from scripts.checkout import files, nearest, package, places, route, store, transaction
from scripts.checkout.finder import Search, search
from scripts.checkout.package import Copy
from scripts.checkout.state import APPLIED, EDITED, FOREIGN, ORPHANED, OUTDATED, File, examine, insertions
from scripts.checkout.store import Record
from scripts.refusal import Refusal


class Checkout(NamedTuple):
    """What was found in a checkout.

    Attributes:
        root: its real place.
        name: the same, as the user would type it.
        scope: the folder in it that the user named, in which loggers were searched for; "" for all of it.
        route: what to say where another folder than the named one is worked on; else "".
        files: every file that holds a logger or belongs to one, by path.
        copies: folder -> copied package.
        records: path -> record of the manifest.
        sources: name -> content of the package that is copied.
        notes: what was left out of the search and might matter.
        unread: those of the notes that say where reading failed, so that a logger there would be missed.
        links: path of each .py file that is a symlink -> the file of the checkout it leads to.
        gone: paths of the manifest whose files are gone.
        lost: paths of files that install patched, and in which no patch finds anything any more.
        named: paths of the files that the user named.
    """

    root: str
    name: str
    scope: str
    route: str
    files: List[File]
    copies: Dict[str, Copy]
    records: Dict[str, Record]
    sources: Dict[str, bytes]
    notes: List[str]
    unread: List[str]
    links: Dict[str, str]
    gone: List[str]
    lost: List[str]
    named: Sequence[str] = ()


def open_checkout(path: str, named: Sequence[str] = (), progress: Callable[[int], None] = lambda count: None,
                  enter: Callable[[str], None] = lambda root: None, patch_foreign: bool = False) -> Checkout:
    """Look at the checkout that a folder belongs to, whichever route to it that is; changes nothing.

    Args:
        named: files that hold the loggers, instead of those a search would find.
        enter: called with each folder before it is looked at.
        patch_foreign: see `state.examine`.

    Raises:
        Refusal: it is not a checkout, or no logger is in it.
    """
    folder = places.folder_of(path)
    root = route.root_of(folder)
    enter(root)
    if route.root_of(folder) not in (root, folder):
        raise Refusal(f"{path}: another command installed into a folder above it just now; run this again")
    name, scope = route.shown(root, path), route.below(root, folder)
    if transaction.is_interrupted(root):
        raise Refusal(f"{name}: an install or uninstall was cut short there; run it again, "
                      "which repairs the checkout first")
    records = store.read_manifest(root)
    if not records:
        places.expect_no_tool(path, folder)
    wanted = [places.file_of(root, folder, given) for given in named]
    part, patches = route.part_with(root, wanted, records), discover()
    if not part:
        everything = [*patches, *known()]
        found = search(root, may_edit(everything), progress, scope)
        checkout = _look(root, found, wanted, everything, records, patch_foreign)
        part = "" if _has_own(checkout) else route.only_part(root, found.installs)
        if not part and not checkout.files and not records and not checkout.copies:
            raise nearest.nothing_in(path, folder, found, patches, progress)
    if part:
        checkout = open_checkout(os.path.join(root, part), [os.path.join(root, file) for file in wanted], progress,
                                 enter, patch_foreign)
        name = route.shown(checkout.root, path)
    taken = f"{path}: working on {name}, which it was installed through" if checkout.root != folder else ""
    return checkout._replace(name=name, scope=scope, route=taken, notes=[taken, *checkout.notes] if taken else
                             checkout.notes)


def _look(root: str, found: Search, wanted: Sequence[str], patches: List[Patch],
          records: Dict[str, Record], patch_foreign: bool) -> Checkout:
    """The files that a search found, and those that are named or recorded."""
    sources = package.vendored()
    copies = _copies(root, {*found.packages, *map(package.folder_beside, records)}, sources)
    recorded = {**{name: record for copy in copies.values() for name, record in copy.records.items()},
                **records}
    seen, lost = [], []
    for name in sorted({*found.candidates, *wanted, *recorded}):
        file = _examine(root, name, patches, recorded.get(name), name in wanted, patch_foreign)
        if file and (not wanted or name in wanted or name in recorded or file.companion):
            seen.append(file)
        elif name in recorded and files.read(root, name) is not None:
            lost.append(name)
    seen = [file._replace(unreadable=file.unreadable and file.path not in {*wanted, *recorded}) for file in seen]
    with_logger = {file.patch for file in seen if not (file.companion or file.unreadable) and file.state != FOREIGN}
    seen = [file for file in seen if not file.companion or file.installed or file.patch in with_logger
            or file.unpatched and any(patch.may_edit(file.raw) for patch in with_logger)]  # two patches' may be alike
    beside = {package.folder_beside(file.path) for file in seen if file.imports}
    for folder in beside - set(copies):
        copy = package.read_copy(root, folder, sources)
        if copy:
            copies[folder] = copy
    gone = [name for name in records if files.read(root, name) is None]
    notes = found.notes + [f"{name}: install patched this file, which is gone" for name in gone]
    notes += [f"{name}: install patched it, but nothing that a patch edits is left in it" for name in lost]
    return Checkout(root, root, "", "", seen, copies, records, sources, notes, [] if wanted else found.unread,
                    found.links, gone, lost, wanted)


def _has_own(checkout: Checkout) -> bool:
    """Whether anything in it is ours, or might be."""
    might = any(file.state != FOREIGN and not file.unreadable for file in checkout.files)
    return bool(checkout.records or checkout.copies or might)


def _copies(root: str, folders: Set[str], sources: Dict[str, bytes]) -> Dict[str, Copy]:
    """The copied packages that carry our record."""
    found = {}
    for folder in sorted(folders):
        if files.read(root, f"{folder}/{package.RECORD}"):
            copy = package.read_copy(root, folder, sources)
            if copy:
                found[folder] = copy
    return found


def _examine(root: str, path: str, patches: List[Patch], record: Optional[Record],
             wanted: bool, patch_foreign: bool) -> Optional[File]:
    found = files.read(root, path)
    if found is None:
        return None  # recorded once, removed since
    original = store.read_original(root, path, record) if record else None
    for patch in patches:
        if record and patch.name != record.patch:
            continue
        if record or wanted or patch.may_edit(found.raw):
            file = examine(path, patch, found, record, original, patch_foreign)
            if file:
                return file
    if wanted:
        raise nearest.none_in_file(path, found.raw, discover())
    return None


def seen(checkout: Checkout) -> Dict[str, str]:
    """Path -> SHA-256 of each file as it was when this was opened: what `transaction.change` is to find."""
    return {file.path: files.digest(file.raw) for file in checkout.files}


def states_after(checkout: Checkout) -> List[Tuple[File, str, str]]:
    """What `states` is going to be once install has done its work, without another look that might fail."""
    return [(file, APPLIED, insertions(file.base or b"", file.new)) if file.new is not None
            else (file, file.state, file.detail) for file in checkout.files]


def states(checkout: Checkout) -> List[Tuple[File, str, str]]:
    """Each file with its state and detail, the copied package beside it taken into account."""
    found = []
    for file in checkout.files:
        folder = package.serving(file, checkout.copies)
        copy = checkout.copies[folder] if folder else None
        state, detail = file.state, file.detail
        if copy is None and file.installed:
            lacking = package.folder_beside(file.path) if file.imports else store.PACKAGE
            state = state if state == ORPHANED else OUTDATED
            detail = f"{lacking} is missing, and it cannot be imported without that"
        elif state == APPLIED and copy and copy.edited:
            state, detail = EDITED, f"{copy.folder}/{copy.edited[0]} was changed"
        elif state == APPLIED and copy and copy.outdated:
            state, detail = OUTDATED, f"{copy.folder} is of another version of this repo"
        found.append((file, state, detail))
    return found
