"""Which way a run's journal goes: a spec to the child process, a live object or a callable to a thread."""
import os
import shlex

from .. import ending, installed, messages
from ..experiment import clients, experiments, prerequisites, specs
from ..journal import reading
from ..system import interpreters
from ..system.process_lock import ProcessLock
from .cursor import Cursor

_lock = ProcessLock()
_child = None


def start(experiment, path):
    """Forward the journal at ``path`` to ``experiment``, beside the training."""
    if isinstance(experiment, str) and experiment == specs.JOURNAL:
        messages.say("journal %s" % path)
        return
    if isinstance(experiment, str):
        if prerequisites.unmet(experiment):
            messages.say("journal %s" % path)
            ending.wait_for(_Kept(path, experiment))
            return
        messages.say("journal %s, sent on to %s" % (path, experiment))
        _child_of_this_process().announce(path, experiment)
    elif clients.of_live(experiment) is clients.NOTHING:
        messages.say("the offline object of the first client generation stores nothing; journal %s" % path)
    else:
        from .live_thread import LiveForwarder
        messages.say("journal %s, sent on to %s" % (path, experiments.short_text(experiment)))
        ending.wait_for(LiveForwarder(path, experiment))


class _Kept:
    """Stands for a forwarder where nothing can send; `connect` has said so."""

    def __init__(self, path, spec):
        self._path, self._spec = path, spec

    def finish(self):
        """Nothing is under way."""

    def join(self, seconds):
        """Nothing is waited for."""
        return True

    def abandon(self, is_hurried=None):
        """Nothing is left running."""

    def left_over(self):
        """One line with the command that sends the rows, once the client is there."""
        return left_over(self._path, self._spec)


def left_over(path, spec, position=None):
    """What to tell of rows that a target does not have, with the command that sends them; None where it has all."""
    position = position or Cursor(path, spec)
    rows = reading.rows_after(path, position.offset) + len(position.open)
    if not rows:
        return None
    verb, them = ("is", "it") if rows == 1 else ("are", "them")
    return "%s of %s %s not sent; send %s with: %s" % (
        messages.count(rows, "row"), path, verb, them, command(path, spec))


def command(path, spec):
    """The shell command that sends a journal, with the interpreter and the package at hand."""
    program = [interpreters.for_command(), installed.FOLDER]
    if not installed.can_be_run():
        program = ["python3", "scripts/replay.py"]  # where neptune-rl-logging is
    return " ".join(map(shlex.quote, program + [path, "--to", spec]))


def _child_of_this_process():
    global _child
    with _lock.held():  # else two loggers that begin at once start two
        if _child is None or _child.parent != os.getpid() or not _child.is_alive():
            from .child_process import ChildProcess
            _child = ChildProcess()
            ending.wait_for(_child)
        return _child
