"""What changes in files that a framework owns: one module a framework, discovered by its PATCH."""
from __future__ import annotations

import ast
import importlib
import io
import pkgutil
import tokenize
import warnings
from typing import Callable, NamedTuple, Optional, Sequence

from patches._reformatted import same_code, without
from patches.edits import Edit, Refused, Unreadable, apply_edits, reading, reason

__all__ = ["Patch", "Patched", "Target", "apply_patch", "discover", "remove_patch", "same_code"]

CONFLICT = b"\n<<<<<<< "


class Target(NamedTuple):
    """One kind of file a patch edits, known by its symbols and never by its name.

    Attributes:
        signs: byte strings that all occur in such a file; looked for before anything is parsed.
        edits: the parsed file -> its edits, empty where the file is not of this kind after all.
            Raises `Refused` with the reason where it is, but cannot be edited.
        companion: edited only in a checkout where another target of the patch was found.
    """

    signs: tuple[bytes, ...]
    edits: Callable[[ast.Module], Sequence[Edit]]
    companion: bool = False


class Patch(NamedTuple):
    """One framework.

    Attributes:
        name: that of the module.
        upstream: where it is developed, for people and for git clone.
        logger: the names that make its logger, for people.
        targets: what is edited.
        package: its name on the package index; None where it is not there.
    """

    name: str
    upstream: str
    logger: tuple[str, ...]
    targets: tuple[Target, ...]
    package: Optional[str] = None

    def may_edit(self, raw: bytes) -> bool:
        """Whether the file is worth parsing: the cheap test that every file goes through."""
        return any(all(sign in raw for sign in target.signs) for target in self.targets)


class Patched(NamedTuple):
    """A file with the patch applied, and whether it held more than companions of a logger."""

    new: bytes
    companion: bool


def apply_patch(patch: Patch, raw: bytes) -> Optional[Patched]:
    """Apply the patch to a file's bytes.

    Returns:
        None where the file holds nothing that the patch edits.

    Raises:
        Refused: the file should be edited and cannot be; the message says why, in one line.
        Unreadable: nothing can be said of the file.
    """
    with reading(raw):
        edits, companion = _edits(patch, raw)
        return Patched(apply_edits(raw, edits), companion) if edits else None


def remove_patch(patch: Patch, raw: bytes) -> Optional[bytes]:
    """Take the patch out of a patched file that was laid out anew since, as black does.

    Returns:
        The file without our edits; None unless applying the patch to it gives the same code again, comments included.
    """
    try:
        with reading(raw):
            edits, _ = _edits(patch, raw)
            base = without(raw, edits)
        patched = apply_patch(patch, base)
    except Refused:
        return None
    return base if patched and same_code(patched.new, raw) else None


def _edits(patch: Patch, raw: bytes) -> tuple[list[Edit], bool]:
    """The edits of all targets, and whether all that the file holds are companions."""
    tree = _parse(raw)
    edits: list[Edit] = []
    companion = True
    for target in patch.targets:
        found = target.edits(tree)
        edits = list(dict.fromkeys([*edits, *found]))  # the import of two targets is one
        companion = companion and (target.companion or not found)
    return edits, companion


def discover() -> list[Patch]:
    """Every PATCH of the modules in this folder, by module name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__)
                   if not module.name.startswith("_"))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return [module.PATCH for module in modules if hasattr(module, "PATCH")]


def _parse(raw: bytes) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes are the file's own business
            return ast.parse(raw)
    except SyntaxError as error:
        if CONFLICT in b"\n" + raw:
            raise Refused("expected valid Python 3, found a merge conflict; resolve it with git") from None
        where = f", line {error.lineno}" if error.lineno else ""
        is_another = _is_text(raw) and "too many" not in reason(error) and "too deep" not in reason(error)
        kind = Refused if is_another else Unreadable  # a Python of another version may take the former
        raise kind(f"expected valid Python 3, found {reason(error)}{where}") from None


def _is_text(raw: bytes) -> bool:
    """Whether some Python may read it, which none does with null bytes, or bytes that are none of its coding."""
    try:
        coding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
        return "\0" not in raw.decode(coding)
    except (SyntaxError, ValueError, LookupError):
        return False
