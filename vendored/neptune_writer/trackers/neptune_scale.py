"""The third generation of Neptune's client, ``neptune-scale``."""
import atexit
import importlib.machinery
import os
import shlex
import shutil
import sys

from .. import messages
from ..experiment import experiments, specs
from . import mended_names, metric_names
from .base import RISING, ClientClosed, Tracker, date, wait_while_falling

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Optional

    from .series import Row

_LONGEST_NAME = 1024  # bytes; the client leaves longer ones out, with a word in its own log only
_DIGITS = 16  # of a hash
_OTHER_WORDS = {"debug": "disabled", "sync": "async"}


class ScaleRun(Tracker):
    """TARGET: ``offline``, ``async``, ``debug``, ``workspace/project``, or nothing: what NEPTUNE_MODE says, else async.

    The client wants a project, NEPTUNE_PROJECT or the target; offline and debug do without.
    """

    ends = ("close",)
    takes_non_finite = True
    steps = RISING
    refuses = ("builtins.TypeError", "builtins.ValueError") + tuple("neptune_scale.Neptune%s" % name for name in (
        "AttributePathExceedsSizeLimit", "AttributePathEmpty", "AttributePathInvalid", "AttributePathNonWritable",
        "AttributeTypeUnsupported", "AttributeTypeMismatch", "SeriesStepNonIncreasing", "SeriesStepTooLarge",
        "SeriesStepNotAfterForkPoint", "SeriesTimestampDecreasing", "StringValueExceedsSizeLimit",
        "StringSetExceedsSizeLimit", "FloatValueNanInfUnsupported"))

    def __init__(self, experiment: "Any", ours: bool) -> None:
        Tracker.__init__(self, experiment, ours)
        own = vars(experiment)
        self._repository, self._process = own.get("_operations_repo"), own.get("_sync_process")
        self._closed_with_all: Optional[bool] = None
        if not ours and own.get("_exit_func"):  # it waits for a server for ever, and goes past `close`
            atexit.unregister(own["_exit_func"])
            experiment._exit_func = atexit.register(_close_in, os.getpid(), experiment)

    @classmethod
    def open(cls, target: str, header: "Dict[str, Any]") -> "Tracker":
        """Output and source code stay out of it."""
        import neptune_scale
        mode, project = specs.mode_and_project(target, os.environ.get("NEPTUNE_MODE"))
        mode = (mode or os.environ.get("NEPTUNE_MODE") or "async").lower()
        mode = _OTHER_WORDS.get(mode, mode)
        project = project or os.environ.get("NEPTUNE_PROJECT")
        os.environ.setdefault("NEPTUNE_LOG_FAILURE_ACTION", "raise")  # else a full disk drops rows
        _let_no_script_run_twice()
        run = neptune_scale.Run(
            mode=mode, project=project or (None if mode == "async" else "workspace/project"),
            run_id=(header.get("resumes") or header["run"]).replace("/", "-"), experiment_name=header["name"][:180],
            enable_console_log_capture=False, source_tracking_config=None)
        if header["tags"]:
            run.add_tags(header["tags"])
        run.add_tags([header["group"]], group_tags=True)
        tracker = cls(run, ours=True)
        tracker.location = tracker._location_of(mode, project)
        return tracker

    def _location_of(self, mode: str, project: "Optional[str]") -> "Optional[str]":
        if mode == "offline":
            command = "to send it: %s" % self._sync_command() if project else (
                "it cannot be sent: set NEPTUNE_PROJECT before the training")
            return "%s; %s" % (os.path.dirname(self._file()), command)
        try:
            return self.experiment.get_run_url() if mode == "async" else None
        except ValueError:  # a token without one
            return None

    def set_field(self, path: str, value: "Any") -> None:
        """One config entry."""
        self.experiment.log_configs({self._name(path): value})

    def write_rows(self, rows: "List[Row]") -> None:
        """One call a row; the client has committed it to its file when it returns."""
        self.one_by_one(rows, self._log)

    def _log(self, rows: "List[Row]") -> None:
        for row in rows:
            if vars(self.experiment).get("_is_closing"):  # then it does nothing, in silence
                raise ClientClosed("it is closed")
            self.experiment.log_metrics(
                {self._name(name): float(value) for name, value in row.values.items()},
                step=row.step, timestamp=date(row.time))

    def _name(self, name: str) -> str:
        """A name that the client takes: of one that is too long the beginning, with a hash behind it, which is said."""
        path = metric_names.path(name)
        if len(path) <= _LONGEST_NAME // 4 or len(path.encode("utf-8", "replace")) <= _LONGEST_NAME:
            return path
        begin = path.encode("utf-8", "replace")[:_LONGEST_NAME - _DIGITS - 1].decode("utf-8", "ignore")
        found = "%s-%s" % (begin, mended_names.hash_of(path, _DIGITS))
        messages.warn("%s... is sent as %s...%s: Neptune takes no names of more than %d bytes" % (
            name[:40], name[:40], found[-_DIGITS - 1:], _LONGEST_NAME), once=(self.mark, name))
        return found

    def confirmed(self) -> bool:
        """The server has what we opened. A user's own run keeps what it was handed, on the disk."""
        if self._closed_with_all is not None:
            return self._closed_with_all
        if not self.ours or not self._left():
            return True
        if not self._process.is_alive():
            raise ClientClosed("the client gave up sending")
        return False

    def _left(self) -> int:
        """How many operations the server has not confirmed; 0 where there is none."""
        if self._process is None or not os.path.exists(self._file()):  # which goes with the last one
            return 0
        return int(self._repository.get_operation_count())

    def close(self, seconds: "Optional[float]") -> None:
        """Close what we opened. What no server has is sent again from the journal, so the client's copy of it goes."""
        if not self.ours:
            return
        self.experiment.close(timeout=seconds)
        self._end_process()
        if self._process is not None:
            self._closed_with_all = not os.path.exists(self._file())
            shutil.rmtree(os.path.dirname(self._file()), ignore_errors=True)

    def end(self, original: "Callable[..., Any]", seconds: "Optional[float]") -> "Any":
        """Wait as long as the server takes more, then ``seconds``; what it does not have stays with the client."""
        if self._process is None:
            return original()
        wait_while_falling(lambda: self._process.is_alive() and self._left(), seconds)
        if self._left():
            messages.warn("the server does not have all of %s yet; its client keeps the rest. To send it: %s"
                          % (experiments.short_text(self.experiment), self._sync_command()))
            seconds = 0
        original(timeout=seconds)
        self._end_process()

    def _end_process(self) -> None:
        """Python waits for it at exit, a minute and more where no server answers."""
        if self._process is not None and self._process.is_alive():
            self._process.kill()
            self._process.join(1)

    def _file(self) -> str:
        return os.path.join(str(vars(self.experiment)["_storage_directory_path"]), "run_operations.sqlite3")

    def _sync_command(self) -> str:
        """The client's own command, which bears the name of the second generation's."""
        command = shutil.which("neptune", path=os.path.dirname(sys.executable)) or "neptune"
        return " ".join(map(shlex.quote, [command, "sync", self._file()]))


def _close_in(process: int, experiment: "Any") -> None:
    if os.getpid() == process:  # a forked child inherits exit handlers
        experiment.close()


def _let_no_script_run_twice() -> None:
    """The client starts a process, for which Python runs the main script a second time where it has no guard."""
    main = sys.modules["__main__"]
    if getattr(main, "__spec__", None) is None:
        main.__spec__ = importlib.machinery.ModuleSpec("__main__", None)
