"""The child process: follows every journal its parent announces, each in a thread of its own.

It outlives its parent by a bounded time, however the parent went.
"""
import json
import os
import signal
import sys
import threading
import time

from .. import ending, messages
from ..masking.masked_output import MaskedOutput
from ..system import descriptors
from . import capacity, parent
from .run_delivery import Delivery
from .stopping import Stopping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Sequence

_LOOK_SECONDS = 0.25
_PRINTING_SECONDS = 0.25  # what they have printed is to reach the log
_CLOSING_SECONDS = 0.5  # beyond the bound, for clients that are being closed; the parent grants one


def main(described: "Sequence[str]") -> None:
    """Serve until the parent says finish, closes our stdin or is gone; then send the rest, within the bound, and exit.

    Args:
        described: the parent, as `parent.describe` puts it.
    """
    is_apart = _is_apart()  # asked first: the parent may be gone later
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which shells ignore for what is in the background
    told = descriptors.high(os.dup(0))
    nothing = descriptors.high(os.open(os.devnull, os.O_RDONLY))
    os.dup2(nothing, 0)  # processes of the client's are not to hold it open
    os.close(nothing)
    if sys.stderr is not None:  # the trainer's, which may be closed
        messages.stream = os.fdopen(os.dup(2), "w", errors="backslashreplace")
    os.dup2(1, 2)  # what clients print goes to the log; our own lines to the trainer's stderr
    output = MaskedOutput()
    stopping, over = Stopping(), threading.Event()
    threads: List[threading.Thread] = []
    listening = threading.Thread(target=_listen, args=(told, stopping, threads, over), daemon=True)
    listening.start()
    threading.Thread(target=_watch, args=(described, over), daemon=True).start()
    over.wait()  # stdin alone does not tell: forked workers of the parent may hold it open
    listening.join(_LOOK_SECONDS)  # what it announced last is still on its way
    stopping.finish(ending.seconds())
    leaving_at = time.monotonic() + (stopping.seconds_left() or 0.0) + _CLOSING_SECONDS
    for thread in threads:
        thread.join(max(0.0, leaving_at - time.monotonic()))
    output.end(_PRINTING_SECONDS)
    _leave(told, is_apart)


def _is_apart() -> bool:
    """Whether the process group is ours alone, and not the training's, which may lead its session."""
    try:
        return os.getpgrp() == os.getsid(0) and os.getpgrp() != os.getpgid(os.getppid())
    except (OSError, AttributeError):
        return False


def _watch(described: "Sequence[str]", over: "threading.Event") -> None:
    with messages.one_line_on_failure("the end of the training may go unnoticed"):
        parent.wait_until_gone(*described)
        over.set()


def _listen(told: int, stopping: "Stopping", threads: "List[threading.Thread]", over: "threading.Event") -> None:
    try:
        _serve_announced(told, stopping, threads)
    finally:
        over.set()


def _serve_announced(told: int, stopping: "Stopping", threads: "List[threading.Thread]") -> None:
    slots = threading.BoundedSemaphore(capacity.make())
    for line in os.fdopen(told, "rb", closefd=False):
        if line.strip() == b"finish":
            break
        with messages.one_line_on_failure("a journal is not sent"):
            announced = json.loads(line.decode("ascii"))
            journal = slots, announced["journal"], announced["spec"], stopping
            thread = threading.Thread(target=_serve, args=journal, daemon=True)
            thread.start()
            threads.append(thread)


def _serve(slots: "threading.BoundedSemaphore", path: str, spec: str, stopping: "Stopping") -> None:
    try:
        with slots, Delivery(spec, stopping) as delivery:
            delivery.add(path)
            if delivery.run() and delivery.rows:
                messages.say(messages.sent(delivery.rows, spec, delivery.location))
    except Exception as error:
        messages.warn("%s: %s; rows stay in %s" % (spec, messages.short(error), path))
        messages.log_traceback()


def _leave(told: int, is_apart: bool) -> None:
    """Past the clients' own exit handlers, which may wait for a dead server for minutes, and with their processes."""
    try:
        os.set_blocking(told, False)
        os.write(told, b".")  # a process that the client forked may hold it open
    except (OSError, AttributeError):
        pass  # nobody is there
    try:
        if is_apart:
            os.killpg(os.getpgrp(), signal.SIGKILL)
    except (OSError, AttributeError):
        pass
    finally:
        os._exit(0)
