"""The hidden folder of a checkout: its manifest, and the originals of what was patched.

Nothing in it is believed: paths stay inside the checkout, and contents have their hash.
"""
from __future__ import annotations

import json
from typing import Any, Dict, NamedTuple, Optional

from scripts.checkout import files
from scripts.refusal import Refusal

HIDDEN = ".neptune-rl-logging"
MANIFEST = f"{HIDDEN}/manifest.json"
PACKAGE = "neptune_writer"
FORMAT = 1


class Record(NamedTuple):
    """What is known of an installed file.

    Attributes:
        original: SHA-256 of the file before it was patched.
        written: SHA-256 of the file as it was written; None where that was not recorded.
        pieces: SHA-256 of the texts inserted into it, joined; None where they cannot be told apart.
        mode: its permission bits.
        modified: when it was before it was patched, nanoseconds since 1970; None where that was not recorded.
    """

    patch: str
    original: str
    written: Optional[str]
    pieces: Optional[str]
    mode: int
    modified: Optional[int] = None

    def as_json(self) -> Dict[str, Any]:
        """As the manifest has it."""
        return {"patch": self.patch, "original_sha256": self.original, "mode": f"{self.mode:04o}",
                "written_sha256": self.written, "pieces_sha256": self.pieces}

    @classmethod
    def of_json(cls, found: Dict[str, Any]) -> Record:
        """The inverse. Raises KeyError, TypeError, ValueError on anything else."""
        patch, original = found["patch"], found["original_sha256"]
        written, pieces = found.get("written_sha256"), found.get("pieces_sha256")
        if not all(isinstance(text, str) for text in (patch, original)) or \
                not all(isinstance(text, (str, type(None))) for text in (written, pieces)):
            raise TypeError("not a text")
        modified = found.get("modified_ns")
        if type(modified) not in (int, type(None)):
            raise TypeError("not a number")
        return cls(patch, original, written, pieces, int(found["mode"], 8) & 0o777, modified)


class Content(NamedTuple):
    """What a file is to hold; mode None keeps the one it has, modified None is now."""

    raw: bytes
    mode: Optional[int] = None
    modified: Optional[int] = None


Changes = Dict[str, Optional[Content]]


def original_of(path: str) -> str:
    """Where the original of a file is kept."""
    return f"{HIDDEN}/originals/{path}"


def read_manifest(root: str) -> Dict[str, Record]:
    """Path -> record of each installed file; empty where nothing is installed.

    Raises:
        Refusal: the manifest is not one of ours, or names a path outside the checkout.
    """
    found = files.read(root, MANIFEST)
    if found is None:
        return {}
    try:
        manifest = json.loads(found.raw)
        if manifest["format"] != FORMAT:
            raise ValueError(f"format {manifest['format']!r}")
        records = {path: Record.of_json(entry) for path, entry in manifest["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(MANIFEST, repr(error)) from None
    for path in records:
        check_path(root, MANIFEST, path)
    return records


def write_manifest(records: Dict[str, Record]) -> Content:
    """The manifest's content."""
    entries = {path: {**record.as_json(), "modified_ns": record.modified} for path, record in sorted(records.items())}
    return Content(dump({"format": FORMAT, "files": entries}))


def read_original(root: str, path: str, record: Record) -> Optional[bytes]:
    """The stored original; None where it is not there or is not what was stored."""
    found = files.read(root, original_of(path))
    if found is None or files.digest(found.raw) != record.original:
        return None
    return found.raw


def check_path(root: str, source: str, path: Any) -> None:
    """Refuse a path that our own commands would not have written down."""
    own = isinstance(path, str) and path.startswith((f"{HIDDEN}/originals/", MANIFEST))
    if not isinstance(path, str) or \
            (not own and {".git", HIDDEN} & {part.lower() for part in path.split("/")}):
        raise damaged(source, f"path {path!r}")
    try:
        files.inside(root, path)
    except Refusal as error:
        raise damaged(source, str(error)) from None


def damaged(source: str, found: str) -> Refusal:
    """The refusal of something in the hidden folder that we did not write like this."""
    return Refusal(f"{source}: damaged, {found}; remove the folder "
                   f"{HIDDEN} to go on without it, or restore your files with git")


def dump(value: Any) -> bytes:
    """JSON as it is kept in a checkout."""
    return (json.dumps(value, indent=1) + "\n").encode()
