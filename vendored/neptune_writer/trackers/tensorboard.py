"""TensorBoard's event files."""
import os
import re
import shlex
import time

from .. import config as configs
from .. import messages
from .base import Gone, Tracker, simple_id, whole


class TensorBoard(Tracker):
    """TARGET: a folder, ``runs`` where there is none. A run is a folder in it: ``group/name-id``.

    Its steps are whole numbers, its values single precision. Where the folder has files already, of a training that is
    resumed or of a process that was killed, readers are told to forget their points from our first step on.
    """

    takes_non_finite = True
    repeats = False

    def __init__(self, experiment, ours):
        Tracker.__init__(self, experiment, ours)
        self._goes_on = False
        self._about = {}

    @classmethod
    def open(cls, target, header):
        """There is no such thing as an id, so it goes into the folder's name."""
        from tensorboard.summary.writer.event_file_writer import EventFileWriter
        above = os.path.abspath(target or "runs")
        name, run = _file_name(header["name"]), simple_id(header.get("resumes") or header["run"])
        folder = os.path.join(above, _file_name(header["group"]), "%s-%s" % (name, run))
        before = _seconds_of_files(folder)
        if before:
            left = max(before) + 1 - time.time()
            time.sleep(min(2.0, max(0.0, left)))  # readers take files in the order of their names
        tracker = cls(EventFileWriter(folder), ours=True)
        tracker._goes_on = bool(before)
        if header["tags"]:
            tracker._about["tags"] = ", ".join(header["tags"])
        tracker.place = "%s; to look at it: tensorboard --logdir %s" % (folder, shlex.quote(above))
        return tracker

    def write_config(self, config):
        """A table in the text dashboard."""
        self._about.update(configs.flatten(config))
        self.guarded("config", self._write_about)

    def _write_about(self):
        from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
        from tensorboard.compat.proto.tensor_pb2 import TensorProto
        rows = ["| %s | %s |" % (name, re.sub(r"\s+", " ", str(value)).replace("|", "\\|"))
                for name, value in self._about.items()]
        text = "\n".join(["| name | value |", "|---|---|"] + rows).encode("utf-8", "replace")
        self._add(time.time(), 0, Summary(value=[Summary.Value(
            tag="config", metadata=SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="text")),
            tensor=TensorProto(dtype="DT_STRING", string_val=[text], tensor_shape={"dim": [{"size": 1}]}))]))

    def write_rows(self, rows):
        """An event a row."""
        if self._goes_on and not any(row.stream for row in rows):  # a step of one x axis would hide points of others
            self._supersede(rows[0])
        self.one_by_one(rows, self._log)

    def _supersede(self, row):
        from tensorboard.compat.proto.event_pb2 import SessionLog
        self._add(row.time, whole(row.step), session_log=SessionLog(status=SessionLog.START))
        self._goes_on = False
        if self._about:  # which is at step 0, so it may be forgotten, too
            self._write_about()

    def _log(self, rows):
        from tensorboard.compat.proto.summary_pb2 import Summary
        for row in rows:
            self._add(row.time, whole(row.step), Summary(value=[
                Summary.Value(tag=name, simple_value=float(value)) for name, value in row.values.items()]))

    def _add(self, at, step, summary=None, session_log=None):
        from tensorboard.compat.proto.event_pb2 import Event
        event = Event(wall_time=at, step=step, summary=summary, session_log=session_log)
        self._reaching(self.experiment.add_event, event)

    def flush(self):
        """To its file."""
        self._reaching(self.experiment.flush)

    def _reaching(self, call, *arguments):
        try:
            call(*arguments)
        except Exception as error:  # its thread has ended with that, and takes nothing more
            raise Gone(messages.short(error))

    def close(self, seconds):
        """Close its file."""
        self.end(self.experiment.close, seconds)


def _seconds_of_files(folder):
    names = os.listdir(folder) if os.path.isdir(folder) else ()
    return [int(seconds) for name in names for seconds in re.findall(r"tfevents\.(\d+)", name)]


def _file_name(text):
    return re.sub(r"[^\w.-]+", "-", text)[:100].strip(".-") or "run"
