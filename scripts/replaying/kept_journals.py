"""The journals that are made of runs of other formats: found again, and made longer by the rows that came since.

These hold what was said, as ours do (see `neptune_writer.points.lines`): the rule of x is for who sends them. Older
versions made journals of format 1, with rows where the rule of their time had them; they are gone on with where that
is where rows stand today.
"""
from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import time
from collections import Counter
from pathlib import Path
from typing import (Any, Dict, Iterable, Iterator, List, Optional, Sequence,
                    Tuple)

from neptune_writer import messages
from neptune_writer.journal import encoding, journal, records
from neptune_writer.resend import found_runs
from neptune_writer.system import files, folders, locks

from scripts.replaying import grown, journal_lines, journal_rows
from scripts.replaying.journal_rows import key
from scripts.runs.joined.sent import folder_of
from scripts.runs.table import Run

_FORMAT = records.FORMAT
_ABOUT = 2  # records before the rows: the header and the config
_LOOKED_AT = 1000  # rows
_AT_ONCE = 1 << 20  # bytes
_PAUSE_SECONDS, _TRIES = 0.05, 1200
Record = Dict[str, Any]


def kept(run: Run, folder: Path) -> Path:
    """The run's journal: made, or made longer by the rows that came since; whole, wherever it is interrupted."""
    folders.private(str(folder))
    known_by = f"{folder_of(run)}\n{run.id}".encode(errors="backslashreplace")
    with _alone(folder / hashlib.sha1(known_by).hexdigest()[:16]):
        path, size, lines = grown_since(run, folder)
        first = next(lines, None)
        if first is not None or not path.exists() or path.stat().st_size != size:
            lines = itertools.chain([] if first is None else [first], lines)
            files.replace(str(path), content(path, size, lines), files.PRIVATE)
    return path


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Wait until no other process makes this journal longer."""
    with contextlib.ExitStack() as stack:
        for _ in range(_TRIES):
            try:
                stack.enter_context(locks.held(str(path)))
                break
            except locks.AlreadyLocked:
                time.sleep(_PAUSE_SECONDS)
        yield


def content(path: Path, size: int, lines: Iterable[bytes]) -> Iterator[bytes]:
    """What stands in a journal up to there, and the lines that follow."""
    if size:
        with files.open_to_read(str(path)) as file:
            while size > 0:
                part = file.read(min(size, _AT_ONCE))
                size = size - len(part) if part else 0
                yield part
    yield from lines


def grown_since(run: Run, folder: Path) -> Tuple[Path, int, Iterator[bytes]]:
    """The run's journal, how many bytes of it are whole lines, and the lines that came since."""
    path, size, head, old = _journal_of(run, folder)
    if not size:
        before = _of_format_1(run, folder)
        if before is not None and before[2] is not None:
            return before[0], before[1], map(encoding.encode, before[2])
        if before is not None:
            messages.say(f"{run.source}: {run.name} was sent where an older version put its points; it is sent again, "
                         f"as run {_id_of(path)}")
    began = next(journal_rows.said(run))["t"]
    about = [_header(run, _id_of(path)), {"t": began, "config": run.config}][len(head):]
    return path, size, itertools.chain(map(encoding.encode, about), grown.since(old, journal_lines.of(run)))


def _journal_of(run: Run, folder: Path) -> Tuple[Path, int, List[Record], Iterator[bytes]]:
    """Where the run's journal is, or is to be, and what stands in it, see `_records`."""
    by_row = _path(folder, _hash(run, f"{_FORMAT} {key(next(journal_rows.said(run)))}"))
    path = _path(folder, _hash(run, f"id {run.id}")) if run.id else by_row
    for one in dict.fromkeys((path, by_row)):
        found = _records(one)
        if found[0] and (one == path or found[1][0].get("name") == run.name):  # others of its file may begin alike
            return (one, *found)
    for one in () if run.id else _of_source(run, folder):
        begins = next(_records(one)[2], None)
        if begins is not None and _has_begun(run, json.loads(begins)):
            return (one, *_records(one))
    return path, 0, [], iter(())


