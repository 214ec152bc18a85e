"""Modified copies of one framework at one revision, beside one another: what vendor.py writes and diff.py compares."""
from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import List, NamedTuple

from neptune_writer.system import files as ours

from scripts import unified
from scripts.checkout import Checkout, clone, files, plans, store
from scripts.checkout.state import File, make_record
from scripts.refusal import Refusal
from scripts.this_release import BUILD


class PatchText(NamedTuple):
    """A unified diff and the revision it was made of, such as `spinningup@038665d`."""

    name: str
    text: bytes


def name_of(found: Checkout, framework: str, top: str) -> str:
    """`<framework>@<revision>`: the commit or release of the checkout, and a hash where its files are not those of it.

    Args:
        framework: the name of its patch.
        top: the root of its clone, which may have been installed through a folder below.
    """
    chosen = of_framework(found, framework)
    content = files.digest(b"".join(files.digest(file.base or b"").encode() for file in chosen))[:7]
    commit = clone.commit_of(top)
    if commit is None:
        return f"{framework}@{_release_of(top) or content}"
    same = all(clone.committed(found.root, file.path) == file.base for file in chosen)
    return f"{framework}@{commit}" if same else f"{framework}@{commit}+{content}"


def of_framework(found: Checkout, framework: str) -> List[File]:
    """The files of a checkout that one patch edits."""
    return [file for file in found.files if file.patch.name == framework and file.new is not None]


def write(found: Checkout, framework: str, build: Path, top: str) -> List[Path]:
    """Write the copies, each with what it needs to be `applied` wherever it is laid, and their diff.

    Args:
        framework, top: see `name_of`.
        build: where they go.

    Returns:
        The folder of the copies, and the diff.

    Raises:
        Refusal: something else is in the place of the folder.
    """
    chosen = of_framework(found, framework)
    name = name_of(found, framework, top)
    folder, patch = build / "vendored" / name, build / "patches" / f"{name}.patch"
    if folder.is_symlink() or folder.exists() and not (folder / store.MANIFEST).is_file():
        raise Refusal(f"{folder}: vendor did not write this; move it away")
    for place in (folder.parent, patch.parent):
        place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as waiting:
        for path, content in plans.installed(found._replace(files=chosen, records={}, copies={})).items():
            if content is not None:
                place = Path(waiting, "copies", path)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content.raw)
        Path(waiting, "copies", store.HIDDEN, ".gitignore").write_bytes(b"*\n")
        for file in chosen:
            os.chmod(Path(waiting, "copies", file.path), make_record(file).mode)
        if folder.exists():
            shutil.rmtree(folder)
        os.rename(Path(waiting, "copies"), folder)
    ours.replace(str(patch), diff_of(chosen), 0o666)
    return [folder, patch]


def diff_of(chosen: List[File]) -> bytes:
    """The unified diff of these files, our lines in them the only change."""
    return b"".join(line for file in chosen for line in unified.unified(file.path, file.base or b"", file.new or b""))


def patch_of(named: str) -> PatchText:
    """The diff that a user names by its file, by the folder of the copies, or as `<framework>@<revision>`.

    Raises:
        Refusal: there is none.
    """
    given = Path(named)
    name = given.name[:-len(".patch")] if given.name.endswith(".patch") else given.name
    for place in (given, given.parent.parent / "patches" / f"{name}.patch", BUILD / "patches" / f"{name}.patch"):
        if place.is_file():
            return PatchText(name, place.read_bytes())
    raise Refusal(f"{named}: vendor wrote no revision of this name; name one such as spinningup@038665d")


def _release_of(root: str) -> str:
    """The version of an unpacked release; empty where none is written down."""
    found = [*Path(root).glob("PKG-INFO"), *Path(root).glob("*.dist-info/METADATA")]
    if len(found) != 1 or found[0].is_symlink():
        return ""
    lines = found[0].read_text(errors="replace").splitlines()
    version = next((line.partition(":")[2].strip() for line in lines if line.startswith("Version:")), "")
    return version if version.replace(".", "").replace("+", "").isalnum() else ""
