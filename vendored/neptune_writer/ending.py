"""The end of the training process: close runs, give forwarders a bounded time, report rows that were not sent."""
import atexit
import contextlib
import math
import os
import sys
import threading
import time

from . import ctrl_c, messages
from .system.process_lock import ProcessLock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Dict, Generator, List, Optional, Protocol, Tuple

    class _Run(Protocol):
        def close(self) -> None:
            """End the run."""

    class Forwarder(Protocol):
        """What hands a run on to its tracker, and drains at exit."""

        def finish(self) -> object:
            """No further rows come. May be called twice."""

        def join(self, seconds: float) -> bool:
            """Wait so long; whether it is done."""

        def abandon(self, is_hurried: "Callable[[], bool]") -> object:
            """Leave no process behind. ``is_hurried()``: whether a person waits no longer."""

        def remaining(self) -> "Optional[str]":
            """A message about rows that were not sent; None where all were."""

_flushes: "Dict[Callable[[], object], None]" = {}  # what hands over rows that it kept -> None, in order
_writers: "List[_Run]" = []
_forwarders: "List[Forwarder]" = []
_registered_in: "Optional[int]" = None
_lock = ProcessLock()
_deadline: "Optional[Tuple[int, float]]" = None
_PATIENCE_SECONDS = 2.0
_SLICE_SECONDS = 0.1  # between two looks at whether Ctrl-C came


def seconds() -> float:
    """How long the exit may wait, NEPTUNE_WRITER_EXIT_SECONDS, 10 by default."""
    try:
        wanted = float(os.environ.get("NEPTUNE_WRITER_EXIT_SECONDS", "10"))
    except ValueError:
        return 10.0
    return min(86400.0, max(0.0, wanted)) if wanted == wanted else 10.0


def seconds_left() -> float:
    """What is left of `seconds`: all of it until the exit has begun, which clients may notice first."""
    global _deadline
    if _deadline is None:
        if threading.main_thread().is_alive():
            return seconds()
        _deadline = os.getpid(), time.monotonic() + seconds()
    process, deadline = _deadline
    return max(0.0, deadline - time.monotonic()) if process == os.getpid() else seconds()


def close_at_exit(writer: "_Run") -> None:
    """Close this writer's run at exit."""
    with _lock.held():
        _register()
        _writers.append(writer)


def _register() -> None:
    global _registered_in
    if _registered_in != os.getpid():  # also in a forked child that opens a run of its own
        _registered_in = os.getpid()
        _flushes.clear()
        del _writers[:], _forwarders[:]
        finishing = _finishing(os.getpid())
        next(finishing)
        atexit.register(next, finishing, None)
        workers = sys.modules.get("multiprocessing.util")
        if workers is not None:  # a worker of it leaves past `atexit`
            workers.Finalize(None, next, (finishing, None), exitpriority=0)


def forget(writer: "_Run") -> None:
    """Undo `close_at_exit`: this writer ended its run."""
    with contextlib.suppress(ValueError):  # it has been forgotten
        _writers.remove(writer)


def flush_at_exit(flush: "Callable[[], object]") -> None:
    """Call ``flush()``, which writes rows that were kept until now, before runs are ended at exit."""
    with _lock.held():
        _register()
        _flushes[flush] = None


def forget_flush(flush: "Callable[[], object]") -> None:
    """Undo `flush_at_exit`."""
    _flushes.pop(flush, None)


def flush_kept() -> None:
    """Write rows that are still in memory: the runs are about to end, or a user stops a live experiment."""
    while True:
        try:
            flush, _ = _flushes.popitem()
        except KeyError:  # whichever thread took the last one
            return
        with messages.one_line_on_failure("rows that were still in memory are lost"):
            flush()  # maybe into another filter, which keeps it


def wait_for(forwarder: "Forwarder") -> None:
    """Let this forwarder drain at exit."""
    _forwarders.append(forwarder)


def _finishing(process: int) -> "Generator[None, None, object]":
    """`_finish`, whatever is raised meanwhile: by Ctrl-C, or a handler of the training's. A generator, since that waits
    within its ``try``; a function has a first line that nothing guards."""
    has_begun = False
    put_back: "Optional[Callable[[], object]]" = None
    while True:
        try:
            if not has_begun:
                has_begun = True
                yield
            put_back = put_back or ctrl_c.catch()
            _finish(process)
            break
        except GeneratorExit:
            raise
        except BaseException:
            ctrl_c.note()
    return put_back()  # last, since nothing guards what comes behind it


def _finish(process: int) -> None:
    """Close runs, wait for their forwarders, report what was not sent. Called again, it continues."""
    if os.getpid() != process:
        return  # a forked child, which inherited the registration
    deadline = time.monotonic() + seconds_left()
    flush_kept()
    for writer in list(_writers):
        with messages.one_line_on_failure("a run was not ended"):
            writer.close()
    for forwarder in list(_forwarders):
        with messages.one_line_on_failure("sending could not be finished"):
            forwarder.finish()
    while _forwarders:
        forwarder = _forwarders[0]
        with messages.one_line_on_failure("could not wait until rows were sent"):
            _join(forwarder, deadline)
            forwarder.abandon(lambda: ctrl_c.count() > 1)
            remaining = forwarder.remaining()
            if remaining:
                messages.warn(remaining)
        _forwarders.remove(forwarder)


def _join(forwarder: "Forwarder", deadline: float) -> None:
    """Wait for one forwarder, until the deadline or Ctrl-C; say so after two seconds."""
    began, is_said = time.monotonic(), False
    while not forwarder.join(max(0.0, min(_SLICE_SECONDS, deadline - time.monotonic()))):
        now = time.monotonic()
        if now >= deadline or ctrl_c.count():
            return
        if not is_said and now - began >= _PATIENCE_SECONDS:
            is_said = True
            messages.say("waiting up to %d s for rows to be sent; press Ctrl-C to stop waiting"
                         % math.ceil(deadline - now))
