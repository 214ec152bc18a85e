"""Our own journals: a run is one, or several where a training went on with it, and later rows supersede earlier."""
from __future__ import annotations

import contextlib
import fnmatch
import itertools
import json
import math
import os
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Sequence

from neptune_writer import messages
from neptune_writer.journal import reading
from neptune_writer.points import lines
from neptune_writer.points.rows import RESUMED
from neptune_writer.resend import found_runs
from neptune_writer.system import files

from scripts.runs import growing_journals, lacking
from scripts.runs.readers import rllib
from scripts.runs.said import How, Said
from scripts.runs.table import Process, Run, Say, described

RANK = 0
ALONE = True
BESIDE = False
WHAT = f"a journal ({found_runs.PATTERN})"


def find(folder: Path, names: Sequence[str]) -> List[Path]:
    """Every journal."""
    return [folder / name for name in fnmatch.filter(names, found_runs.PATTERN)]


def has_rows(path: Path) -> bool:
    """Whether it can be read, and holds a row; where it does not, the framework's own file may."""
    return _has_sound_header(str(path), lambda path, what: None) and _first_row(str(path)) is not None


def jobs(paths: Sequence[Path], say: Say) -> List[List[Path]]:
    """The journals of each run, the oldest first; behind them the results of a trial of which they may lack some."""
    sound = [str(path) for path in paths if _has_sound_header(str(path), say)]
    found = found_runs.group(sound, lambda path, error: say(path, _why(error, path)),
                             lambda path, kept: say(path, f"an older copy of {kept}, left out"))
    return [[Path(part.path) for part in parts] + _results_of(parts) for parts in found.values()]


def _results_of(parts: Sequence[Any]) -> List[Path]:
    with contextlib.suppress(OSError):  # gone meanwhile, which is said when it is read
        if lines.is_of_ray(parts[0].header):
            first = _first_row(parts[0].path) or {}
            return lacking.results_of([Path(part.path) for part in parts], parts[0].header, first.get("values", {}))
    return []


def _first_row(path: str) -> Optional[Dict[str, Any]]:
    reader: Any = reading.Reader(path)
    try:
        return next((record for record in itertools.chain.from_iterable(iter(lambda: reader.read(10), []))
                     if "values" in record), None)
    finally:
        reader.close()


def _has_sound_header(path: str, say: Say) -> bool:
    """Whether it is a journal that can be read; else what is wrong is said."""
    try:
        reading.read_header(path)
    except (OSError, ValueError) as error:
        say(path, _why(error, path))
        return False
    return True


def read(paths: Sequence[Path], say: Say, how: How) -> Iterator[Run]:
    """One run; where it is to be sent, what its journals lack are runs of their own that belong to it."""
    results = [path for path in paths if path.name == rllib.FILE]
    paths = [path for path in paths if path.name != rllib.FILE]
    headers = [reading.read_whole_header(str(path)) for path in paths]
    names, user = ([*dict.fromkeys(itertools.chain(*found))] for found in zip(*map(lines.steps_of, headers)))
    said = Said(names, lines.is_of_ray(headers[0]))
    config: Dict[str, Any] = {}
    for index, (path, header) in enumerate(zip(paths, headers)):
        if len(paths) == 1 and not results:
            one = growing_journals.read(str(path), header, names)
        else:
            if index:
                said.add_between(RESUMED)
            one = growing_journals.read_into(said, str(path), header)
        said, config = one.rows, one.config or config
        if one.skipped:
            say(str(path), f"{messages.count(one.skipped, 'unreadable line')} skipped")
        if not _end(str(path)).endswith(b"\n"):  # its size says nothing: it may have grown meanwhile
            say(str(path), "its last line is torn, and left out")
    header, known = headers[0], dict(framework=headers[0].get("framework"))
    found = lacking.of(results[0], paths, said, say) if results else lacking.Lacking(Said(), Said())
    if how.is_for_replay:
        for rows, began in ((found.before, header["t"] - 1), (found.after, math.inf)):
            if rows:
                began = min([began, *(time for time in rows.rows.times if time == time)])
                yield rows.run(how, say, source=str(results[0]), began=began,
                               resumes=found_runs.run_id(header), **known,
                               **described(header["name"], {}, header.get("group")))
    else:
        said = _whole(found, said, str(results[0]), paths, say) if found.before or found.after else said
    how, end = how._replace(user=how.user or tuple(user)), _ended(str(paths[-1]))
    yield said.run(
        how, say, source=str(paths[0]), id=found_runs.run_id(header), began=header["t"],
        ended=bool(end), end=end, process=_process(str(paths[-1]), headers[-1]), **known,
        **described(header["name"], config, header.get("group")))


def _whole(found: lacking.Lacking, said: Said, results: str, paths: Sequence[Path], say: Say) -> Said:
    """The rows with those that they lack, which is said."""
    whole = said.of_the_same_kind()
    for rows in (found.before, said, found.after):
        if whole and rows:
            whole.add_between(RESUMED)
        whole.add_all(rows)
    for rows, when in ((found.before, f"before {paths[0].name} begins"),
                       (found.after, f"after {paths[-1].name} ends")):
        if rows:
            say(results, f"{messages.count(len(rows), 'row')} from {when} shown with it")
    return whole


def _process(path: str, header: Dict[str, Any]) -> Optional[Process]:
    pid, space = header.get("pid"), header.get("pids")
    return Process(path, pid, space) if type(pid) is int and isinstance(space, str) and space else None


def _ended(path: str) -> str:
    """How it ended: ``end``, or the exception that nobody caught; empty where it did not."""
    last = _end(path).rstrip().rpartition(b"\n")[2]
    if b'"end":true' not in last.replace(b" ", b""):
        return ""
    with contextlib.suppress(ValueError):
        error = json.loads(last).get("error")
        return f"uncaught {error}" if isinstance(error, str) else "end"
    return "end"


def _end(path: str) -> bytes:
    """Its last bytes, more than the record of a run's end takes."""
    with files.open_to_read(path) as file:
        file.seek(max(0, os.path.getsize(path) - 200))
        return bytes(file.read())


def _why(error: Exception, path: str) -> str:
    if os.path.exists(path) and not os.path.getsize(path):
        return "it is empty"
    return str(error).replace(f"{path}: ", "")
