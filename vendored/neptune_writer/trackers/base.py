"""What every tracker is to the forwarder: `write_config`, `write_rows`, `flush`, `confirmed` and `close`."""
import collections
import datetime
import hashlib
import math
import re
import threading
import time

from .. import messages
from ..experiment import clients, experiments
from . import config_entries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Deque, Dict, Iterable, List, Optional, Set, Tuple

    from .series import Row

ANY, WHOLE, RISING, UNIQUE = "any", "whole", "rising", "unique"
"""Which steps a tracker takes: any; cut off to whole numbers; those of a metric rising; no two of a metric alike.
Measured, see ``vendored/README.md``."""
_OF_NO_CLIENT = ("Connection", "Timeout", "Unavailable", "ServerError", "BadGateway", "TooManyRequests", "Locked",
                 "OperationalError", "UnableToLog", "Unauthorized", "Forbidden", "SSLError", "LimitReached")
"""Parts of the names of exceptions that mean "not reached", of objects that belong to no client we know."""
_KNOWN = frozenset(module for client in clients.TABLE for module in client.modules)


class ClientClosed(Exception):
    """The client has stopped for good: what was not confirmed must be sent through a new one."""


class Refused(Exception):
    """This tracker cannot hold a value; the message says why. Only that value is left out."""


