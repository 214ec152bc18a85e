"""What `SummaryWriter.add_scalars` leaves: a folder a curve, whose event file holds the chart's name alone.

torch's writer calls the folder ``<chart>_<curve>``, with ``_`` for each ``/`` in the chart's name; tensorboardX
``<chart>/<curve>``. The metric is ``<chart>/<curve>``, as in our journals.
"""
from __future__ import annotations

import heapq
import math
from collections import Counter
from pathlib import Path
from typing import (Any, Collection, Dict, Iterable, Iterator, List,
                    NamedTuple, Optional, Tuple)

from scripts.runs.parsing.event_records import EventRecords

_LEVELS = 6  # of folders, from the writer's own down
_LOOKED_AT = 5  # records, the first of which is the file's version
_EXPERIMENT = {"_hparams_/experiment", "_hparams_/session_start_info"}  # the former alone stands above its runs
_OF_HPARAMS, _LARGEST = 1000, 1 << 20  # records, and bytes, that `add_hparams` writes at most


class Chart(NamedTuple):
    """A chart of several curves, and the curve."""

    name: str
    curve: str


def folder_of(folder: Path, others: Collection[Path]) -> Optional[Path]:
    """The writer's folder where this is one of its curves."""
    for above in list(folder.parents)[:_LEVELS]:
        if above in others:
            return above if any(chart_of(path, above) for path in sorted(folder.glob("*.tfevents.*"))) else None
    return None


def chart_of(path: Path, main: Path) -> Optional[Chart]:
    """The chart that the event file belongs to, where it is no file of the writer's own folder."""
    if path.parent == main:
        return None
    below = path.parent.relative_to(main).as_posix()
    for tag in _tags(path):
        for begin in (f"{tag}/", tag.replace("/", "_") + "_"):
            if below.startswith(begin) and len(below) > len(begin):
                return Chart(tag, below[len(begin):])
        return None
    return None


def metric(tag: str, chart: Optional[Chart]) -> str:
    """What a scalar is called."""
    return f"{tag}/{chart.curve}" if chart is not None and tag == chart.name else tag


def is_of_hparams(path: Path) -> bool:
    """Whether `add_hparams` has written it, whatever its folder was to be called: an experiment of its own, and no
    metric twice."""
    if path.stat().st_size > _LARGEST:
        return False
    many = Counter(_tags(path, _OF_HPARAMS))
    return many.keys() >= _EXPERIMENT and max(many.values()) == 1


def _tags(path: Path, at_most: int = _LOOKED_AT) -> Iterator[str]:
    """The first scalars' names."""
    from tensorboard.compat.proto.event_pb2 import Event
    try:
        for number, record in enumerate(EventRecords(path)):
            if number >= at_most:
                return
            for value in Event.FromString(record).summary.value:
                yield str(value.tag)
    except Exception:  # whatever its reader makes of other bytes, which is said when it is read
        return


def merged(main: Any, others: Iterable[Any]) -> Tuple[List[Any], Dict[int, float]]:
    """The points of a writer's own files and of its curves, in the order of their times, and the marks among them."""
    others = list(others)
    if not others:
        return main.kept, main.marks
    points: List[Any] = []
    marks: Dict[int, float] = {}
    for _, _, place, point in heapq.merge(*(_in_time(one.kept, number) for number, one in enumerate([main, *others]))):
        if place in main.marks:
            marks[len(points)] = main.marks[place]
        points.append(point)
    return points, marks


def _in_time(points: Iterable[Any], number: int) -> Iterator[Tuple[float, int, int, Any]]:
    """(time, which of several, place, or -1 for those of no marks, point) of each, times never falling."""
    latest = -math.inf
    for place, point in enumerate(points):
        latest = max(latest, point[0])
        yield latest, number, -1 if number else place, point