def _has_begun(run: Run, first: Record) -> bool:
    """Whether the points of a journal's first row are among the run's first: that row may have grown, where several
    files are one run, or others may have come before it."""
    points = {(row.get("step"), name, str(value)) for row in itertools.islice(journal_rows.said(run), _LOOKED_AT)
              for name, value in row.get("values", {}).items()}
    return "step" in first and all((first["step"], name, str(value)) in points
                                   for name, value in first.get("values", {}).items())


def _of_source(run: Run, folder: Path) -> Iterator[Path]:
    """The journals that were made of runs of this name in the run's folder: of several files, the first may be a new
    one, and others may have lain there before."""
    for path in sorted(folder.glob(found_runs.PATTERN)):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            with files.open_to_read(str(path)) as file:
                header = json.loads(file.readline())
                if header.get("folder") == folder_of(run) and header.get("name") == run.name:
                    yield path


def _records(path: Path) -> Tuple[int, List[Record], Iterator[bytes]]:
    """What the journal has already, without a line that is torn: its bytes, header and config, and its rows' lines."""
    try:
        with files.open_to_read(str(path)) as file:
            size, head = 0, []  # type: int, List[Record]
            for line in file:
                if line.endswith(b"\n"):
                    size += len(line)
                    head += [json.loads(line)] if len(head) < _ABOUT else []
            return size, head, _rows(path, size)
    except (FileNotFoundError, NotADirectoryError):
        return 0, [], iter(())


def _rows(path: Path, size: int) -> Iterator[bytes]:
    with files.open_to_read(str(path)) as file:
        for number, line in enumerate(file):
            size -= len(line)
            if size < 0:
                return
            if number >= _ABOUT:
                yield line


def _of_format_1(run: Run, folder: Path) -> Optional[Tuple[Path, int, Optional[List[Record]]]]:
    """The journal that an older version made of the run, its bytes, and the records that came since; None for these
    where its rows do not stand where they do today, or what came since cannot be said in that format. None where there
    is no such journal."""
    first = min((series.rows[0] for series in run.series.values() if len(series.rows)), default=0)
    rows = list(itertools.islice(journal_rows.placed(run, first + 1), 1))
    paths = [_path(folder, _hash(run, key(dict(rows[0], step=step))))  # where a first row without a step stood
             for step in dict.fromkeys((rows[0]["step"], 0))]
    for path in paths:
        size, _, old = _records(path)
        if size:
            rows = list(journal_rows.placed(run))
            known = Counter(key(record) for record in map(json.loads, old) if "values" in record)
            lines = _unknown(rows, known)
            is_alike = not any(left > 0 for left in known.values()) and (not lines or journal_rows.rise(rows))
            return path, size, lines if is_alike else None
    return None


def _unknown(rows: Sequence[Dict[str, Any]], known: "Counter[str]") -> List[Dict[str, Any]]:
    """The rows that are not among those that are known, which are counted down."""
    found = []
    for row in rows:
        known[key(row)] -= 1
        if known[key(row)] < 0:
            found.append(row)
    return found


def _path(folder: Path, name: str) -> Path:
    return folder / f"neptune-{name}{journal.SUFFIX}"


def _id_of(path: Path) -> str:
    return path.name[len("neptune-"):-len(journal.SUFFIX)]


def _hash(run: Run, known_by: str) -> str:
    """What a run's journal is called: by its file, and by the run's id, or the first row in it."""
    text = f"{os.path.realpath(run.source)}\n{known_by}"
    return hashlib.sha1(text.encode(errors="backslashreplace")).hexdigest()[:16]


def _header(run: Run, name: str) -> Record:
    return {"format": _FORMAT, "t": journal_rows.time_of(run.began, run), "run": name, "resumes": run.resumes or None,
            "name": run.name, "group": run.group, "tags": [run.framework] if run.framework else [],
            "framework": run.framework, "framework_version": None, "argv": [], "host": None, "git": None,
            "scheduler": {}, "folder": folder_of(run)}
