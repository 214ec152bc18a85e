"""The child process: follows every journal its parent announces, each in a thread of its own.

It outlives its parent by a bounded time, however the parent went.
"""
import json
import os
import sys
import threading
import time
import traceback

from . import ending, masking, messages, trackers
from .cursor import Cursor
from .forward import Forwarder

_LOOK_SECONDS = 0.25  # how often to look whether the parent is still there


def main():
    """Serve until the parent says finish, closes our stdin or is gone; then drain, within the bound, and leave."""
    parent = os.getppid()
    if sys.stderr is not None:  # the trainer's, which may be closed
        messages.stream = os.fdopen(os.dup(2), "w", errors="backslashreplace")
    os.dup2(1, 2)  # what clients print goes to the log; our own lines to the trainer's stderr
    stopping, threads = threading.Event(), []
    threading.Thread(target=_listen, args=(stopping, threads), daemon=True).start()
    while not stopping.wait(_LOOK_SECONDS):
        if os.getppid() != parent:  # stdin alone does not tell: forked workers of the parent hold the pipe open
            stopping.set()
    deadline = time.monotonic() + ending.seconds()
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    sys.stdout.flush()
    os._exit(0)  # past the clients' own exit handlers, which may wait for a dead server for minutes


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
    stopping.set()


def _serve(path, spec, stopping):
    deadline = []

    def seconds_left():
        if stopping.is_set() and not deadline:
            deadline.append(time.monotonic() + ending.seconds())
        return max(0.5, deadline[0] - time.monotonic()) if deadline else ending.seconds()

    try:
        forwarder = Forwarder(path, Cursor(path, spec), stopping)
        rows, place = forwarder.run(lambda header: trackers.open_spec(spec, header), seconds_left)
        if rows:
            messages.say(messages.sent(rows, spec, place))
    except Exception as error:
        messages.warn("%s: %s; rows stay in %s" % (spec, messages.short(error), path))
        whole = masking.mask(traceback.format_exc())  # to the log, for whoever wants more than a line
        print(whole.encode("ascii", "backslashreplace").decode("ascii"), flush=True)
