"""Runs of other formats as journals, so that they are sent again as ours are: every point once, whenever a run grew."""
from __future__ import annotations

import fnmatch
import os
import tempfile
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

from neptune_writer import messages
from neptune_writer.delivery.step_options import AS_LOGGED
from neptune_writer.resend import dry_run, found_runs

from scripts.replaying import headers, kept_journals
from scripts.runs import discovery, targets
from scripts.runs.groups import grouping
from scripts.runs.reading import Reading
from scripts.runs.said import How
from scripts.runs.table import Run
from scripts.runs.targets import Target


class Planned(NamedTuple):
    """What a journal that is not made yet holds for a target: rows that it does not have, of a run read from there."""

    rows: int
    run: str
    source: str


def sources(paths: Sequence[str], folder: Path, options: Any = AS_LOGGED,
            by: Optional[Sequence[str]] = None, written: Sequence[Target] = ()) -> List[str]:
    """The paths with journals in place of runs in other formats.

    Args:
        paths: as a person names them; what holds only journals, or is not there, is passed on as it is.
        folder: where these journals are kept; with them, how far each target has them.
        options: see `neptune_writer.delivery.step_options`; it does not change what is in them.
        by: what groups have alike, see `grouping.of`; journals of ours keep their own.
        written: see `targets`: what is there is no source.
    """
    own, others = _divided(paths, options, by, written)
    made: List[str] = []
    for run in others:
        made.append(str(kept_journals.kept(run, folder)))
        messages.say(f"{run.source} is sent as {made[-1]}")
    return own + made


def planned(paths: Sequence[str], folder: Path, spec: str, options: Any = AS_LOGGED,
            by: Optional[Sequence[str]] = None,
            written: Sequence[Target] = ()) -> Tuple[List[str], Dict[str, Planned]]:
    """What `sources` would return, and what the journals that it would make would hold; nothing is written."""
    own, others = _divided(paths, options, by, written)
    made = {}
    for run in others:
        path, size, lines = kept_journals.grown_since(run, folder)
        with tempfile.TemporaryDirectory(prefix="neptune-replay-") as place:  # which nobody else may enter
            copy = Path(place, path.name)
            with open(copy, "wb") as file:
                file.writelines(kept_journals.content(path, size, lines))
            rows = dry_run.rows_to_send([str(copy)], spec, {str(copy): [str(path)]}, options)[str(copy)]
        made[str(path)] = Planned(rows, run.name, run.source)
    return own + list(made), made


def _divided(paths: Sequence[str], options: Any, by: Optional[Sequence[str]],
             written: Sequence[Target]) -> Tuple[List[str], List[Run]]:
    """The paths without those that hold no journal, and the runs in other formats."""
    others = [path for path in paths if holds_others(path, written)]
    paths = [path for path in paths if path in others or not _is_written(path, written)]
    headers_only = headers.runs_below([path for path in paths if path not in others])
    if not others:
        grouping.tell(headers_only, paths, by)
        return list(paths), []
    reading = Reading([Path(path) for path in others], How(options.step_metrics, is_for_replay=True), by, written)
    found, problems = reading.read()
    grouping.tell(headers_only + found, paths, by)
    for problem in problems:
        if problem.path not in reading.unread and problem.what != targets.NOT_READ:  # which are said elsewhere
            messages.warn(f"{problem.path}: {problem.what}")
    own = [path for path in paths if path not in others or found_runs.journals([path] if os.path.isdir(path) else [])]
    own += reading.unread
    if not found and not own:
        messages.warn(f"{', '.join(paths)}: no run with rows")
    return own, [run for run in found if not is_journal(run.source)]


def holds_others(path: str, written: Sequence[Target] = ()) -> bool:
    """Whether anything is named, or lies below what is, that is no journal; what is ``written`` is said alone."""
    jobs = discovery.jobs([Path(path)], _say_not_read, written=written) if os.path.exists(path) else []
    return any(not is_journal(str(file)) for job in jobs for file in job.paths)


def _say_not_read(path: str, what: str) -> None:
    if what == targets.NOT_READ:
        messages.warn(f"{path}: {what}", once=(path, what))


def _is_written(path: str, written: Sequence[Target]) -> bool:
    """Whether all that there is to send is what was sent: no other run, and no journal."""
    journals = [path] if is_journal(path) else found_runs.journals([path] if os.path.isdir(path) else [])
    return bool(written) and not journals and holds_others(path)


def is_journal(path: str) -> bool:
    """Whether it has the name of one of ours."""
    return fnmatch.fnmatch(os.path.basename(path), found_runs.PATTERN)
