"""A checkout as it stands: its loggers, what was copied in, what was written down."""
from __future__ import annotations

import os
import stat
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

from patches import Patch, discover
from scripts.checkout import files, package, store, transaction
from scripts.checkout.files import Refusal
from scripts.checkout.package import Copy
from scripts.checkout.finder import Search, leaves, search
from scripts.checkout.state import APPLIED, EDITED, FOREIGN, ORPHANED, OUTDATED, File, examine, insertions
from scripts.checkout.store import Record


class Checkout(NamedTuple):
    """What was found in a checkout.

    Attributes:
        root: its real place.
        files: every file that holds a logger or belongs to one, by path.
        copies: folder -> copied package.
        records: path -> record of the manifest.
        sources: name -> content of the package that is copied.
        notes: what was left out of the search and might matter.
        unread: those of the notes that say where reading failed, so that a logger there would be missed.
        links: path of each .py file that is a symlink -> the file of the checkout it leads to.
        gone: paths of the manifest where there is no file any more.
        lost: paths of files that install patched, and in which no patch finds anything any more.
    """

    root: str
    files: List[File]
    copies: Dict[str, Copy]
    records: Dict[str, Record]
    sources: Dict[str, bytes]
    notes: List[str]
    unread: List[str]
    links: Dict[str, str]
    gone: List[str]
    lost: List[str]


def expected() -> str:
    """What a checkout without any logger lacks."""
    loggers = [f"{patch.logger} ({patch.name})" for patch in discover()]
    return f"expected a .py file with a class that has {', '.join(loggers[:-1])} or {loggers[-1]}"


def open_checkout(path: str, named: Sequence[str] = (),
                  progress: Callable[[int], None] = lambda count: None) -> Checkout:
    """Look at a checkout; changes nothing.

    Args:
        named: files that hold the loggers, instead of those a search would find.

    Raises:
        Refusal: it is no checkout, or no logger is in it.
    """
    root = _root(path)
    if transaction.is_interrupted(root):
        raise Refusal(f"{path}: an install or uninstall was cut short there; run it again, that "
                      "puts the checkout right first")
    patches = discover()
    records = store.read_manifest(root)
    found = search(root, lambda raw: any(patch.may_edit(raw) for patch in patches), progress)
    wanted = [_named(root, name) for name in named]
    sources = package.vendored()
    copies = _copies(root, found.packages, sources)
    known = {**{name: record for copy in copies.values() for name, record in copy.records.items()},
             **records}
    seen, lost = [], []
    for name in sorted({*found.candidates, *wanted, *known}):
        file = _examine(root, name, patches, known.get(name), name in wanted)
        if file and (not wanted or name in wanted or name in known or file.companion):
            seen.append(file)
        elif name in known and files.read(root, name) is not None:
            lost.append(name)
    with_logger = {file.patch for file in seen if not file.companion and file.state != FOREIGN}
    seen = [file for file in seen if file.patch in with_logger or file.installed or not file.companion]
    beside = {package.folder_beside(file.path) for file in seen if file.imports}
    for folder in beside - set(copies):
        copy = package.read_copy(root, folder, sources)
        if copy:
            copies[folder] = copy
    gone = [name for name in records if files.read(root, name) is None]
    notes = found.notes + [f"{name}: install patched it, it is gone" for name in gone]
    notes += [f"{name}: install patched it, nothing that a patch edits is in it any more" for name in lost]
    checkout = Checkout(root, seen, copies, records, sources, notes, [] if wanted else found.unread, found.links, gone,
                        lost)
    if not seen and not records and not copies:
        raise Refusal(_nothing_found(path, found))
    return checkout


def _root(path: str) -> str:
    """The real folder a user named."""
    try:
        status = os.stat(path)
    except FileNotFoundError:
        found = "a symlink that leads nowhere" if files.status_of(path) else "nothing there"
        raise Refusal(f"{path}: expected a folder with the framework, found {found}") from None
    if not stat.S_ISDIR(status.st_mode):
        raise Refusal(f"{path}: expected a folder with the framework, found a file; name the "
                      "folder, and the file with --file")
    if not os.access(path, os.R_OK | os.X_OK):
        raise Refusal(f"{path}: expected a folder that can be read, found no permission")
    if not os.listdir(path):
        raise Refusal(f"{path}: expected a folder with the framework, found it empty")
    return os.path.realpath(path)


def _named(root: str, name: str) -> str:
    """A path the user gave with --file, relative to the checkout."""
    for place in (os.path.join(root, name), os.path.abspath(name)):
        if os.path.isfile(place):
            if leaves(root, place):
                raise Refusal(f"{name}: expected a file of the checkout, found that it leads out "
                              "of it; name the checkout it belongs to")
            return os.path.relpath(os.path.realpath(place), root).replace(os.sep, "/")
    raise Refusal(f"{name}: expected a file of the checkout, found none of that name")


def _copies(root: str, folders: Sequence[str], sources: Dict[str, bytes]) -> Dict[str, Copy]:
    """The copied packages that carry our record."""
    found = {}
    for folder in folders:
        if files.read(root, f"{folder}/{package.RECORD}"):
            copy = package.read_copy(root, folder, sources)
            if copy:
                found[folder] = copy
    return found


def _examine(root: str, path: str, patches: List[Patch], record: Optional[Record],
             wanted: bool) -> Optional[File]:
    found = files.read(root, path)
    if found is None:
        return None  # recorded once, removed since
    original = store.read_original(root, path, record) if record else None
    for patch in patches:
        if record and patch.name != record.patch:
            continue
        if record or wanted or patch.may_edit(found.raw):
            file = examine(path, patch, found, record, original)
            if file:
                return file
    if wanted:
        raise Refusal(f"{path}: {expected()}, found none in it")
    return None


def _nothing_found(path: str, found: Search) -> str:
    reason = f"{path}: {expected()}, found none"
    if found.leaving:
        return (f"{reason}; {', '.join(found.leaving[:3])}: a symlink that leaves the checkout is "
                "not followed, name the folder it leads to")
    if found.notes:
        return f"{reason}; {found.notes[0]}"
    return f"{reason}; name the framework's folder, or an oddly named logger with --file"


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
            detail = f"{lacking} is missing, it cannot be imported without"
        elif state == APPLIED and copy and copy.edited:
            state, detail = EDITED, f"{copy.folder}/{copy.edited[0]} was changed"
        elif state == APPLIED and copy and copy.outdated:
            state, detail = OUTDATED, f"{copy.folder} is of another version of this repo"
        found.append((file, state, detail))
    return found
