"""The child process: follows every journal its parent announces, each in a thread of its own.

It outlives its parent by a bounded time, however the parent went.
"""
import json
import os
import signal
import sys
import threading
import time

from . import ending, messages
from .delivery import Delivery
from .masked_output import MaskedOutput
from .stopping import Stopping

_LOOK_SECONDS = 0.25  # how often to look whether the parent is still there
_PRINTING_SECONDS = 0.25  # what they have printed is to reach the log
_CLOSING_SECONDS = 0.5  # beyond the bound, for clients that are being closed; the parent grants one


def main():
    """Serve until the parent says finish, closes our stdin or is gone; then drain, within the bound, and leave."""
    parent = os.getppid()
    if sys.stderr is not None:  # the trainer's, which may be closed
        messages.stream = os.fdopen(os.dup(2), "w", errors="backslashreplace")
    os.dup2(1, 2)  # what clients print goes to the log; our own lines to the trainer's stderr
    output = MaskedOutput()
    stopping, threads = Stopping(), []
    listening = threading.Thread(target=_listen, args=(stopping, threads), daemon=True)
    listening.start()
    while listening.is_alive() and os.getppid() == parent:
        listening.join(_LOOK_SECONDS)  # stdin alone does not tell: forked workers of the parent hold the pipe open
    listening.join(_LOOK_SECONDS)  # what it announced last is still in the pipe
    stopping.finish(ending.seconds())
    leaving_at = time.monotonic() + stopping.seconds_left() + _CLOSING_SECONDS
    for thread in threads:
        thread.join(max(0.0, leaving_at - time.monotonic()))
    output.end(_PRINTING_SECONDS)
    _leave()


def _listen(stopping, threads):
    for line in sys.stdin.buffer:
        if line.strip() == b"finish":
            break
        with messages.one_line_on_failure("a journal was announced in vain"):
            announced = json.loads(line.decode("ascii"))
            thread = threading.Thread(target=_serve, args=(announced["journal"], announced["spec"], stopping),
                                      daemon=True)
            thread.start()
            threads.append(thread)


def _serve(path, spec, stopping):
    try:
        with Delivery(spec, stopping) as delivery:
            delivery.add(path)
            if delivery.run() and delivery.rows:
                messages.say(messages.sent(delivery.rows, spec, delivery.place))
    except Exception as error:
        messages.warn("%s: %s; rows stay in %s" % (spec, messages.short(error), path))
        messages.log_traceback()


def _leave():
    """Past the clients' own exit handlers, which may wait for a dead server for minutes, and with their processes."""
    try:
        if os.getpgrp() == os.getpid():
            os.killpg(os.getpid(), signal.SIGKILL)
    finally:
        os._exit(0)
