"""Applying a framework's patch to a file, and proving what a file that was reformatted since would be without it."""
from __future__ import annotations

import ast
from typing import NamedTuple, Optional

from patches._making import apply_edits
from patches._patch import Patch
from patches._reading import parse, reading
from patches._reformatted import same_code, without
from patches._refusals import LeftOut, Refused, Unreadable
from patches.edits import Edit


class Patched(NamedTuple):
    """A file with the patch applied.

    Attributes:
        new: its bytes.
        companion: whether it holds nothing but companions of a logger.
        left: why companions in it could not be edited.
    """

    new: bytes
    companion: bool
    left: tuple[str, ...] = ()


class _Found(NamedTuple):
    """The edits of a file's loggers, those of their companions, and why others have none."""

    loggers: list[Edit]
    companions: list[Edit]
    left: list[str]

    @property
    def edits(self) -> list[Edit]:
        """All of them; the import of two targets is one."""
        return list(dict.fromkeys([*self.loggers, *self.companions]))


def apply_patch(patch: Patch, raw: bytes) -> Optional[Patched]:
    """Apply the patch to a file's bytes.

    Returns:
        None where the file holds nothing that the patch edits.

    Raises:
        Refused: the file should be edited and cannot be; the message says why, in one line.
        LeftOut: it holds companions alone.
        Unreadable: nothing can be said of the file.
    """
    with reading(raw):
        found = _edits(patch, raw)
        if not found.edits:
            if found.left:
                raise LeftOut(found.left[0])
            return None
        try:
            return Patched(apply_edits(raw, found.edits), not found.loggers, tuple(found.left))
        except Unreadable:
            raise
        except Refused as error:
            if not found.companions:
                raise
            if not found.loggers:
                raise LeftOut(str(error)) from None
            return Patched(apply_edits(raw, found.loggers), False, (*found.left, str(error)))


def remove_patch(patch: Patch, raw: bytes) -> Optional[bytes]:
    """Take the patch out of a patched file that was reformatted since, as by black.

    Returns:
        The file without our edits; None unless applying the patch to it gives the same code again, comments included,
        but for statements that versions before wrote in other words.
    """
    try:
        with reading(raw):
            edits = _edits(patch, raw).edits
            base = without(raw, edits)
        patched = apply_patch(patch, base)
    except Refused:
        return None
    return base if patched and same_code(patched.new, raw, edits) else None


def _edits(patch: Patch, raw: bytes) -> _Found:
    found = _Found([], [], [])
    tree = _parsed(patch, raw)
    if tree is None:
        return found
    for target in patch.targets:
        try:
            edits = target.edits(tree)
        except Refused as error:
            if not target.companion:
                raise
            found.left.append(str(error))
        else:
            (found.companions if target.companion else found.loggers).extend(edits)
    return found


def _parsed(patch: Patch, raw: bytes) -> Optional[ast.Module]:
    """The file's syntax tree; None where this Python cannot read it and the patch edits nothing anyway."""
    try:
        return parse(raw)
    except Unreadable:
        raise
    except Refused as error:
        if not patch.supported:
            return None
        if any(target.may_edit(raw) for target in patch.targets if not target.companion):
            raise
        raise LeftOut(str(error)) from None
