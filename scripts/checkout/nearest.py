"""What to say where no logger was found: what was looked for, and which files come nearest to it."""
from __future__ import annotations

import re
from typing import Callable, List, NamedTuple, Sequence, Tuple

from patches import Patch
from scripts.checkout import files
from scripts.checkout.files import Refusal
from scripts.checkout.finder import Search, search

EXPECTED = "expected a framework's logger (README.md, What is supported)"
SHOWN = 2


class Near(NamedTuple):
    """A file that defines some of what makes a logger of one framework."""

    path: str
    patch: Patch
    has: Tuple[str, ...]

    def __str__(self) -> str:
        lacks = [name for name in self.patch.logger if name not in self.has]
        lacking = f"without {' and '.join(lacks)}" if lacks else "yet not as the patch has it"
        return f"{self.path}, with {' and '.join(self.has)}, {lacking} ({self.patch.name})"


class NoLogger(Refusal):
    """No logger is in the checkout.

    Attributes:
        nearest: what comes near one, best first.
    """

    def __init__(self, text: str, nearest: Sequence[Near] = ()) -> None:
        super().__init__(text)
        self.nearest = nearest


def nothing_in(path: str, folder: str, found: Search, patches: Sequence[Patch],
               progress: Callable[[int], None]) -> NoLogger:
    """The refusal of a checkout without a logger.

    Args:
        path: as the user named it.
        folder: its real place.
        found: what a search in it found.
    """
    reason = f"{path}: {EXPECTED}, found none"
    if found.installs:
        return NoLogger(f"{reason} outside of {', '.join(found.installs[:SHOWN])}, where installs of their own are; "
                        "name one of these")
    if found.leaving:
        return NoLogger(f"{reason}; {', '.join(found.leaving[:SHOWN])}: a symlink that leaves the checkout is "
                        "not followed, name the folder it leads to")
    if found.notes:
        return NoLogger(f"{reason}; {found.notes[0]}")
    near = _nearest(folder, patches, progress)
    if near:
        return NoLogger(f"{reason}; nearest: {'; '.join(map(str, near))}", near)
    return NoLogger(f"{reason}; name the framework's folder, or an oddly named logger with --file")


def none_in_file(path: str, raw: bytes, patches: Sequence[Patch]) -> NoLogger:
    """The refusal of a file that was named and holds no logger."""
    near = _of_file(path, raw, patches)
    return NoLogger(f"{path}: {EXPECTED}, found none in it; "
                    f"{f'nearest: {near[0]}' if near else 'name the file that has it'}", near)


def _nearest(root: str, patches: Sequence[Patch], progress: Callable[[int], None]) -> List[Near]:
    """The files that come nearest, best first. Read once more: this is asked only where all else has failed."""
    found: List[Near] = []
    names = {name.encode() for patch in patches for name in patch.logger}
    for path in search(root, lambda raw: any(name in raw for name in names), progress).candidates:
        source = files.read(root, path)
        if source:
            found += _of_file(path, source.raw, patches)
    return sorted(found, key=_rank, reverse=True)[:SHOWN]


def _of_file(path: str, raw: bytes, patches: Sequence[Patch]) -> List[Near]:
    """The framework that the file comes nearest to, if any."""
    near = [Near(path, patch, tuple(name for name in patch.logger if _has(raw, name))) for patch in patches]
    telling = [item for item in near if any(len(name) > len("dump") for name in item.has)]  # that one is everywhere
    return sorted(telling, key=_rank, reverse=True)[:1]


def _has(raw: bytes, name: str) -> bool:
    """Whether a file defines a function or an attribute, or speaks of a class."""
    forms = rb"\b%(name)s\b" if name[0].isupper() else rb"\bdef\s+%(name)s\b|\.%(name)s\s*[:=]"
    return re.search(forms % {b"name": name.encode()}, raw) is not None


def _rank(near: Near) -> float:
    return len(near.has) / len(near.patch.logger)
