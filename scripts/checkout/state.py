"""What state a file of a checkout is in, and what it is without and with our edits."""
from __future__ import annotations

from difflib import get_close_matches
from typing import NamedTuple, Optional, Tuple

from patches import (
    LeftOut, Patch, Patched, Refused, Removed, Unreadable, apply_patch, foreign_line, imports_package, remove_edits,
    remove_patch)
from scripts.checkout.files import Found, digest
from scripts.checkout.store import Record

CLEAN, APPLIED, OUTDATED, EDITED = "clean", "applied", "outdated", "edited"
DRIFTED, ORPHANED, FOREIGN, UNSUPPORTED = "drifted", "orphaned", "foreign", "unsupported"


class File(NamedTuple):
    """One file that holds a logger, or what a logger serialises its config with.

    Attributes:
        path: relative to the checkout, with `/`.
        state: one of the eight above.
        detail: what a reader should know besides, one line.
        raw, mode, modified: as it stands.
        base: without our edits; None where that cannot be told for certain.
        new: with the edits of today; None where they cannot be made.
        exact: whether `base` is the original itself, not one that holds later edits of the user.
        companion: whether it is edited only because of a logger elsewhere.
        unreadable: whether no Python can read it, so that it cannot be anyone's logger.
        changed: whether lines of ours were changed or deleted; `base` is None where one of them may hold user's code.
        record: what install wrote down of it.
    """

    path: str
    patch: Patch
    raw: bytes
    mode: int
    state: str
    detail: str = ""
    base: Optional[bytes] = None
    new: Optional[bytes] = None
    exact: bool = False
    companion: bool = False
    unreadable: bool = False
    modified: Optional[int] = None
    changed: bool = False
    record: Optional[Record] = None

    @property
    def installed(self) -> bool:
        """Whether our edits are in it."""
        return self.state in (APPLIED, OUTDATED, EDITED, ORPHANED)

    @property
    def unpatched(self) -> bool:
        """Whether it is a logger, or a companion of one, that install never edited and cannot."""
        return self.state == UNSUPPORTED and self.record is None

    @property
    def unfit(self) -> bool:
        """Whether install patched it, and its patch does not fit what it is now."""
        ours = self.installed or self.state == UNSUPPORTED and self.record is not None
        return ours and self.new is None and not self.changed

    @property
    def imports(self) -> bool:
        """Whether it imports the copied package, which then lies beside it; else it reaches it through another."""
        return imports_package(self.new or self.raw)


def examine(path: str, patch: Patch, found: Found, record: Optional[Record],
            original: Optional[bytes], patch_foreign: bool = False) -> Optional[File]:
    """Tell a file's state.

    Args:
        record: from the manifest, or from the copied package where there is none.
        original: the stored original, its hash checked.
        patch_foreign: whether what logs to Neptune by other means is edited like the rest.

    Returns:
        None where it holds nothing to edit.
    """
    file = File(path, patch, found.raw, found.mode, CLEAN, record=record, modified=found.modified)
    removed = remove_edits(found.raw)
    if removed.ours or (record and removed.pieces):
        return _examine_installed(file, record, original)
    decided = patch_foreign or original is not None and foreign_line(original) is not None  # patched all the same once
    foreign = None if decided else foreign_line(found.raw)
    if foreign:
        patched, reason = _try(patch, found.raw)
        if patched is None and not reason:
            return None
        return file._replace(state=FOREIGN, base=found.raw, companion=_is_companion(patched),
                             detail=f"logs to Neptune by other means, {foreign}")
    try:
        patched = apply_patch(patch, found.raw)
    except Refused as error:
        return file._replace(state=UNSUPPORTED, detail=str(error), unreadable=isinstance(error, Unreadable),
                             companion=isinstance(error, LeftOut))
    if patched is None:
        return None
    state, detail = CLEAN, "; ".join([f"{insertions(found.raw, patched.new)} to make", *patched.left])
    if record is not None:
        state, detail = DRIFTED, "our lines are gone from it, as after git checkout or pip install"
    return file._replace(state=state, detail=detail, base=found.raw, new=patched.new, exact=True,
                         companion=patched.companion)


