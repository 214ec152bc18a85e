"""The end of the training process: runs are ended, forwarders get a bounded time, what is left is said."""
import atexit
import os
import time

from . import messages

_writers = []
_forwarders = []
_registered_in = None
_PATIENCE_SECONDS = 2.0  # a wait that a person does not notice; a longer one is announced


def seconds():
    """How long the exit may wait, NEPTUNE_WRITER_EXIT_SECONDS, 10 by default."""
    try:
        return max(0.0, float(os.environ.get("NEPTUNE_WRITER_EXIT_SECONDS", "10")))
    except ValueError:
        return 10.0


def remember(writer):
    """End this writer's run at exit."""
    global _registered_in
    if _registered_in != os.getpid():  # also in a forked child that opens a run of its own
        _registered_in = os.getpid()
        del _writers[:], _forwarders[:]
        atexit.register(_finish, os.getpid())
    _writers.append(writer)


def forget(writer):
    """This writer ended its run."""
    if writer in _writers:
        _writers.remove(writer)


def wait_for(forwarder):
    """Let this forwarder drain at exit.

    It has ``finish()``, ``join(seconds)`` (whether it is done), ``abandon()`` and ``left_over()`` (a text or None).
    """
    _forwarders.append(forwarder)


def _finish(process):
    if os.getpid() != process:
        return  # a forked child, which inherited the registration
    deadline = time.monotonic() + seconds()
    for writer in list(_writers):
        with messages.one_line_on_failure("a run was not ended"):
            writer.close()
    for forwarder in _forwarders:
        with messages.one_line_on_failure("a forwarder was not told to finish"):
            forwarder.finish()
    for forwarder in _forwarders:
        with messages.one_line_on_failure("a forwarder was not waited for"):
            if not forwarder.join(min(_PATIENCE_SECONDS, max(0.0, deadline - time.monotonic()))):
                messages.say("waiting up to %.3g s for rows to be sent" % seconds())
                forwarder.join(max(0.0, deadline - time.monotonic()))
            forwarder.abandon()
            left_over = forwarder.left_over()
            if left_over:
                messages.warn(left_over)
