"""A live experiment, or a callable that makes one, served by a thread: it cannot leave the process.

It stays the user's, a callable's too: we never end it. But when the user or the client does, our backlog goes first,
and the end is bounded where no server answers. Where several runs go to one experiment, each has a namespace in it,
which the header of its journal names.
"""
import functools
import threading
import time

from .. import ending, masking, messages, trackers
from ..experiment import experiments, specs
from ..journal import reading
from ..points.rising import Rising
from ..trackers import config_entries
from . import differences, remaining
from .cursor import Cursor
from .forwarder import Forwarder
from .run_journals import RunJournal
from .stopping import Stopping
from .unsent_points import UnsentPoints

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Optional

    from ..trackers import series
    from ..trackers.base import Tracker

_LOOK_SECONDS = 0.5  # a look for new rows costs the training what it takes: a tenth of a millisecond
_REST = 3  # of its time, a quarter is for sending while the training goes on: 700 rows of 30 metrics a second and more


class LiveForwarder:
    """The thread that sends one journal to one live experiment; the same `Forwarder` as in the child process."""

    def __init__(self, path: str, experiment: "Any") -> None:
        self._path = path
        self._position = _Position(path)
        self._stopping = _Stopping(rest=_REST)
        self._tracker: Optional[Tracker] = None
        if experiments.is_live(experiment):
            self._tracker = self._serve(experiment)
        self._thread = threading.Thread(target=self._run, args=(experiment,), name="neptune-writer", daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """The journal's present end is the end."""
        self._stopping.finish(ending.seconds_left())

    def join(self, seconds: float) -> bool:
        """Wait until all is sent, so many seconds at most; returns whether it is."""
        if self._thread is not threading.current_thread():
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def abandon(self, is_hurried: "Callable[[], bool]") -> None:
        """The thread ends with the process."""

    def remaining(self) -> "Optional[str]":
        """One line on the rows that were not sent, or None."""
        try:
            spec = specs.parse(experiments.of_environment() or "async", specs.MODES)
        except ValueError:
            spec = "async"
        return remaining.message(self._position.journal, spec, self._position)

    def _run(self, experiment: "Any") -> None:
        with messages.one_line_on_failure("rows stay in %s" % self._path):
            tracker = self._tracker
            if tracker is None:
                made = experiment()
                experiments.check_live(made)
                masking.remember_token_of(made)
                tracker = self._tracker = self._serve(made)
            namespace = reading.read_header(self._path).get("namespace")
            target: Any = _Namespace(tracker, namespace) if namespace else tracker
            journal, rising = RunJournal(self._path, self._position, self._stopping), Rising()
            unsent = UnsentPoints([journal], journal.stopping.is_set)
            try:
                Forwarder(journal, unsent, rising).run(target)
            finally:
                differences.say_of_points(journal.path, unsent, rising,
                                          experiments.short_text(tracker.experiment))

    def _serve(self, experiment: "Any") -> "Tracker":
        tracker = trackers.of_live(experiment)
        experiment = tracker.experiment  # what does the work, where a client wraps it
        with messages.one_line_on_failure("%s: ending it will not wait for unsent rows"
                                          % experiments.short_text(experiment)):
            for name in tracker.ends:
                if any(name in vars(cls) for cls in type(experiment).__mro__):
                    end = getattr(experiment, name)
                    if hasattr(end, "drained"):
                        end.drained.append(self)  # another run of ours waits for the end of it already
                    else:
                        setattr(experiment, name, self._after_draining(tracker, end))
        return tracker

    def _after_draining(self, tracker: "Tracker", end: "Callable[..., Any]") -> "Callable[..., Any]":
        """Leaving a ``with`` and the client's own exit handler call `stop` or `close`, too: this is enough."""
        def end_after_draining(*args: "Any", **kwargs: "Any") -> "Any":
            deadline = time.monotonic() + ending.seconds_left()
            ending.flush_kept()
            for forwarder in drained:
                forwarder.finish()
            for forwarder in drained:
                forwarder.join(max(0.0, deadline - time.monotonic()))
            if args or {"seconds", "timeout"} & set(kwargs):  # a bound of the user's own
                return end(*args, **kwargs)
            left = max(0.0, deadline - time.monotonic())
            return tracker.end(functools.partial(end, **kwargs), left)  # minfx gives a reason

        drained = [self]
        setattr(end_after_draining, "drained", drained)
        return end_after_draining


class _Stopping(Stopping):
    """Whose forwarder looks less often than one that has a process for itself."""

    def wait(self, seconds: float) -> None:
        """See `Stopping`."""
        super().wait(max(seconds, _LOOK_SECONDS))


class _Namespace:
    """A tracker that several runs share: what one of them writes stands under its name."""

    def __init__(self, tracker: "Tracker", name: str) -> None:
        self._tracker = tracker
        self._name = name

    def __getattr__(self, name: str) -> "Any":
        return getattr(self._tracker, name)

    def write_config(self, config: "Dict[str, Any]") -> None:
        """Record them under ``NAME/config``."""
        for path, value in config_entries.flatten(config, self._name + "/config"):
            self._tracker.guarded(path, self._tracker.set_field, path, value)

    def write_rows(self, rows: "List[series.Row]") -> None:
        """Record them under ``NAME``."""
        self._tracker.write_rows([row._replace(values={"%s/%s" % (self._name, name): value
                                                       for name, value in row.values.items()}) for row in rows])


class _Position(Cursor):
    """A cursor that ends with the process, as the experiment does: nothing is read or saved."""

    def __init__(self, journal: str) -> None:
        self._reset()
        self.journal = journal

    def move_to(self, journal: str) -> None:
        """See `Cursor`."""
        self.journal = journal

    def save(self) -> None:
        """See `Cursor`."""
