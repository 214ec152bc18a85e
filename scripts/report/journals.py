"""Runs of other formats as journals, so that they are sent again as ours are: every point once, whenever a run grew."""
from __future__ import annotations

import fnmatch
import hashlib
import json
import math
import os
from collections import Counter
from pathlib import Path
from typing import Any, Dict, Iterator, List, NamedTuple, Sequence, Tuple

from neptune_writer import files, folders, journal, messages, runs
from neptune_writer.cursor import Cursor

from scripts.report import finder
from scripts.report.reading import Reading
from scripts.report.table import Run


class Planned(NamedTuple):
    """What a journal that is not made yet holds for a target: rows that it has not got, of a run read from there."""

    rows: int
    run: str
    source: str


def sources(paths: Sequence[str], folder: Path) -> List[str]:
    """The paths with journals in place of runs in other formats.

    Args:
        paths: as a person names them; what holds only journals, or is not there, is passed on as it is.
        folder: where these journals are kept; with them, how far each target has them.
    """
    own, others = _divided(paths)
    made: List[str] = []
    for run in others:
        made.append(str(_kept(run, folder)))
        messages.say(f"{run.source} is sent as {made[-1]}")
    return own + made


def planned(paths: Sequence[str], folder: Path, spec: str) -> Tuple[List[str], Dict[str, Planned]]:
    """What `sources` would return, and what the journals that it would make would hold; nothing is written."""
    own, others = _divided(paths)
    made = {}
    for run in others:
        path, old, lines = _grown(run, folder)
        rows = old[Cursor(str(path), spec).offset:].count(b'"values":') + sum("values" in line for line in lines)
        made[str(path)] = Planned(rows, run.name, run.source)
    return own + list(made), made


def _divided(paths: Sequence[str]) -> Tuple[List[str], List[Run]]:
    """The paths without those that hold no journal, and the runs in other formats."""
    others = [path for path in paths if _holds_others(path)]
    if not others:
        return list(paths), []
    reading = Reading([Path(path) for path in others])
    found, problems = reading.read()
    for problem in problems:
        if problem.path not in reading.unread:  # which is said of it where it is not sent
            messages.warn(f"{problem.path}: {problem.what}")
    own = [path for path in paths if path not in others or runs.journals([path] if os.path.isdir(path) else [])]
    own += reading.unread
    if not found and not own:
        messages.warn(f"{', '.join(paths)}: expected runs with rows, found none")
    return own, [run for run in found if not fnmatch.fnmatch(os.path.basename(run.source), runs.PATTERN)]


def _holds_others(path: str) -> bool:
    jobs = finder.jobs([Path(path)], lambda path, what: None) if os.path.exists(path) else []
    return any(not job.reader.__name__.endswith(".journal") for job in jobs)


def _grown(run: Run, folder: Path) -> Tuple[Path, bytes, List[Dict[str, Any]]]:
    """The run's journal, what stands in it, and the records that came since."""
    rows = list(_rows(run))
    known_by = f"{os.path.realpath(run.source)}\n{_key(rows[0])}".encode(errors="backslashreplace")
    name = hashlib.sha1(known_by).hexdigest()[:16]
    path = folder / f"neptune-{name}{journal.SUFFIX}"
    old = _whole_lines(path)
    known = Counter(_key(json.loads(line)) for line in old.splitlines())
    lines = [_header(run, name), {"t": rows[0]["t"], "config": run.config}][old.count(b"\n"):]
    for row in rows:
        known[_key(row)] -= 1
        if known[_key(row)] < 0:
            lines.append(row)
    return path, old, lines


def _kept(run: Run, folder: Path) -> Path:
    """The run's journal: made, or made longer by the rows that came since; whole, wherever it is interrupted."""
    path, old, lines = _grown(run, folder)
    folders.private(str(folder))
    files.replace(str(path), old + b"".join(map(journal.encode, lines)), files.PRIVATE)
    return path


def _whole_lines(path: Path) -> bytes:
    """What the journal has already, without a line that is torn."""
    try:
        with files.open_to_read(str(path)) as file:
            return b"".join(file.read().rpartition(b"\n")[:2])
    except (FileNotFoundError, NotADirectoryError):
        return b""


def _key(record: Dict[str, Any]) -> str:
    """What a row is known by: its time is not always in its file, and shifts as that grows."""
    return json.dumps([record.get("step"), record.get("values")], sort_keys=True)


def _header(run: Run, name: str) -> Dict[str, Any]:
    return {"format": journal.FORMAT, "t": _time(run.began, run), "run": name, "resumes": None, "name": run.name,
            "group": run.group, "tags": [run.framework] if run.framework else [], "framework": run.framework,
            "framework_version": None, "argv": [], "host": None, "git": None, "scheduler": {}}


def _rows(run: Run) -> Iterator[Dict[str, Any]]:
    last: Dict[str, float] = {}
    segments: Dict[str, int] = {}
    for step, time, values in run.rows():
        if not values:
            continue
        stream = run.streams.get(next(iter(values)), "")
        segments[stream] = segments.get(stream, 0) + (step < last.get(stream, -math.inf))
        last[stream] = step
        row = {"t": _time(time, run), "step": int(step) if step.is_integer() else step, "segment": segments[stream],
               "values": {name: _plain(value) for name, value in values.items()}}
        yield {**row, "stream": stream} if stream else row


def _time(time: float, run: Run) -> float:
    """Where the file tells no time, when it was last written."""
    return time if time == time else round(os.path.getmtime(run.source), 3)


def _plain(value: float) -> Any:
    if math.isfinite(value):
        return value
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
