"""What a framework's module declares: a `Patch`, which has a `Target` for each kind of file that it edits."""
from __future__ import annotations

import ast
import re
from typing import Callable, NamedTuple, Optional, Sequence

from patches.edits import Edit


class Target(NamedTuple):
    """One kind of file that a patch edits, known by its symbols and never by its name.

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

    def may_edit(self, raw: bytes) -> bool:
        """Whether the file has all of its signs."""
        return all(sign in raw for sign in self.signs)


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
        return any(target.may_edit(raw) for target in self.targets)


def may_edit(patches: Sequence[Patch]) -> Callable[[bytes], bool]:
    """A test of a file's bytes, whether one of these patches may edit it; fast, since each file of a tree is asked.

    One pattern looks for the rarest word of each target at once; most files have none of them.
    """
    words: dict[bytes, set[bytes]] = {b"def ": set(), b"class ": set(), b"": set()}
    for target in (target for patch in patches for target in patch.targets):
        sign = rarest(target.signs)
        start = next(start for start in words if sign.startswith(start) and sign != start)
        words[start].add(sign[len(start):])
    patterns = [re.compile(start + b"(?:%s)" % b"|".join(map(re.escape, sorted(found)))).search
                for start, found in words.items() if start and found]
    return lambda raw: (any(pattern(raw) for pattern in patterns) or any(word in raw for word in words[b""])) and any(
        patch.may_edit(raw) for patch in patches)


def rarest(signs: Sequence[bytes]) -> bytes:
    """The sign that the fewest files have: a method of a long name, else an attribute, else a method of a short one."""
    def how_common(sign: bytes) -> tuple[int, int]:
        if sign.startswith(b"def __"):
            return 3, 0
        is_method = sign.startswith(b"def ")
        return (2 if len(sign) < 11 else 0) if is_method else 1, -len(sign)

    return min(signs, key=how_common)