class Tracker:
    """One run in one tracker.

    Attributes:
        experiment: the client's object.
        ours: whether we opened it and therefore end it.
        location: where a person finds the run, a text; None where the client does not say.
        ends: names of the methods of ``experiment`` that end it.
        takes_non_finite: whether NaN and infinities are handed over; otherwise they stay in the journal.
        refuses: ``package.Type`` of every exception by which the client says that it refuses a value, as read in its
            source. Whatever else it raises means that it was not reached: the same rows come again.
        repeats: whether a point that is sent twice stands in it twice.
        steps: which it takes, `ANY`, `WHOLE`, `RISING` or `UNIQUE`.
        clocks: how many things the run's steps are counted by, as far as is known.
    """

    location: "Optional[str]" = None
    ends: "Tuple[str, ...]" = ("stop", "close")
    takes_non_finite = False
    refuses: "Tuple[str, ...]" = ()
    repeats = True
    steps = ANY
    clocks = 1

    def __init__(self, experiment: "Any", ours: bool) -> None:
        self.experiment = experiment
        self.ours = ours
        self.mark = object()  # key of messages that are said once for this run; an id would come again
        # rows of the batch at hand, still to be written, where it is one by one
        self._waiting: Deque[Any] = collections.deque()
        self._written: Set[str] = set()  # what was written of a row that goes metric by metric

    @classmethod
    def serves(cls) -> bool:
        """Whether the client's installed version, which was imported just now, is one that this class is for."""
        return True

    @classmethod
    def open(cls, target: str, header: "Dict[str, Any]") -> "Tracker":
        """Open a run of ours.

        Args:
            target: the spec without its scheme; empty for the client's own default.
            header: the journal's: ``resumes`` or else ``run`` is the run's id, then ``name``, ``group``, ``tags``.

        Raises:
            Exception: whatever the client raises; it is tried again later.
        """
        raise NotImplementedError

    def write_config(self, config: "Dict[str, Any]") -> None:
        """Record the hyper-parameters, a nested plain dict, under ``config/``."""
        for path, value in config_entries.flatten(config):
            self.guarded(path, self.set_field, path, value)

    def set_field(self, path: str, value: "Any") -> None:
        """Record one hyper-parameter: a number, bool or text."""
        raise NotImplementedError

    def write_rows(self, rows: "List[Row]") -> None:
        """Record rows of metrics, `series.Row`, in order; a metric that the client refuses is named and skipped.

        Raises:
            Exception: the tracker was not reached; the very same rows come again.
            ClientClosed: it never will be through this object.
        """
        raise NotImplementedError

    def flush(self) -> None:
        """Return once what was written survives this process."""

    def confirmed(self) -> bool:
        """Whether the tracker has all that was written. Raises `ClientClosed` where it never will."""
        return True

    def close(self, seconds: "Optional[float]") -> None:
        """End what we opened, waiting so many seconds at most; None for as long as it takes."""

    def end(self, original: "Callable[..., Any]", seconds: "Optional[float]") -> "Any":
        """Call ``original``, by which a user or the exit of the client ends a run that is not ours, but wait for it
        ``seconds`` at most."""
        failed = []

        def run() -> None:
            try:
                original()
            except BaseException as error:
                failed.append(error)

        thread = threading.Thread(target=run, name="neptune-writer-end", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # Python 3.12 starts none once its exit has begun
            return original()
        thread.join(seconds)
        if thread.is_alive():
            messages.warn("%s is still ending; not waiting for it" % experiments.short_text(self.experiment))
        elif failed:
            raise failed[0]

    def guarded(self, name: str, call: "Callable[..., object]", *arguments: "Any") -> None:
        """``call(*arguments)``; a refusal becomes one message for each name, any other exception is raised."""
        try:
            call(*arguments)
        except Exception as error:
            if not self.is_refusal(error):
                raise
            self.leave_out(name, error)

    def leave_out(self, name: str, error: "Exception") -> None:
        """Say, once for each name, that it is not tracked, and why."""
        why = str(error) if isinstance(error, Refused) else messages.short(error)
        messages.warn("%s is not tracked: %s" % (name, why), once=(self.mark, name))

    def is_refusal(self, error: "Exception") -> bool:
        """Whether an exception of the client's means that it refuses a value, rather than that it was not reached."""
        if isinstance(error, Refused):
            return True
        types = type(error).__mro__
        if isinstance(error, (OSError, ClientClosed)) or any(cls.__name__ == "JSONDecodeError" for cls in types):
            return False  # some are a ValueError, too: the answer of a proxy, a file that is closed
        if not self.ours and type(self.experiment).__module__.split(".")[0] not in _KNOWN:
            return not any(part in cls.__name__ for cls in types for part in _OF_NO_CLIENT)
        named = ("builtins.UnicodeEncodeError",) + self.refuses
        return any("%s.%s" % (cls.__module__.split(".")[0], cls.__name__) in named for cls in types)

    def row_by_row(self, rows: "List[Row]", write: "Callable[[List[Row]], object]") -> None:
        """``write(rows)``; where something in them is refused, metric by metric, so that only that is lost."""
        try:
            write(rows)
        except Exception as error:
            if not self.is_refusal(error):
                raise
            for row in rows:
                for name, value in row.values.items():
                    part = row._replace(values={name: value}, key="%s/%s" % (row.key, name))
                    if part.key not in self._written:  # by the attempt before, in which a later one was not reached
                        self.guarded(name, write, [part])
                        self._written.add(part.key)
            self._written.clear()

    def one_by_one(self, rows: "List[Row]", write: "Callable[[List[Row]], object]") -> None:
        """``write([row])`` for each, `in_turn`."""
        self.in_turn(rows, lambda row: self.row_by_row([row], write))

    def in_turn(self, parts: "Iterable[Any]", write: "Callable[[Any], object]") -> None:
        """``write(part)`` for each part of a batch. After a failure it goes on where it was: the same come again."""
        if not self._waiting:
            self._waiting.extend(parts)
        while self._waiting:
            write(self._waiting[0])
            self._waiting.popleft()


class Nothing(Tracker):
    """For the first generation's offline object, which stores nothing; the run is in its journal."""

    def write_config(self, config: "Dict[str, Any]") -> None:
        """Do nothing."""

    def write_rows(self, rows: "List[Row]") -> None:
        """Do nothing."""


def whole(step: float) -> int:
    """A step as a whole number of 64 bits; raises `Refused` where it is none."""
    if not -2 ** 63 <= step < 2 ** 63:
        raise Refused("its step %s does not fit in 64 bits" % step)
    return int(step)


def date(seconds: float) -> "datetime.datetime":
    """Unix seconds as a date; raises `Refused` beyond the year 9999."""
    try:
        return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    except (ValueError, OverflowError, OSError):
        raise Refused("its time %s is no Unix time" % seconds)


def simple_id(run: str) -> str:
    """A run's id in letters, digits, ``-`` and ``_``, for clients that take no others; different ids stay different."""
    simple = re.sub(r"[^A-Za-z0-9_-]+", "-", run)[:100].strip("-_") or "run"
    return run if simple == run else "%s-%s" % (simple, hashlib.sha1(run.encode("utf-8", "replace")).hexdigest()[:8])


def wait_while_falling(count: "Callable[[], int]", seconds: "Optional[float]") -> int:
    """Wait until ``count()`` is 0, or has not fallen for so many seconds (None: for ever); its last value."""
    last, since = math.inf, time.monotonic()
    while True:
        now = count()
        if now < last:
            since = time.monotonic()
        last = now
        if not now or seconds is not None and time.monotonic() - since >= seconds:
            return now
        time.sleep(0.05)
