"""TensorBoard's event files: the scalars of a folder are one run."""
from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any, Dict, Iterator, List, Sequence, Tuple

from neptune_writer.frameworks.summary_writer import told

from scripts.runs import records
from scripts.runs.parsing import event_scalars
from scripts.runs.parsing.event_records import EventRecords
from scripts.runs.said import How
from scripts.runs.table import Run, Say, described

RANK = 50
ALONE = True
BESIDE = False
WHAT = "TensorBoard event files (*.tfevents.*)"
_NUMBERS = re.compile(r"(\D*)(\d*)")
_OF_HPARAMS = re.compile(r"\d{9,11}(\.\d+)?")  # a folder that `add_hparams` has named by the time


def find(folder: Path, names: Sequence[str]) -> List[Path]:
    """Every event file."""
    return [folder / name for name in sorted((name for name in names if ".tfevents." in name), key=_begun)]


def _begun(name: str) -> List[Tuple[str, int]]:
    """Sorts files as they were begun: ``events.out.tfevents.<second>.<host>.<pid>.<number>``, of which the tenth of one
    second comes behind the ninth."""
    return [(text, int(number or 0)) for text, number in _NUMBERS.findall(name)]


def jobs(paths: Sequence[Path], say: Say) -> List[List[Path]]:
    """A run is a folder, with what `add_hparams` and `add_scalars` made below it."""
    folders = {together[0].parent: together for together in records.by_folder(paths)}
    for folder in sorted(folders):
        of = event_scalars.folder_of(folder, folders)
        if of is not None:
            folders[of] = folders.pop(folder) + folders[of]
    for folder in sorted(folders):
        if folder.parent in folders and (_OF_HPARAMS.fullmatch(folder.name) or all(
                map(event_scalars.is_of_hparams, folders[folder]))):
            folders[folder.parent] = folders.pop(folder) + folders[folder.parent]
    return list(folders.values())


def read(paths: Sequence[Path], say: Say, how: How) -> Iterator[Run]:
    """One run."""
    try:
        from tensorboard.util import tensor_util
    except ImportError:
        say(str(paths[0]), "TensorBoard's event files need its reader: pip install tensorboard")
        return
    logging.getLogger("tensorboard").setLevel(logging.ERROR)
    main, other = paths[-1].parent, {}  # type: Path, Dict[Path, _Points]
    of_main = _Points()
    config: Dict[str, Any] = {}
    lacking: List[Tuple[Path, str]] = []
    for path in paths:
        if not path.stat().st_size:
            say(str(path), "it is empty")
            continue
        chart = event_scalars.chart_of(path, main)  # a folder of `add_scalars`
        points = other.setdefault(path.parent, _Points()) if chart else of_main
        points.begin_file()
        kept = EventRecords(path)
        try:
            for event in _events(kept):
                if event.HasField("session_log") and event.session_log.status == event.session_log.START:
                    points.go_on_from(event.step)
                for value in event.summary.value:
                    plugin = value.metadata.plugin_data.plugin_name
                    if plugin == "hparams":
                        config.update(_hparams(value.metadata.plugin_data.content))
                    elif plugin == "text" and value.tag.partition("/")[0] in told.TABLES:
                        text = b"\n".join(value.tensor.string_val).decode("utf-8", "replace")
                        config.update(told.table(text))
                    elif plugin in ("scalars", "") and value.HasField("tensor"):
                        found = tensor_util.make_ndarray(value.tensor)
                        if found.size == 1 and found.dtype.kind in "fiu":
                            name = event_scalars.metric(value.tag, chart)
                            points.add((event.wall_time, event.step, name, float(found.item())))
        except Exception:  # whatever its reader makes of other bytes
            say(str(path), "read up to where it is broken")
        if kept.broken:
            broken = "1 unreadable stretch was" if kept.broken == 1 else f"{kept.broken} unreadable stretches were"
            lacking.append((path, f"{broken} skipped; what lay in there is missing"))
        if kept.is_torn:
            lacking.append((path, "its last record is torn, and left out"))
    said = records.joined(*event_scalars.merged(of_main, other.values()))
    if said:
        for path, what in lacking:
            say(str(path), what)
        name = records.name_of(paths[-1].parent)
        yield said.run(how, say, source=str(paths[-1]), **described(name, records.without_prefix(config)))
    else:
        say(str(paths[0]), "it holds no scalars")


def _events(kept: EventRecords) -> Iterator[Any]:
    """As TensorBoard shows them: what older writers wrote in today's form."""
    from tensorboard import data_compat, dataclass_compat
    from tensorboard.compat.proto.event_pb2 import Event
    metadata: Dict[str, Any] = {}
    for record in kept:
        yield from dataclass_compat.migrate_event(data_compat.migrate_event(Event.FromString(record)), metadata)


class _Points:
    """The points of a folder's files, one file behind the other.

    Attributes:
        kept: the points in their order.
        marks: places among these -> the step from which on the training says there that it goes on: TensorBoard itself
            takes back what was logged from that step on.
    """

    def __init__(self) -> None:
        self.kept: List[records.Point] = []
        self.marks: Dict[int, float] = {}
        self._last: Dict[str, Tuple[float, float]] = {}  # tag -> step and value of its last point
        self._of_file: Dict[str, Tuple[float, float]] = {}  # of the files before

    def begin_file(self) -> None:
        """What comes next is of another file: a point that both have, the end of one and the beginning of the other,
        is one."""
        self._of_file = dict(self._last)

    def add(self, point: records.Point) -> None:
        """The next one."""
        _, step, tag, value = point
        if self._of_file.pop(tag, None) != (step, value):
            self._last[tag] = step, value
            self.kept.append(point)

    def go_on_from(self, step: float) -> None:
        """What was logged from this step on counts no more."""
        if self.kept:
            self.marks[len(self.kept)] = min(step, self.marks.get(len(self.kept), step))
        self._of_file.clear()


def _hparams(content: bytes) -> Dict[str, Any]:
    """The hyper-parameters of a session's beginning."""
    from tensorboard.plugins.hparams import plugin_data_pb2
    data = plugin_data_pb2.HParamsPluginData.FromString(content)
    found = sorted(data.session_start_info.hparams.items())  # which come in any order
    return {name: getattr(value, value.WhichOneof("kind")) for name, value in found
            if value.WhichOneof("kind") in ("number_value", "string_value", "bool_value")}
