"""Where something was written lately: found by asking folders and files for their times, with nothing read."""
from __future__ import annotations

import os
from pathlib import Path
from typing import Dict, Iterator, List, Sequence, Tuple

_NEVER_ENTERED = frozenset((".git", "__pycache__", "node_modules", "site-packages"))


def times(paths: Sequence[Path]) -> Dict[str, int]:
    """Every folder below the paths -> when a file came to it or went, in nanoseconds."""
    found: Dict[str, int] = {}
    for folder in _below(paths):
        try:
            found[folder] = os.stat(folder).st_mtime_ns
        except OSError:
            pass  # gone meanwhile
    return found


def written_since(paths: Sequence[Path], since: float, at_most: int) -> List[Path]:
    """The folders that hold a file of that age (Unix seconds), the last written ones first."""
    found: List[Tuple[float, str]] = []
    for folder in _below(paths):
        try:
            with os.scandir(folder) as entries:
                newest = max((entry.stat().st_mtime for entry in entries if entry.is_file()), default=0.0)
        except OSError:
            continue
        if newest >= since:
            found.append((newest, folder))
    return [Path(folder) for _, folder in sorted(found, reverse=True)[:at_most]]


def files_of(source: str) -> List[Path]:
    """What to read for a run again: its folder, or the files in it where there are folders below it."""
    folder = os.path.dirname(source) or "."
    try:
        with os.scandir(folder) as found:
            entries = list(found)
        if any(entry.is_dir() for entry in entries):
            return [Path(entry.path) for entry in entries if entry.is_file()]
    except OSError:
        pass
    return [Path(folder)]


def stamp(paths: Sequence[Path]) -> Tuple[Tuple[str, int, int], ...]:
    """What changes where one of the files in these folders, or of these files, does."""
    found: List[Tuple[str, int, int]] = []
    for path in paths:
        try:
            for one in path.iterdir() if path.is_dir() else [path]:
                state = one.stat()
                found.append((str(one), state.st_size, state.st_mtime_ns))
        except OSError:
            found.append((str(path), -1, -1))
    return tuple(sorted(found))


def _below(paths: Sequence[Path]) -> Iterator[str]:
    for path in paths:
        for folder, folders, _ in os.walk(path):
            folders[:] = [name for name in folders if name not in _NEVER_ENTERED]
            yield folder
