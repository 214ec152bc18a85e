"""Weights & Biases."""
import contextlib
import json
import os
import shlex
import threading
import time

from .. import messages
from . import metric_names, transaction_log
from .base import ClientClosed, Tracker, simple_id
from .protobuf import fields

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Optional, Set, Tuple

    from .series import Row

_X = "step"
_RESERVED = (_X, "_timestamp", "_step", "_runtime", "_wandb")
_FLUSH_SECONDS = 0.05  # the client's process writes to its file so often; there is no call that makes it
_STILL_SECONDS = 10.0  # a file that lacks rows and has not grown for so long gets none any more
_CONFIG_SECONDS = 1.0  # a config alone is in it by then: which record is its last, nothing tells
_SENDING_SECONDS = 300.0  # at the end, to a server
_QUIET = dict(x_disable_stats=True, x_disable_meta=True, x_disable_machine_info=True, x_save_requirements=False,
              disable_git=True, disable_code=True, save_code=False, disable_job_creation=True, console="off",
              silent=True, x_transaction_log_flush_interval=_FLUSH_SECONDS)
_opening = threading.Lock()


class Wandb(Tracker):
    """TARGET: ``offline``, ``online``, ``project``, ``entity/project``, or nothing: WANDB_MODE, WANDB_PROJECT and
    the others are respected. Metrics called ``step`` and the like get an underscore more.

    What counts is what stands in the file that its process writes, read back. Rows that an earlier file of this run
    has, of a process that was killed, are skipped.
    """

    takes_non_finite = True
    repeats = False

    def __init__(self, experiment: "Any", ours: bool) -> None:
        Tracker.__init__(self, experiment, ours)
        disabled = experiment.settings.mode == "disabled"
        self._folder: Optional[str] = None if disabled else experiment.settings.sync_dir
        self._file: Optional[str] = None if disabled else experiment.settings.sync_file
        self._log = transaction_log.TransactionLog(self._file) if self._file else None
        self._told, self._found = 0, 0  # rows
        self._still_since = time.monotonic()  # when the file was seen to grow, or was told something
        self._there, self._earlier = _rows_there(self._folder, self._file)
        self._is_config_open = False

    @classmethod
    def open(cls, target: str, header: "Dict[str, Any]") -> "Tracker":
        """Hardware, output and source code stay out of it; other runs of this process are left alone."""
        import wandb
        mode, project = (target.lower(), "") if target.lower() in ("offline", "online") else (None, target)
        entity, _, project = project.rpartition("/")
        known = wandb.Settings.model_fields
        settings = wandb.Settings(**{name: value for name, value in _QUIET.items() if name in known})
        with _opening:
            run = _init(wandb, dict(
                mode=mode, entity=entity or None, project=project or None, resume="allow", reinit="create_new",
                id=simple_id(header.get("resumes") or header["run"]), name=header["name"][:128],
                group=header["group"][:128], tags=[tag[:64] for tag in header["tags"]], settings=settings))
        run.define_metric("*", step_metric=_X)
        tracker = cls(run, ours=True)
        if tracker._folder:
            tracker.location = "%s; to send it: wandb sync %s" % (tracker._folder, shlex.quote(tracker._folder))
        if run.settings.mode == "online" and run.url:
            tracker.location = "%s, and %s" % (run.url, tracker.location)
        return tracker

    def write_config(self, config: "Dict[str, Any]") -> None:
        """Nested, as it is."""
        self._is_config_open = bool(config)
        for name, value in config.items():
            self.guarded("config/" + name, self._call, self.experiment.config.update, {name: value}, True)

    def write_rows(self, rows: "List[Row]") -> None:
        """One call a row."""
        self.one_by_one(rows, self._write)

    def _write(self, rows: "List[Row]") -> None:
        for row in rows:
            values = {metric_names.unreserved(name, _RESERVED): float(value) for name, value in row.values.items()}
            values.update({_X: row.step, "_timestamp": row.time})
            if _key(values) in self._there:
                self._say_there()
                continue
            self._call(self.experiment.log, values)
            self._told += 1
            self._is_config_open = False  # it is in the file before them

    def _say_there(self) -> None:
        if self.experiment.settings.mode == "online":
            messages.warn("rows that a killed process left in its file are not sent again. To send them: "
                          "wandb sync %s" % " ".join(map(shlex.quote, self._earlier)), once=(self.mark, "there"))

    def _call(self, function: "Callable[..., object]", *arguments: "Any") -> None:
        self._still_since = time.monotonic()
        try:
            function(*arguments)
        except Exception as error:
            if _is_dead(error) or type(error).__name__ == "UsageError":  # it is finished
                raise ClientClosed("the client's process has ended (%s)" % messages.short(error))
            raise

    def confirmed(self) -> bool:
        """Whether all rows stand in the file of the client's process.

        Raises:
            ClientClosed: they never will, as where the disk was full.
        """
        if self._log is None:
            return True
        try:
            grown = False
            for record in self._log.records():
                grown = True
                self._found += _history_in(record) is not None
        except OSError as error:
            raise ClientClosed("its file cannot be read (%s)" % messages.reason(error))
        now = time.monotonic()
        if grown:
            self._still_since = now
        if self._found >= self._told:
            if self._is_config_open and now - self._still_since < _CONFIG_SECONDS:
                return False
            self._is_config_open = False
            return True
        if self._log.is_broken or now - self._still_since >= _STILL_SECONDS:
            raise ClientClosed("%s of %s did not get into its file" % (
                messages.count(self._told - self._found, "row"), self._told))
        return False

    def close(self, seconds: "Optional[float]") -> None:
        """Finish it."""
        self.end(self.experiment.finish, _SENDING_SECONDS if seconds is None else seconds)


