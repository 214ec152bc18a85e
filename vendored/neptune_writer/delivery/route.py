"""Which way a run's journal goes: a spec to the child process, a live object or a callable to a thread."""
import os
import shlex

from .. import ending, messages
from ..experiment import clients, experiments, prerequisites, specs
from ..system.process_lock import ProcessLock
from . import remaining

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

    from .child_process import ChildProcess

_lock = ProcessLock()
_child: "Optional[ChildProcess]" = None
_told = 0  # the process that has said how to look at runs


def start(experiment: "Any", path: str, about: str = "", hint: str = "") -> None:
    """Send the journal at ``path`` to ``experiment``, in the background; the line that says so has ``about`` behind the
    path, and ends with ``hint``."""
    if isinstance(experiment, str) and experiment == specs.JOURNAL:
        messages.say("journal %s%s%s%s" % (path, about, _how_to_see(path), hint))
        return
    if isinstance(experiment, str):
        if prerequisites.unmet(experiment):
            messages.say("journal %s%s%s" % (path, about, hint))
            ending.wait_for(_Unsent(path, experiment))
            return
        messages.say("journal %s%s, sent on to %s%s" % (path, about, experiment, hint))
        _child_of_this_process().announce(path, experiment)
    elif clients.of_live(experiment) is clients.NOTHING:
        messages.say("the offline object of the first client generation stores nothing; journal %s%s%s" % (
            path, about, hint))
    else:
        from .live_thread import LiveForwarder
        messages.say("journal %s%s, sent on to %s%s" % (path, about, experiments.short_text(experiment), hint))
        ending.wait_for(LiveForwarder(path, experiment))


def _how_to_see(path: str) -> str:
    """What follows the first journal's path in a process: the command that draws it and those beside it."""
    global _told
    if _told == os.getpid():
        return ""
    _told = os.getpid()
    return "; to look at it: neptune-rl-logging report %s" % shlex.quote(os.path.dirname(path))


class _Unsent:
    """Stands for a forwarder where nothing can send; `connect` has said why."""

    def __init__(self, path: str, spec: str) -> None:
        self._path, self._spec = path, spec

    def finish(self) -> None:
        """Nothing is under way."""

    def join(self, seconds: float) -> bool:
        """Nothing is waited for."""
        return True

    def abandon(self, is_hurried: "Callable[[], bool]") -> None:
        """Nothing is left running."""

    def remaining(self) -> "Optional[str]":
        """One line with the command that sends the rows, once the client is installed."""
        return remaining.message(self._path, self._spec)


def _child_of_this_process() -> "ChildProcess":
    global _child
    with _lock.held():  # else two loggers that begin at the same time start two
        if _child is None or _child.parent != os.getpid() or not _child.is_alive():
            from .child_process import ChildProcess
            _child = ChildProcess()
            ending.wait_for(_child)
        return _child
