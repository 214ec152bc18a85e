"""What Neptune's clients keep on the disk: ``.neptune/*/run__*/data-*.log`` of 0.9 to 1.14 and of minfx."""
from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any, Dict, Iterator, List, Sequence

from neptune_writer import messages

from scripts.runs import records
from scripts.runs.parsing import texts
from scripts.runs.said import How
from scripts.runs.table import Run, Say, described

RANK = 5
ALONE = True
BESIDE = False
WHAT = "a run of Neptune's client (.neptune/offline/*/data-*.log)"
_OURS = ("group",)  # fields that our own tracker writes besides the config
_ABOUT = ("sys", "monitoring", "source_code")


def find(folder: Path, names: Sequence[str]) -> List[Path]:
    """The files of one queue; of an asynchronous run what no server has yet."""
    found = [name for name in names if re.fullmatch(r"data-\d+\.log", name)]
    return [folder / name for name in sorted(found, key=lambda name: int(name[5:-4]))]


def jobs(paths: Sequence[Path], say: Say) -> List[List[Path]]:
    """A run is a folder."""
    return records.by_folder(paths)


def read(paths: Sequence[Path], say: Say, how: How) -> Iterator[Run]:
    """One run."""
    points: List[records.Point] = []
    broken = 0
    counts: Dict[str, int] = {}
    fields: Dict[str, Any] = {}
    for operation in (entry for path in paths for entry in _operations(path, say)):
        name = "/".join(map(str, operation.get("path") or ()))
        kind = str(operation.get("type"))
        if kind == "LogFloats" and name.split("/")[0] not in _ABOUT:
            for point in operation.get("values") or ():
                if not isinstance(point, dict):
                    broken += 1
                    continue
                value, step, time = (texts.number(point.get(key)) for key in ("value", "step", "ts"))
                counts[name] = counts.get(name, -1) + 1
                if value is not None:
                    points.append((math.nan if time is None else time, counts[name] if step is None else step,
                                   name, value))
        elif kind.startswith("Assign") and "value" in operation:
            fields[name] = operation["value"]
    if broken:
        say(str(paths[0].parent), f"{messages.count(broken, 'point')} left out: not an object with value and step")
    said = records.joined(records.in_time(points))
    if not said:
        say(str(paths[0].parent), "a run of Neptune's client without a series of numbers")
        return
    name = records.text(fields.get("sys/name")) or _folder_name(paths[0].parent)
    config = {path: value for path, value in fields.items() if path.split("/")[0] not in _ABOUT and path not in _OURS}
    about = described(name, records.without_prefix(config), records.text(fields.get("group")))
    yield said.run(how, say, source=str(paths[0].parent), **about)


def _operations(path: Path, say: Say) -> Iterator[Dict[str, Any]]:
    """Objects, one behind the other; 0.9 to 0.15 put no line between them."""
    text, place, decoder = texts.read(path, say), 0, json.JSONDecoder()
    while True:
        place = _next(text, place)
        if place < 0:
            return
        try:
            found, place = decoder.raw_decode(text, place)
        except ValueError:
            end = text.find("\n", place)
            say(str(path), "its last line is torn, and left out" if end < 0 or not text[end:].strip("\0\n ")
                else f"an unreadable line at character {place} skipped")
            if end < 0:
                return
            place = end
            continue
        operation = found.get("obj", found) if isinstance(found, dict) else None
        if isinstance(operation, dict):
            yield operation


def _next(text: str, place: int) -> int:
    """Where the next object begins; -1 where none does."""
    found = re.compile(r"[^\s\0]").search(text, place)
    return found.start() if found else -1


def _folder_name(folder: Path) -> str:
    parts = folder.name.split("__")
    return f"run {parts[1][:8]}" if len(parts) > 1 else records.name_of(folder)
