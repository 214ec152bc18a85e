"""The child process: follows every journal its parent announces, each in a thread of its own.

It outlives its parent by a bounded time, however the parent went.
"""
import json
import os
import signal
import sys
import threading

from . import ending, messages
from .delivery import Delivery
from .stopping import Stopping

_LOOK_SECONDS = 0.25  # how often to look whether the parent is still there
_CLOSING_SECONDS = 0.5  # beyond the bound, for clients that are being closed; the parent grants one
_CLIENTS_PATIENCE = {  # with a server that does not answer; we try again ourselves
    "NEPTUNE_REQUEST_TIMEOUT": "30", "NEPTUNE_RETRIES_TIMEOUT": "10", "WANDB_ERROR_REPORTING": "false",
    "MLFLOW_DISABLE_TELEMETRY": "true"}


def main():
    """Serve until the parent says finish, closes our stdin or is gone; then drain, within the bound, and leave."""
    parent = os.getppid()
    if sys.stderr is not None:  # the trainer's, which may be closed
        messages.stream = os.fdopen(os.dup(2), "w", errors="backslashreplace")
    os.dup2(1, 2)  # what clients print goes to the log; our own lines to the trainer's stderr
    for name, seconds in _CLIENTS_PATIENCE.items():
        os.environ.setdefault(name, seconds)
    stopping, threads = Stopping(), []
    listening = threading.Thread(target=_listen, args=(stopping, threads), daemon=True)
    listening.start()
    while listening.is_alive() and os.getppid() == parent:
        listening.join(_LOOK_SECONDS)  # stdin alone does not tell: forked workers of the parent hold the pipe open
    listening.join(_LOOK_SECONDS)  # what it announced last is still in the pipe
    stopping.finish(ending.seconds())
    for thread in threads:
        thread.join(stopping.seconds_left() + _CLOSING_SECONDS)
    sys.stdout.flush()
    _leave()


def _listen(stopping, threads):
    for line in sys.stdin.buffer:
        if line.strip() == b"finish":
            break
        with messages.one_line_on_failure("a journal was announced in vain"):
            announced = json.loads(line.decode("ascii"))
            thread = threading.Thread(target=_serve, args=(announced["journal"], announced["spec"], stopping),
                                      daemon=True)
            threads.append(thread)
            thread.start()


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
