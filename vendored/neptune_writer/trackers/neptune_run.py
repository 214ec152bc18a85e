"""The second generation, ``neptune.new`` 0.9 to 0.16 and ``neptune`` 1.x, and minfx, which is made of it."""
import contextlib
import importlib
import inspect
import os
import shlex
import shutil
import sys

from .. import messages
from ..experiment import experiments, specs
from . import metric_names, series
from .base import RISING, ClientClosed, Refused, Tracker, wait_while_falling

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

    from .series import Points, Row


_RESERVED = ("group", "sys")  # fields that we, and Neptune, fill: no series may have their names, or lie below them


class NeptuneRun(Tracker):
    """TARGET: a mode, ``workspace/project``, or nothing. Metrics called ``group`` or ``sys/...`` get an underscore
    more."""

    client = "neptune"
    steps = RISING
    refuses = ("builtins.TypeError", "builtins.ValueError") + tuple("%s.%s" % (package, name) for name in (
        "MetadataInconsistency", "TypeDoesNotSupportAttributeException", "NeptuneProtectedPathException",
        "NeptuneUserApiInputException", "NeptuneUnsupportedType") for package in ("neptune", "minfx"))
    _ended = False
    openers: "Tuple[Tuple[str, str], ...]" = (
        ("neptune", "init_run"), ("neptune.new", "init_run"), ("neptune.new", "init"))

    @classmethod
    def serves(cls) -> bool:
        """Version 0.4 has nothing of the second generation."""
        return cls._opener() is not None

    @classmethod
    def _opener(cls) -> "Optional[Callable[..., Any]]":
        for module, name in cls.openers:
            try:
                opener: Callable[..., Any] = getattr(importlib.import_module(module), name)
                return opener
            except (ImportError, AttributeError):
                continue
        return None

    @classmethod
    def open(cls, target: str, header: "Dict[str, Any]") -> "Tracker":
        """Hardware, output and source code stay out of it: the run holds what the training logged."""
        mode, project = specs.mode_and_project(target, os.environ.get("NEPTUNE_MODE") or "async")
        wanted = {
            "mode": mode,
            "project": project,
            "custom_run_id": header.get("resumes") or header["run"],
            "name": header["name"],
            "tags": header["tags"],
            "source_files": [],
            "git_ref": False,
            "capture_stdout": False,
            "capture_stderr": False,
            "capture_hardware_metrics": False,
            "capture_traceback": False,
            "fail_on_exception": False,
        }
        _bound_requests()
        opener = cls._opener()
        assert opener is not None  # see `serves`
        known = inspect.signature(opener).parameters
        run = opener(**{name: value for name, value in wanted.items() if name in known and value is not None})
        run["group"] = header["group"]
        tracker = cls(run, ours=True)
        tracker.location = tracker._location_of(mode)
        return tracker

    def _location_of(self, mode: "Optional[str]") -> "Optional[str]":
        if mode == "offline":
            return "%s; to send it: %s --project WORKSPACE/PROJECT" % (
                os.path.join(os.getcwd(), ".neptune"), _sync_command(self.client))
        if mode != "debug":
            with messages.one_line_on_failure("the run's address"):
                return self.experiment.get_url() if hasattr(type(self.experiment), "get_url") else None
        return None

    def set_field(self, path: str, value: "Any") -> None:
        """Assign one field."""
        with self._telling_namespaces(path):
            self.experiment[path] = value

    def write_rows(self, rows: "List[Row]") -> None:
        """A call a metric, with all its points of the batch."""
        self.in_turn(series.columns(rows).items(), lambda column: self.guarded(column[0], self._append, *column))

    def _append(self, name: str, points: "Points") -> None:
        path = metric_names.path(name)
        if self.ours:
            path = metric_names.below_unreserved(path, _RESERVED)
        with self._telling_namespaces(path):
            field = self.experiment[path]
            if hasattr(type(field), "extend"):
                field.extend(points.values, steps=points.steps, timestamps=points.times)
            else:
                for value, step, at in zip(*points):
                    field.log(value, step=step, timestamp=at)

    @contextlib.contextmanager
    def _telling_namespaces(self, path: str) -> "Iterator[None]":
        """The client has no exception of its own for a name that is a namespace of others: it raises AttributeError."""
        try:
            yield
        except AttributeError:
            if self._is_namespace(path):
                raise Refused("other names begin with %s/" % path)
            raise

    def _is_namespace(self, path: str) -> bool:
        try:
            found = self.experiment.get_structure()
            for part in path.split("/"):
                found = found[part]
            return isinstance(found, dict)
        except Exception:
            return False

    def flush(self) -> None:
        """To the client's own files; and its thread that sends, which looks every five seconds, is woken."""
        self.experiment.wait(disk_only=True)
        for queue in _queues(self.experiment):
            queue._consumer.wake_up()

    def confirmed(self) -> bool:
        """What we opened is confirmed by the server. A user's own run keeps what it was handed, on the disk."""
        if not self.ours:
            return True
        behind = [queue for queue in _queues(self.experiment) if _open_operations(queue)]
        if any(not queue._consumer.is_running() for queue in behind):
            raise ClientClosed("the client gave up sending")
        return not behind

    def close(self, seconds: "Optional[float]") -> None:
        """Stop what we opened. What no server has is sent again from the journal, so the client's copy of it goes."""
        if not self.ours:
            return
        left = [queue for queue in _queues(self.experiment) if _open_operations(queue)]
        self.experiment.stop(seconds=0 if left else seconds)  # it was waited for already
        for queue in left:
            shutil.rmtree(_folder(queue), ignore_errors=True)

    def end(self, original: "Callable[..., Any]", seconds: "Optional[float]") -> "Any":
        """Wait as long as the server takes more, then ``seconds``; what it does not have stays with the client."""
        if self._ended:
            return original()
        self._ended = True
        with messages.one_line_on_failure("%s was not flushed" % experiments.short_text(self.experiment)):
            self.flush()
        if wait_while_falling(lambda: sum(map(_open_operations, _queues(self.experiment))), seconds):
            messages.warn("the server does not have all of %s yet; its client keeps the rest. To send it: %s"
                          % (experiments.short_text(self.experiment), _sync_command(self.client)))
            return original(seconds=0)
        return original(seconds=seconds)


