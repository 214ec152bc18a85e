"""Runs of other formats as journals, so that they are sent again as ours are: every point once, whenever a run grew.

These hold what was said, as ours do (see `neptune_writer.points.lines`): the rule of x is for who sends them. Older
versions made journals of format 1, with rows where the rule of their time had them; they are gone on with where that
is where rows stand today.
"""
from __future__ import annotations

import fnmatch
import hashlib
import json
import os
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

from neptune_writer import messages
from neptune_writer.delivery.step_options import AS_LOGGED
from neptune_writer.journal import encoding, journal, records
from neptune_writer.resend import dry_run, found_runs
from neptune_writer.system import files, folders

from scripts.runs import discovery, headers, journal_rows
from scripts.runs.groups import grouping
from scripts.runs.journal_rows import key
from scripts.runs.reading import Reading
from scripts.runs.said import How
from scripts.runs.table import Run

_FORMAT = records.FORMAT


class Planned(NamedTuple):
    """What a journal that is not made yet holds for a target: rows that it does not have, of a run read from there."""

    rows: int
    run: str
    source: str


def sources(paths: Sequence[str], folder: Path, options: Any = AS_LOGGED,
            by: Optional[Sequence[str]] = None) -> List[str]:
    """The paths with journals in place of runs in other formats.

    Args:
        paths: as a person names them; what holds only journals, or is not there, is passed on as it is.
        folder: where these journals are kept; with them, how far each target has them.
        options: see `neptune_writer.delivery.step_options`; it does not change what is in them.
        by: what groups have alike, see `grouping.of`; journals of ours keep their own.
    """
    own, others = _divided(paths, options, by)
    made: List[str] = []
    for run in others:
        made.append(str(_kept(run, folder)))
        messages.say(f"{run.source} is sent as {made[-1]}")
    return own + made


def planned(paths: Sequence[str], folder: Path, spec: str, options: Any = AS_LOGGED,
            by: Optional[Sequence[str]] = None) -> Tuple[List[str], Dict[str, Planned]]:
    """What `sources` would return, and what the journals that it would make would hold; nothing is written."""
    own, others = _divided(paths, options, by)
    made = {}
    for run in others:
        path, old, lines = _grown(run, folder)
        with tempfile.TemporaryDirectory(prefix="neptune-replay-") as place:  # which nobody else may enter
            copy = Path(place, path.name)
            copy.write_bytes(old + b"".join(map(encoding.encode, lines)))
            rows = dry_run.rows_to_send([str(copy)], spec, {str(copy): [str(path)]}, options)[str(copy)]
        made[str(path)] = Planned(rows, run.name, run.source)
    return own + list(made), made


def _divided(paths: Sequence[str], options: Any, by: Optional[Sequence[str]]) -> Tuple[List[str], List[Run]]:
    """The paths without those that hold no journal, and the runs in other formats."""
    others = [path for path in paths if _holds_others(path)]
    headers_only = headers.runs_below([path for path in paths if path not in others])
    if not others:
        grouping.tell(headers_only, paths, by)
        return list(paths), []
    reading = Reading([Path(path) for path in others], How(options.step_metrics, is_for_replay=True), by)
    found, problems = reading.read()
    grouping.tell(headers_only + found, paths, by)
    for problem in problems:
        if problem.path not in reading.unread:  # which is said of it where it is not sent
            messages.warn(f"{problem.path}: {problem.what}")
    own = [path for path in paths if path not in others or found_runs.journals([path] if os.path.isdir(path) else [])]
    own += reading.unread
    if not found and not own:
        messages.warn(f"{', '.join(paths)}: no run with rows")
    return own, [run for run in found if not fnmatch.fnmatch(os.path.basename(run.source), found_runs.PATTERN)]


def _holds_others(path: str) -> bool:
    jobs = discovery.jobs([Path(path)], lambda path, what: None) if os.path.exists(path) else []
    return any(not fnmatch.fnmatch(file.name, found_runs.PATTERN) for job in jobs for file in job.paths)


def _grown(run: Run, folder: Path) -> Tuple[Path, bytes, List[Dict[str, Any]]]:
    """The run's journal, what stands in it, and the records that came since."""
    rows = list(journal_rows.said(run))
    name = _name(run, f"{_FORMAT} {key(rows[0])}")
    path = folder / f"neptune-{name}{journal.SUFFIX}"
    old = _whole_lines(path)
    if not old:
        before = _of_format_1(run, folder)
        if before is not None and before[2] is not None:
            return before[0], before[1], before[2]
        if before is not None:
            messages.say(f"{run.source}: {run.name} was sent where an older version put its points; it is sent again, "
                         f"as run {name}")
    known = Counter(key(json.loads(line)) for line in old.splitlines())
    lines = [_header(run, name), {"t": rows[0]["t"], "config": run.config}][old.count(b"\n"):]
    return path, old, lines + _unknown(rows, known)


def _of_format_1(run: Run, folder: Path) -> Optional[Tuple[Path, bytes, Optional[List[Dict[str, Any]]]]]:
    """The journal that an older version made of the run, what stands in it, and the records that came since; None for
    these where its rows do not stand where they do today, or what came since cannot be said in that format. None where
    there is no such journal."""
    rows = list(journal_rows.placed(run))
    for step in dict.fromkeys((rows[0]["step"], 0)):  # where a first row without a step stood
        path = folder / f"neptune-{_name(run, key(dict(rows[0], step=step)))}{journal.SUFFIX}"
        old = _whole_lines(path)
        if old:
            records = [json.loads(line) for line in old.splitlines()]
            known = Counter(key(record) for record in records if "values" in record)
            lines = _unknown(rows, known)
            is_alike = not any(left > 0 for left in known.values()) and (not lines or journal_rows.rise(rows))
            return path, old, lines if is_alike else None
    return None


def _unknown(rows: Sequence[Dict[str, Any]], known: "Counter[str]") -> List[Dict[str, Any]]:
    """The rows that are not among those that are known, which are counted down."""
    found = []
    for row in rows:
        known[key(row)] -= 1
        if known[key(row)] < 0:
            found.append(row)
    return found


def _name(run: Run, first: str) -> str:
    """What the run's journal is called: by its file, and by the first row in it."""
    known_by = f"{os.path.realpath(run.source)}\n{first}".encode(errors="backslashreplace")
    return hashlib.sha1(known_by).hexdigest()[:16]


def _kept(run: Run, folder: Path) -> Path:
    """The run's journal: made, or made longer by the rows that came since; whole, wherever it is interrupted."""
    path, old, lines = _grown(run, folder)
    folders.private(str(folder))
    files.replace(str(path), old + b"".join(map(encoding.encode, lines)), files.PRIVATE)
    return path


def _whole_lines(path: Path) -> bytes:
    """What the journal has already, without a line that is torn."""
    try:
        with files.open_to_read(str(path)) as file:
            return b"".join(file.read().rpartition(b"\n")[:2])
    except (FileNotFoundError, NotADirectoryError):
        return b""


def _header(run: Run, name: str) -> Dict[str, Any]:
    return {"format": _FORMAT, "t": journal_rows.time_of(run.began, run), "run": name, "resumes": run.resumes or None,
            "name": run.name, "group": run.group, "tags": [run.framework] if run.framework else [],
            "framework": run.framework, "framework_version": None, "argv": [], "host": None, "git": None,
            "scheduler": {}}
