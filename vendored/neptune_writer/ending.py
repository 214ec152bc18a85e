"""The end of the training process: runs are ended, forwarders get a bounded time, what is left is said."""
import atexit
import contextlib
import math
import os
import sys
import threading
import time

from . import messages
from .process_lock import ProcessLock

_flushes = {}  # what hands over rows that it kept -> None, in order
_writers = []
_forwarders = []
_registered_in = None
_lock = ProcessLock()
_deadline = None
_PATIENCE_SECONDS = 2.0


def seconds():
    """How long the exit may wait, NEPTUNE_WRITER_EXIT_SECONDS, 10 by default."""
    try:
        wanted = float(os.environ.get("NEPTUNE_WRITER_EXIT_SECONDS", "10"))
    except ValueError:
        return 10.0
    return min(86400.0, max(0.0, wanted)) if wanted == wanted else 10.0


def seconds_left():
    """What is left of that: all of it until the exit has begun, which clients may notice before we do."""
    global _deadline
    if _deadline is None:
        if threading.main_thread().is_alive():
            return seconds()
        _deadline = os.getpid(), time.monotonic() + seconds()
    process, deadline = _deadline
    return max(0.0, deadline - time.monotonic()) if process == os.getpid() else seconds()


def remember(writer):
    """End this writer's run at exit."""
    with _lock.held():
        _register()
        _writers.append(writer)


def _register():
    global _registered_in
    if _registered_in != os.getpid():  # also in a forked child that opens a run of its own
        _registered_in = os.getpid()
        _flushes.clear()
        del _writers[:], _forwarders[:]
        atexit.register(_finish, os.getpid())
        workers = sys.modules.get("multiprocessing.util")
        if workers is not None:  # a worker of it leaves past `atexit`
            workers.Finalize(None, _finish, (os.getpid(),), exitpriority=0)


def forget(writer):
    """This writer ended its run."""
    with contextlib.suppress(ValueError):  # it has been forgotten
        _writers.remove(writer)


def flush_at_exit(flush):
    """Call ``flush()``, which writes rows that were kept until now, before runs are ended at exit."""
    with _lock.held():
        _register()
        _flushes[flush] = None


def forget_flush(flush):
    """It has nothing more to write."""
    _flushes.pop(flush, None)


def flush_kept():
    """Write what was kept: the end of all runs is near, or a user stops a live experiment."""
    while True:
        try:
            flush, _ = _flushes.popitem()
        except KeyError:  # whichever thread took the last one
            return
        with messages.one_line_on_failure("rows that were kept are lost"):
            flush()  # maybe into another filter, which keeps it


def wait_for(forwarder):
    """Let this forwarder drain at exit.

    It has ``finish()``, ``join(seconds)`` (whether it is done), ``abandon()`` and ``left_over()`` (a text or None).
    """
    _forwarders.append(forwarder)


def _finish(process):
    if os.getpid() != process:
        return  # a forked child, which inherited the registration
    deadline = time.monotonic() + seconds_left()
    flush_kept()
    for writer in list(_writers):
        with messages.one_line_on_failure("a run was not ended"):
            writer.close()
    forwarders, _forwarders[:] = _forwarders[:], []  # twice is once
    for forwarder in forwarders:
        with messages.one_line_on_failure("a forwarder was not told to finish"):
            forwarder.finish()
    for forwarder in forwarders:
        with messages.one_line_on_failure("a forwarder was not waited for"):
            try:
                _join(forwarder, deadline)
            except KeyboardInterrupt:
                deadline = 0.0
            forwarder.abandon()
            left_over = forwarder.left_over()
            if left_over:
                messages.warn(left_over)


def _join(forwarder, deadline):
    """Wait for one forwarder; a wait that a person notices is announced."""
    left = deadline - time.monotonic()
    if not forwarder.join(max(0.0, min(_PATIENCE_SECONDS, left))) and left > _PATIENCE_SECONDS:
        messages.say("waiting up to %d s for rows to be sent; Ctrl-C to wait no longer"
                     % math.ceil(left - _PATIENCE_SECONDS))
        forwarder.join(max(0.0, deadline - time.monotonic()))