class MinfxRun(NeptuneRun):
    """TARGET: as of `NeptuneRun`."""

    client = "minfx"
    openers = (("minfx", "init_run"),)
    takes_non_finite = True


def _queues(run: "Any") -> "List[Any]":
    """What the client keeps between a call and its server, with counts of operations put and confirmed. Empty where
    there is no server (offline, debug), no queue (sync), or a client that we do not know."""
    processor = getattr(run, "__dict__", {}).get("_op_processor")
    several = getattr(processor, "__dict__", {}).get("_processors") or [processor]
    return [queue for queue in several if hasattr(queue, "_consumed_version") and hasattr(queue, "_consumer")]


def _open_operations(queue: "Any") -> int:
    """How many the server has not confirmed."""
    return int(queue._last_version - queue._consumed_version)


def _folder(queue: "Any") -> str:
    """Where the client keeps what it was told, until its server has it; 0.9 has it elsewhere."""
    storage = vars(queue).get("_operation_storage")
    return str(queue._queue._dir_path if storage is None else storage.data_path)


def _bound_requests() -> None:
    """Without a bound of their own some requests wait for ever for a server that hangs. In a process of ours only."""
    try:
        from requests.adapters import HTTPAdapter  # which every version of these clients sends with
    except ImportError:
        return
    if not hasattr(HTTPAdapter.send, "unbounded"):
        def send(self: "Any", request: "Any", stream: bool = False, timeout: "Any" = None, *args: "Any",
                 **kwargs: "Any") -> "Any":
            return unbounded(self, request, stream, timeout or seconds, *args, **kwargs)

        seconds = float(os.environ.get("NEPTUNE_REQUEST_TIMEOUT") or 30)
        unbounded = HTTPAdapter.send
        setattr(send, "unbounded", unbounded)
        setattr(HTTPAdapter, "send", send)


def _sync_command(client: str) -> str:
    """The client's own command that sends what it keeps in this directory."""
    command = shutil.which(client, path=os.path.dirname(sys.executable)) or client
    return " ".join(map(shlex.quote, [command, "sync", "--path", os.getcwd()]))
