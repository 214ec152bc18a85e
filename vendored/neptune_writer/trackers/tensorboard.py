"""TensorBoard's event files."""
import os
import re
import shlex
import threading
import time

from .. import messages
from . import config_entries, event_files, on_disk
from .base import WHOLE, ClientClosed, Tracker, simple_id, whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Collection, Dict, List, Optional

    from .series import Row

_naming = threading.Lock()


class TensorBoard(Tracker):
    """TARGET: a folder, ``runs`` where there is none. A run is a folder in it: ``group/name-id``.

    Its steps are whole numbers, its values single precision. Where the folder has files already, of a training that is
    resumed or of a process that was killed, rows that are in them are skipped. Where the run went on from a checkpoint,
    readers are told to forget the points from there on.
    """

    takes_non_finite = True
    repeats = False
    steps = WHOLE

    def __init__(self, experiment: "Any", ours: bool) -> None:
        Tracker.__init__(self, experiment, ours)
        self._goes_on = False  # with files or rows that are there
        self._there: Collection[int] = frozenset()  # keys of rows that earlier files have
        self._kept = on_disk.Kept(vars(experiment)["_file_name"]) if "_file_name" in vars(experiment) else None
        self._about: Dict[str, Any] = {}

    @classmethod
    def open(cls, target: str, header: "Dict[str, Any]") -> "Tracker":
        """There is no such thing as an id, so it goes into the folder's name."""
        above = os.path.abspath(target or "runs")
        name, run = _file_name(header["name"]), simple_id(header.get("resumes") or header["run"])
        folder = _folder_of_run(os.path.join(above, _file_name(header["group"])), name, run)
        before = event_files.paths(folder)
        there = event_files.rows_there(folder)
        tracker = cls(_writer_behind(before, folder), ours=True)
        tracker._goes_on, tracker._there = bool(before), there
        if header["tags"]:
            tracker._about["tags"] = ", ".join(header["tags"])
        tracker.location = "%s; to look at it: tensorboard --logdir %s" % (folder, shlex.quote(above))
        return tracker

    def write_config(self, config: "Dict[str, Any]") -> None:
        """A table in the text dashboard."""
        self._about.update(config_entries.flatten(config))
        self.guarded("config", self._write_about)

    def _write_about(self) -> None:
        from tensorboard.compat.proto.summary_pb2 import (Summary,
                                                          SummaryMetadata)
        from tensorboard.compat.proto.tensor_pb2 import TensorProto
        rows = ["| %s | %s |" % (name, re.sub(r"\s+", " ", str(value)).replace("|", "\\|"))
                for name, value in self._about.items()]
        text = "\n".join(["| name | value |", "|---|---|"] + rows).encode("utf-8", "replace")
        self._add(time.time(), 0, Summary(value=[Summary.Value(
            tag="config", metadata=SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="text")),
            tensor=TensorProto(dtype="DT_STRING", string_val=[text], tensor_shape={"dim": [{"size": 1}]}))]))

    def write_rows(self, rows: "List[Row]") -> None:
        """An event a row."""
        rows = [row for row in rows if not self._is_there(row)]
        self.one_by_one(rows, self._log)

    def _is_there(self, row: "Row") -> bool:
        return bool(self._there) and event_files.key(int(row.step), row.time, row.values) in self._there

    def _supersede(self, row: "Row") -> None:
        from tensorboard.compat.proto.event_pb2 import SessionLog
        self._add(row.time, whole(row.step), session_log=SessionLog(status=SessionLog.START))
        if self._about:  # which is at step 0, so it may be forgotten, too
            self._write_about()

    def _log(self, rows: "List[Row]") -> None:
        from tensorboard.compat.proto.summary_pb2 import Summary
        for row in [row for row in rows if not self._is_there(row)]:
            if row.supersedes and self._goes_on and self.clocks == 1:  # a step of one clock would hide points of others
                self._supersede(row)
            self._add(row.time, whole(row.step), Summary(value=[
                Summary.Value(tag=name, simple_value=float(value)) for name, value in row.values.items()]))
            self._goes_on = True

    def _add(self, at: float, step: int, summary: "Any" = None, session_log: "Any" = None) -> None:
        from tensorboard.compat.proto.event_pb2 import Event
        event = Event(wall_time=at, step=step, summary=summary, session_log=session_log)
        self._reaching(self.experiment.add_event, event)

    def flush(self) -> None:
        """To its file."""
        self._reaching(self.experiment.flush)

    def _reaching(self, call: "Callable[..., object]", *arguments: "Any") -> None:
        try:
            call(*arguments)
        except Exception as error:  # its thread has ended with that, and takes nothing more
            raise ClientClosed(messages.short(error))

    def confirmed(self) -> bool:
        """What was flushed is on the disk, unless the file was deleted."""
        if self._kept and not self._kept.is_there():
            raise ClientClosed("its file was deleted or replaced")
        return True

    def close(self, seconds: "Optional[float]") -> None:
        """Close its file."""
        self.end(self.experiment.close, seconds)


def _folder_of_run(above: str, name: str, run: str) -> str:
    """The run's folder; where versions that named no seed have made it, that one."""
    before = os.path.join(above, "%s-%s" % (re.sub(r"-seed-+\d+$", "", name), run))
    return before if os.path.isdir(before) else os.path.join(above, "%s-%s" % (name, run))


def _writer_behind(before: "List[str]", folder: str) -> "Any":
    """A writer of a file that readers take after all these: in the order of their names, which begin with a second; the
    clock may stand before that of the last one."""
    from tensorboard.summary.writer import event_file_writer
    seconds = [int(found) for path in before for found in re.findall(r"tfevents\.(\d+)", os.path.basename(path))]
    with _naming:
        event_file_writer.time = _NotBefore(max(seconds) + 1 if seconds else 0)
        try:
            return event_file_writer.EventFileWriter(folder)
        finally:
            event_file_writer.time = time


class _NotBefore:
    """The module `time`, for as long as a file is named."""

    def __init__(self, earliest: float) -> None:
        self._earliest = earliest

    def time(self) -> float:
        """Now, or the earliest time that may be."""
        return max(time.time(), self._earliest)


def _file_name(text: str) -> str:
    return re.sub(r"[^\w.-]+", "-", text)[:100].strip(".-") or "run"
