"""The package that is copied in beside a patched file, and the record it carries along.

The record, `installed.json`, serves where the hidden folder did not travel: in a committed fork, in
a copy. It holds no place of this machine.
"""
from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Dict, Iterable, List, NamedTuple, Optional, Tuple

from patches import same_code
from scripts.checkout import files
from scripts.checkout.state import File
from scripts.checkout.store import FORMAT, PACKAGE, Content, Record
from scripts.refusal import Refusal

VENDORED = Path(__file__).resolve().parents[2] / "vendored" / PACKAGE
RECORD = "installed.json"


class Copy(NamedTuple):
    """A copied package as it stands.

    Attributes:
        folder: where it is, relative to the checkout; its parent holds the patched files.
        records: path -> record of each patched file that depends on it.
        written: name -> SHA-256 of each of its files as it was copied.
        edited: names of its files that are neither what was copied nor what would be.
        outdated: whether it is not what would be copied today.
        own: names of files in it that are not ours.
    """

    folder: str
    records: Dict[str, Record]
    written: Dict[str, str]
    edited: List[str]
    outdated: bool
    own: List[str]


def folder_beside(path: str) -> str:
    """The package's folder for a patched file."""
    parent = os.path.dirname(path)
    return f"{parent}/{PACKAGE}" if parent else PACKAGE


def serving(file: File, folders: Iterable[str]) -> Optional[str]:
    """The package's folder that a patched file depends on; None where it is not among these.

    It lies beside the file, or, where that imports none itself, in the nearest folder above.
    """
    parent = os.path.dirname(file.path)
    while True:
        folder = folder_beside(f"{parent}/" if parent else "")
        if folder in folders:
            return folder
        if file.imports or not parent:
            return None
        parent = os.path.dirname(parent)


def vendored() -> Dict[str, bytes]:
    """Name -> content of every file of the package."""
    found = {path.relative_to(VENDORED).as_posix(): path.read_bytes()
             for path in sorted(VENDORED.rglob("*")) if path.suffix == ".py" or path.name == "py.typed"}
    if "__init__.py" not in found:
        raise Refusal(f"{VENDORED}: the package to copy is missing; clone this repository again")
    return found


def read_copy(root: str, folder: str, sources: Dict[str, bytes]) -> Optional[Copy]:
    """The package as it stands in the checkout; None where there is none.

    Raises:
        Refusal: something else is there under its name, a module included.
    """
    module = f"{folder}.py"  # which the folder would hide from those who import it
    found_module = files.status_of(files.inside(root, module))
    strange = Refusal(f"{module if found_module else folder}: this has the name of our package, but is something else; "
                      "rename it, then run this again")
    if found_module:
        raise strange
    if not files.status_of(files.inside(root, folder)):
        return None
    if not files.is_folder(os.path.join(root, folder)):
        raise strange
    names = _names(root, folder)
    found = files.read(root, f"{folder}/{RECORD}")
    records, written = _read_record(folder, found.raw) if found else ({}, {})
    raws = {name: _read(root, f"{folder}/{name}") for name in names}
    hashes = {name: files.digest(raw) for name, raw in raws.items()}
    today = {name: files.digest(raw) for name, raw in sources.items()}
    ours = {name for name, value in hashes.items() if value in (written.get(name), today.get(name))}
    ours |= {name for name in sources if name in raws and name not in ours
             and same_code(raws[name], sources[name])}  # black, or git with other line ends, went over it
    if found is None:
        written = {name: hashes[name] for name in ours}
    if found is None and names and not ours:
        raise strange
    edited = [name for name in names if name not in ours and (name in written or name in today)]
    own = [name for name in names if name not in ours and name not in edited]
    outdated = found is None or written != today or \
        any(hashes.get(name) != value for name, value in today.items())
    return Copy(folder, records, written, edited, outdated, own)


def contents(folder: str, sources: Dict[str, bytes], patch: str, records: Dict[str, Record],
             old: Optional[Copy]) -> Dict[str, Optional[Content]]:
    """Path -> content of every file of the package, the record included; None for one to remove."""
    found: Dict[str, Optional[Content]] = {
        f"{folder}/{name}": None for name in (old.written if old else ()) if name not in sources}
    found.update({f"{folder}/{name}": Content(raw) for name, raw in sources.items()})
    parent = os.path.dirname(folder)
    value = {
        "format": FORMAT, "patch": patch,
        "files": {os.path.relpath(path, parent) if parent else path: record.as_json()
                  for path, record in sorted(records.items())},
        "package": {name: files.digest(raw) for name, raw in sources.items()}}
    found[f"{folder}/{RECORD}"] = Content((json.dumps(value, indent=1) + "\n").encode())
    return found


def removals(copy: Copy) -> Dict[str, Optional[Content]]:
    """Path -> None for every file of the package that we wrote and nobody changed."""
    names = [name for name in copy.written if name not in copy.edited]
    return {f"{copy.folder}/{name}": None for name in [*names, RECORD]}


def _read(root: str, path: str) -> bytes:
    found = files.read(root, path)
    return found.raw if found else b""


def _names(root: str, folder: str) -> List[str]:
    """Every file below the folder but the record, what Python cached and what is hidden."""
    names = []
    for place, _, found in files.below(root, folder):
        below = os.path.relpath(place, os.path.join(root, folder))
        if os.path.basename(place) != "__pycache__":
            names += [os.path.normpath(os.path.join(below, name)).replace(os.sep, "/") for name in sorted(found)]
    names.sort(key=lambda name: (name.count("/"), name))
    return [name for name in names if name != RECORD and not name.endswith(files.TEMPORARY)]


def _read_record(folder: str, raw: bytes) -> Tuple[Dict[str, Record], Dict[str, str]]:
    """The two halves of installed.json."""
    path = f"{folder}/{RECORD}"
    parent = os.path.dirname(folder)
    try:
        found = json.loads(raw)
        if found["format"] != FORMAT:
            raise ValueError(f"format {found['format']!r}")
        written = {str(name): str(value) for name, value in found["package"].items()}
        entries = {name: Record.of_json(entry) for name, entry in found["files"].items()}
        if any("\\" in name or any(part.startswith(".") for part in name.split("/")) for name in entries):
            raise ValueError("a hidden path")
        if any(".." in name.split("/") or name.startswith("/") for name in [*written, *entries]):
            raise ValueError("a path outside the checkout")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refusal(f"{path}: damaged, {error!r}; remove the folder {folder}, then run this "
                      "again") from None
    return {f"{parent}/{name}" if parent else name: entry
            for name, entry in entries.items()}, written