def _examine_installed(file: File, record: Optional[Record], original: Optional[bytes]) -> File:
    """Our lines are in it: find out what it is without them."""
    removed = remove_edits(file.raw)
    if record and original is not None and digest(file.raw) == record.written:
        patched, reason = _try(file.patch, original)
        new = patched.new if patched else None
        state, detail = OUTDATED, reason or "installed by another version of this repo"
        if new == file.raw:
            state, detail = APPLIED, insertions(original, file.raw)
        return file._replace(state=state, detail=detail, base=original, new=new, exact=True,
                             companion=_is_companion(patched))
    patched, reason = _try(file.patch, removed.base)
    new = patched.new if patched else None
    exact = record is not None and digest(removed.base) == record.original
    ours_untouched = record is not None and record.pieces == pieces_digest(removed.pieces) and removed.stray is None
    state = EDITED if original is not None else ORPHANED
    file = file._replace(state=state, companion=_is_companion(patched))
    if not ours_untouched and new != file.raw:
        base = remove_patch(file.patch, file.raw)
        if base is not None:
            again, _ = _try(file.patch, base)
            return file._replace(detail="reformatted since install, our lines say the same", base=base,
                                 new=again.new if again else None, companion=_is_companion(again))
        others, where = _not_ours(file.raw, removed, new)
        exact = exact and not others  # then some were deleted, and nothing else
        damage = "lines that install added were changed and cannot be told from yours" + where
        return file._replace(detail=damage, base=removed.base if exact else None, exact=exact, changed=True)
    known = "the originals did not travel with it" if state == ORPHANED else \
        "changed since install, our lines are as they were"
    return file._replace(detail=reason or known, base=removed.base, new=new, exact=exact)


def _not_ours(raw: bytes, removed: Removed, new: Optional[bytes]) -> Tuple[bool, str]:
    """Whether something was taken out that install would not write, and where the first of it is, in words.

    Args:
        new: what install makes of the file without what was taken out; None where it can make nothing of it.
    """
    if removed.stray is not None:
        return True, f": line {removed.stray} was added to a block of ours"
    ours = {_text(piece) for piece in remove_edits(new).pieces} if new else set()
    others = [piece for piece in removed.pieces if _text(piece) not in ours]
    if not others or new is None:
        return bool(others), ""
    missing = sorted(ours - set(map(_text, removed.pieces)))
    expected = get_close_matches(_text(others[0]), missing, 1)
    line = raw.count(b"\n", 0, raw.find(others[0])) + 1
    return True, f": line {line} " + (f"should be {expected[0]}" if expected else "is not one that install writes")


def _text(piece: bytes) -> str:
    """A piece of ours as text, whatever its indentation."""
    return piece.decode("utf-8", "backslashreplace").strip()


def pieces_digest(pieces: Tuple[bytes, ...]) -> str:
    """One hash for the texts that were inserted into a file, in their order."""
    return digest(b"\n".join(pieces))


def make_record(file: File) -> Record:
    """What is written down of a file that is being installed.

    The pieces are recorded only where taking them out of the text gives back every byte.
    """
    assert file.base is not None and file.new is not None
    removed = remove_edits(file.new)
    pieces = pieces_digest(removed.pieces) if removed.base == file.base else None
    mode, modified = file.mode, file.modified
    if file.record and file.installed:
        mode, modified = file.record.mode, file.record.modified
    return Record(file.patch.name, digest(file.base), digest(file.new), pieces, mode & 0o777, modified)


def _try(patch: Patch, raw: bytes) -> Tuple[Optional[Patched], str]:
    """The patched file, or the reason why there is none; neither where nothing is to be edited."""
    try:
        return apply_patch(patch, raw), ""
    except Refused as error:
        return None, str(error)


def _is_companion(patched: Optional[Patched]) -> bool:
    return patched is not None and patched.companion


def insertions(base: bytes, new: bytes) -> str:
    """How many pieces of text are ours, in words."""
    count = len(remove_edits(new).pieces) - len(remove_edits(base).pieces)
    return f"{count} insertion{'s' if count != 1 else ''}"
