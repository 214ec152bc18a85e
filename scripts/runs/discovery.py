"""Where runs lie below the paths that a person names."""
from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import (Any, Callable, Dict, Iterable, Iterator, List, NamedTuple,
                    Sequence, Set, Tuple)

from scripts.runs import readers, real_paths, targets
from scripts.runs.table import Say
from scripts.runs.targets import Target

_NEVER_ENTERED = frozenset((".git", "__pycache__", "node_modules", "site-packages"))
_NOTHING = "no journal, and nothing else that a framework or a tracker left of a run (--help lists what is read)"


class Job(NamedTuple):
    """What is read at once: the files of a run, by one reader.

    Attributes:
        behind: the file beside these that tells of the same run, without which they are needed; empty where there is
            none.
    """

    reader: Any
    paths: Tuple[Path, ...]
    behind: str = ""

    def size(self) -> int:
        """Bytes."""
        return sum(path.stat().st_size for path in self.paths if path.exists())


def jobs(paths: Iterable[Path], say: Say, unread: Callable[[str], None] = lambda path: None,
         written: Sequence[Target] = ()) -> List[Job]:
    """Everything that is named, or lies anywhere below a folder that is; the same file once.

    ``say(path, what)`` is told each path where there is nothing to read, ``unread(path)`` each that may not be read.
    Files that a replay has ``written``, see `targets`, are skipped; ``say`` is told each target once.
    """
    hits: List[Target] = []

    def is_written(file: Path) -> bool:
        found = targets.of_file(real_paths.real(str(file)), written) if written else None
        if found is not None:
            hits.append(found)
        return found is not None

    def refused(path: str, what: str) -> None:
        unread(path)
        say(path, what)

    real_paths.forget()
    found: Dict[Tuple[str, str], List[Path]] = {}
    known = {reader.__name__: reader for reader in readers.all_readers()}
    seen: Set[str] = set()
    for path in paths:
        before = len(seen), len(hits)
        for name, file, behind in _below(path, list(known.values()), say, refused, is_written):
            real = real_paths.real(str(file))
            if real not in seen:
                seen.add(real)
                found.setdefault((name, behind), []).append(file)
        if (len(seen), len(hits)) == before and not _is_known(path, seen, list(known.values()), say):
            say(str(path), _NOTHING if path.exists() else "there is no such file or folder")
    for target in dict.fromkeys(hits):
        say(target.shown, targets.NOT_READ)
    return [Job(known[name], tuple(together), behind) for (name, behind), files in found.items() for together in (
        known[name].jobs(files, say) if hasattr(known[name], "jobs") else [[one] for one in files])]


def _is_known(path: Path, seen: Set[str], known: Sequence[Any], say: Say) -> bool:
    """Whether what lies below was named before."""
    return any(real_paths.real(str(file)) in seen for _, file, _ in _below(path, known, _not_said, _not_said))


def _not_said(path: str, what: str) -> None:
    pass


def _below(path: Path, known: Sequence[Any], say: Say, refused: Say,
           is_written: Callable[[Path], bool] = lambda file: False) -> Iterator[Tuple[str, Path, str]]:
    if not path.is_dir():
        if path.exists():
            yield from _in_folder(path.parent, [path.name], known, say, refused, is_written)
        return
    for folder, folders, names in os.walk(path, onerror=lambda error: refused(str(error.filename),
                                                                              str(error.strerror))):
        folders[:] = sorted(set(folders) - _NEVER_ENTERED)
        yield from _in_folder(Path(folder), sorted(folders + names), known, say, refused, is_written)


def _in_folder(folder: Path, names: Sequence[str], known: Sequence[Any], say: Say, refused: Say,
               is_written: Callable[[Path], bool]) -> Iterator[Tuple[str, Path, str]]:
    """The files in a folder that some reader reads, see `Job`; what has the name of one and is none is said."""
    taken = ""  # the file that is the folder's account of its run
    own = {name: os.path.join(folder, name) for name in names}
    regular = [name for name in names if os.path.isfile(own[name])]  # to open a pipe would take for ever
    others = sorted(own.keys() - set(regular))
    for name in others if others and any(_found(reader, folder, others, say) for reader in known) else ():
        if any(_found(reader, folder, [name], say) for reader in known):
            say(own[name], "not a regular file" if os.path.exists(own[name]) else "a link to nothing")
    for name in [name for name in regular if not os.access(own[name], os.R_OK)]:
        regular.remove(name)
        if any(_found(reader, folder, [name], say) for reader in known):
            refused(own[name], os.strerror(errno.EACCES))
    for reader in known if regular else ():
        files = [file for file in _found(reader, folder, regular, say) if not is_written(file)]
        behind = taken if reader.ALONE else ""
        if reader.ALONE and not taken:
            has_rows = getattr(reader, "has_rows", os.path.isfile)
            taken = next((str(file) for file in files if has_rows(file)), "")
        for file in files:
            yield reader.__name__, file, behind


def _found(reader: Any, folder: Path, names: Sequence[str], say: Say) -> List[Path]:
    """What a reader reads of these files; where it fails, the others go on."""
    try:
        return list(reader.find(folder, names))
    except Exception as error:  # whatever a reader makes of foreign files
        say(str(folder), f"no {reader.WHAT} found ({type(error).__name__}: {error})")
        return []
