"""What to say where no logger was found: what was looked for, and which files come nearest to it."""
from __future__ import annotations

import re
from typing import Callable, Dict, List, NamedTuple, Sequence

from patches import Patch
from scripts.checkout import files, other_loggers
from scripts.checkout.finder import Search, search
from scripts.refusal import Refusal

NONE = "no logger of a supported framework (README.md, What is supported)"
INSTEAD = ("nor anything near one; `report` reads many frameworks' files as they are, and patches/README.md says "
           "how to add a logger")
SHOWN = 2
COMMON = {  # which say nothing by themselves
    "dump", "dump_all", "dump_tabular", "log", "store", "add_output", "run_experiment"}


class Near(NamedTuple):
    """A file that defines most of what makes a logger of one framework.

    Attributes:
        has: the name that the patch looks for -> as the file spells it.
    """

    path: str
    patch: Patch
    has: Dict[str, str]

    def __str__(self) -> str:
        return f"{self.path}, {self.difference}"

    @property
    def difference(self) -> str:
        """What it has and what it lacks, with the framework's name."""
        lacks = [name for name in self.patch.logger if name not in self.has]
        others = [name for name, spelt in self.has.items() if name != spelt]
        lacking = f"without {' and '.join(lacks)}" if lacks else "but not as the patch expects it"
        if others:
            lacking = " ".join([f"in place of {' and '.join(others)}", lacking if lacks else ""]).rstrip()
        return f"with {' and '.join(self.has.values())}, {lacking} ({self.patch.name})"


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
    reason = f"{path}: {NONE}"
    if found.installs:
        return NoLogger(f"{reason} outside of {', '.join(found.installs[:SHOWN])}, where installs of their own are; "
                        "name one of these")
    if found.leaving:
        return NoLogger(f"{reason}; {', '.join(found.leaving[:SHOWN])}: a symlink that leaves the checkout is "
                        "not followed, name the folder it leads to")
    if found.notes:
        return NoLogger(f"{reason}; {found.notes[0]}")
    near, other = _nearest(folder, patches, progress), other_loggers.said_of_all(folder, progress)
    if near:
        return NoLogger("; ".join([f"{reason}; nearest: {'; '.join(map(str, near))}", *filter(None, [other])]), near)
    return NoLogger(f"{reason}; {other}" if other else f"{reason}, {INSTEAD}")


def none_in_file(path: str, raw: bytes, patches: Sequence[Patch]) -> NoLogger:
    """The refusal of a file that was named and holds no logger."""
    near, other = _of_file(path, raw, patches), other_loggers.said_of("it", raw)
    what = f", but something near one, {near[0].difference}" if near else f" in it; {other}" if other else \
        f" in it, {INSTEAD}"
    return NoLogger(f"{path}: {NONE}{what}", near)


def _nearest(root: str, patches: Sequence[Patch], progress: Callable[[int], None]) -> List[Near]:
    """The files that come nearest, best first. Read once more: this is asked only where all else has failed."""
    found: List[Near] = []
    names = {_squeezed(name.encode()) for patch in patches for name in patch.logger if name not in COMMON}

    def is_worth_reading(raw: bytes) -> bool:
        text = _squeezed(raw)
        return any(name in text for name in names)

    for path in search(root, is_worth_reading, progress).candidates:
        source = files.read(root, path)
        if source:
            found += _of_file(path, source.raw, patches)
    return sorted(found, key=_rank, reverse=True)[:SHOWN]


def _of_file(path: str, raw: bytes, patches: Sequence[Patch]) -> List[Near]:
    """The framework that the file comes nearest to, if any: it has all that makes its logger, but one thing at most."""
    text = _squeezed(raw)  # which tells most files apart in a hundredth of the time
    near = [Near(path, patch, {name: found for name in patch.logger for found in _spelt(raw, name)[:1]})
            for patch in patches
            if sum(_squeezed(name.encode()) in text for name in patch.logger) >= len(patch.logger) - 1]
    near = [item for item in near if set(item.has) - COMMON and len(item.has) >= len(item.patch.logger) - 1]
    return sorted(near, key=_rank, reverse=True)[:1]


def _spelt(raw: bytes, name: str) -> List[str]:
    """How a file spells the function, method or attribute that it defines, or the class that it speaks of; empty where
    it does not: `logTabular` is `log_tabular` by another name."""
    spelling = name.encode()
    if name[0].isupper():
        return [name] if re.search(rb"\b%s\b" % spelling, raw) else []
    loose = rb"_?".join(re.escape(part) for part in spelling.lstrip(b"_").split(b"_"))
    loose = rb"_" * (len(spelling) - len(spelling.lstrip(b"_"))) + loose
    exact = rb"\bdef\s+(%(name)s)\b|\.(%(name)s)\s*[:=]|^(%(name)s)\s*="
    for pattern, flags in ((spelling, re.M), (loose, re.M | re.I)):
        found = re.search(exact % {b"name": pattern}, raw, flags)
        if found:
            return [next(filter(None, found.groups())).decode()]
    return []


def _squeezed(raw: bytes) -> bytes:
    return raw.lower().replace(b"_", b"")


def _rank(near: Near) -> float:
    return len(near.has) / len(near.patch.logger)
