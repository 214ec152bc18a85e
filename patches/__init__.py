"""What changes in files that a framework owns: one module a framework, discovered by its PATCH."""
from __future__ import annotations

import ast
import importlib
import io
import pkgutil
import re
import tokenize
import warnings
from typing import Callable, NamedTuple, Optional, Sequence

from patches._reformatted import same_code, without
from patches.edits import Edit, LeftOut, Refused, Unreadable, apply_edits, reading, reason

__all__ = ["Patch", "Patched", "Target", "apply_patch", "discover", "known", "may_edit", "remove_patch", "same_code"]

CONFLICT = b"\n<<<<<<< "


class Target(NamedTuple):
    """One kind of file a patch edits, known by its symbols and never by its name.

    Attributes:
        signs: byte strings that all occur in such a file; looked for before anything is parsed.
        edits: the parsed file -> its edits, empty where the file is not of this kind after all.
            Raises `Refused` with the reason where it is, but cannot be edited.
        companion: edited only in a checkout where another target of the patch was found, which is edited without it
            where it cannot be.
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
        supported: whether it edits anything; else it refuses what it finds, which is known by name alone.
    """

    name: str
    upstream: str
    logger: tuple[str, ...]
    targets: tuple[Target, ...]
    package: Optional[str] = None
    supported: bool = True

    def may_edit(self, raw: bytes) -> bool:
        """Whether the file is worth parsing: the cheap test that every file goes through."""
        return any(all(sign in raw for sign in target.signs) for target in self.targets)


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
    """The edits of a file's loggers, those of their companions, and why there are none of others."""

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
    """Take the patch out of a patched file that was laid out anew since, as black does.

    Returns:
        The file without our edits; None unless applying the patch to it gives the same code again, comments included.
    """
    try:
        with reading(raw):
            base = without(raw, _edits(patch, raw).edits)
        patched = apply_patch(patch, base)
    except Refused:
        return None
    return base if patched and same_code(patched.new, raw) else None


def _edits(patch: Patch, raw: bytes) -> _Found:
    try:
        tree = _parse(raw)
    except Unreadable:
        raise
    except Refused as error:
        if not patch.supported:
            return _Found([], [], [])  # of what is no Python of this version it cannot be told
        if any(all(sign in raw for sign in target.signs) for target in patch.targets if not target.companion):
            raise
        raise LeftOut(str(error)) from None
    found = _Found([], [], [])
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


def may_edit(patches: Sequence[Patch]) -> Callable[[bytes], bool]:
    """A test of a file's bytes, whether one of these patches may edit it; fast, since each file of a tree is asked.

    One pattern looks for the rarest word of each target at once; most files have none of them.
    """
    words: dict[bytes, set[bytes]] = {b"def ": set(), b"class ": set(), b"": set()}
    for target in (target for patch in patches for target in patch.targets):
        sign = min(target.signs, key=_how_common)
        start = next(start for start in words if sign.startswith(start) and sign != start)
        words[start].add(sign[len(start):])
    patterns = [re.compile(start + b"(?:%s)" % b"|".join(map(re.escape, sorted(found)))).search
                for start, found in words.items() if start and found]
    return lambda raw: (any(pattern(raw) for pattern in patterns) or any(word in raw for word in words[b""])) and any(
        patch.may_edit(raw) for patch in patches)


def _how_common(sign: bytes) -> tuple[int, int]:
    """Less for what fewer files have: methods of long names, then attributes, then methods of short ones."""
    if sign.startswith(b"def __"):
        return 3, 0
    is_method = sign.startswith(b"def ")
    return (2 if len(sign) < 11 else 0) if is_method else 1, -len(sign)


def known() -> list[Patch]:
    """Frameworks that are known and not supported: patches that refuse what they find, and say so by name."""
    from patches._known import KNOWN
    return list(KNOWN)


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