def _rows_there(folder: "Optional[str]", own: "Optional[str]") -> "Tuple[Set[int], List[str]]":
    """(keys of all rows of this run in the files of earlier processes, the folders of these files)."""
    found: Set[int] = set()
    folders: List[str] = []
    if folder is None or own is None:
        return found, folders
    above, name = os.path.dirname(folder), os.path.basename(own)
    for entry in os.listdir(above) if os.path.isdir(above) else ():
        path = os.path.join(above, entry, name)
        if path == own or entry == "latest-run" or not os.path.exists(path):
            continue
        with contextlib.suppress(OSError):
            found.update(row for row in map(_row_in, transaction_log.TransactionLog(path).records()) if row is not None)
            folders.append(os.path.dirname(path))
    return found, folders


def _history_in(record: bytes) -> "Optional[bytes]":
    """The row that a record of the file is, as bytes; None where it is something else."""
    try:
        return next((content for number, content in fields(record)
                     if number == transaction_log.HISTORY), None)
    except ValueError:
        return None


def _row_in(record: bytes) -> "Optional[int]":
    """The key of the row that a record of the file is; None where it is none of ours."""
    values: Dict[str, Any] = {}
    try:
        for number, item in fields(_history_in(record) or b""):
            if number == transaction_log.ITEM:
                name, value = _name_and_value(item)
                values[name] = json.loads(value) if name in (_X, "_timestamp") else None
        return _key(values)
    except (KeyError, ValueError, TypeError):
        return None


def _name_and_value(item: bytes) -> "Tuple[str, str]":
    name, value = [], ""
    for number, content in fields(item):
        if number == transaction_log.VALUE_JSON:
            value = content.decode("utf-8")
        elif number in (transaction_log.KEY, transaction_log.NESTED_KEY):
            name.append(content.decode("utf-8"))
    return "/".join(name), value


def _key(values: "Dict[str, Any]") -> int:
    """What tells a row from all others: its step, its time, and the names of its metrics; W&B adds some of its own."""
    return hash((float(values[_X]), float(values["_timestamp"]), frozenset(values) - {"_step", "_runtime"}))


def _init(wandb: "Any", wanted: "Dict[str, Any]") -> "Any":
    try:
        return wandb.init(**wanted)
    except Exception as error:
        if not _is_dead(error):
            raise
    with contextlib.suppress(Exception):  # the process of the run before was killed: have it start another
        wandb.teardown()
    return wandb.init(**wanted)


def _is_dead(error: "Exception") -> bool:
    """Whether the client's own process, which does all its work, is gone."""
    return isinstance(error, ConnectionError) or type(error).__name__ == "MailboxClosedError"
