"""Our own journals, as a tracker gets them: where a training went on with its run, later rows supersede earlier."""
from __future__ import annotations

import contextlib
import fnmatch
import io
import os
from pathlib import Path
from typing import Any, Dict, Iterator, List, Sequence

from neptune_writer import files, messages, reading, runs
from neptune_writer.forward import Forwarder
from neptune_writer.parts import Part
from neptune_writer.stopping import Stopping
from neptune_writer.trackers.base import Tracker

from scripts.report.table import Rows, Run, Say, described

RANK = 0
ALONE = True
BESIDE = False
WHAT = f"a journal ({runs.PATTERN})"


def find(folder: Path, names: Sequence[str]) -> List[Path]:
    """Every journal."""
    return [folder / name for name in fnmatch.filter(names, runs.PATTERN)]


def has_rows(path: Path) -> bool:
    """Whether it can be read, and holds a row; where it does not, the framework's own file may."""
    if not _has_sound_header(str(path), lambda path, what: None):
        return False
    reader: Any = reading.Reader(str(path))
    try:
        return any("values" in record for records in iter(lambda: reader.read(10), []) for record in records)
    finally:
        reader.close()


def jobs(paths: Sequence[Path], say: Say) -> List[List[Path]]:
    """The journals of each run, the oldest first."""
    sound = [str(path) for path in paths if _has_sound_header(str(path), say)]
    found = runs.group(sound, lambda path, error: say(path, _why(error, path)),
                       lambda path, kept: say(path, f"an older copy of {kept}, left out"))
    return [[Path(part.path) for part in parts] for parts in found.values()]


def _has_sound_header(path: str, say: Say) -> bool:
    """Whether it is a journal that can be read; else what is wrong is said."""
    try:
        reading.read_header(path)
    except (OSError, ValueError) as error:
        say(path, _why(error, path))
        return False
    return True


def read(paths: Sequence[Path], say: Say) -> Iterator[Run]:
    """One run, forwarded to a tracker that only remembers it."""
    remembered = _Remembered()
    parts = [_part(path) for path in paths]
    for index, part in enumerate(parts):
        part.later = parts[index + 1:]
    for part in parts:
        with _told(part.path, say):
            Forwarder(part.path, part.cursor, part.stopping, part.below).run(remembered)
        if not _end(part.path).endswith(b"\n"):  # its size says nothing: it may have grown meanwhile
            say(part.path, "its last line is torn, and left out")
    header = parts[0].header
    yield remembered.rows.run(
        source=str(paths[0]), framework=header.get("framework"), id=runs.run_id(header), began=header["t"],
        streams=remembered.streams, ended=_has_ended(str(paths[-1])),
        **described(header["name"], remembered.config, header.get("group")))


class _Remembered(Tracker):
    """What a run's rows are to a tracker that takes them all."""

    takes_non_finite = True

    def __init__(self) -> None:
        super().__init__(None, ours=True)  # type: ignore[no-untyped-call]  # the vendored package has no types
        self.rows = Rows()
        self.config: Dict[str, Any] = {}
        self.streams: Dict[str, str] = {}

    def write_config(self, config: Dict[str, Any]) -> None:
        """The newest is the run's."""
        self.config = config

    def write_rows(self, rows: Sequence[Any]) -> None:
        """In their order."""
        for row in rows:
            self.rows.add(row.step, row.time, row.values)
            if row.stream:
                self.streams.update(dict.fromkeys(row.values, row.stream))


def _part(path: Path) -> Any:
    part: Any = Part(str(path), "report", Stopping(follow=False))
    part.cursor.offset, part.cursor.series = 0, {}
    part.cursor.save = lambda: None  # nothing is left beside the journal
    return part


@contextlib.contextmanager
def _told(path: str, say: Say) -> Iterator[None]:
    """What is said of a journal meanwhile is a problem of the report's."""
    before, said = messages.stream, len(messages.failures)
    setattr(messages, "stream", io.StringIO())
    try:
        yield
    finally:
        messages.stream = before
        for failure in messages.failures[said:]:
            say(path, failure.replace(f"{path}: ", ""))


def _has_ended(path: str) -> bool:
    return b'"end":true' in _end(path).rstrip().rpartition(b"\n")[2].replace(b" ", b"")


def _end(path: str) -> bytes:
    """Its last bytes, more than the record of a run's end takes."""
    with files.open_to_read(path) as file:
        file.seek(max(0, os.path.getsize(path) - 200))
        return bytes(file.read())


def _why(error: Exception, path: str) -> str:
    if os.path.exists(path) and not os.path.getsize(path):
        return "it is empty"
    return str(error).replace(f"{path}: ", "")
