"""The parent's side of the child process that serves specs: one a training, told what to follow by its stdin."""
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys

from . import ending, experiments, forwarding, installed, journal, logs

_GRACE_SECONDS = 1.0  # the child leaves by itself at the end of its bound; after that much more it is killed


class ChildProcess:
    """A Python that runs this package (see `child`), in a session of its own, so that Ctrl-C is the trainer's alone."""

    def __init__(self):
        self.parent = os.getpid()
        self._journals = []
        self._process = None

    def announce(self, path, spec):
        """Have the child follow one more journal; raises OSError where there is no such Python, or it is gone."""
        self._journals.append((path, spec))
        if self._process is None:
            self._process = _start(path[:-len(journal.SUFFIX)] + ".log")
            if hasattr(os, "register_at_fork"):  # from 3.7 on
                os.register_at_fork(after_in_child=self._process.stdin.close)  # else a worker holds the pipe open
        line = json.dumps({"journal": path, "spec": spec}) + "\n"
        self._process.stdin.write(line.encode("ascii"))

    def is_alive(self):
        """Whether it can still be told something."""
        return self._process is None or self._process.poll() is None

    def finish(self):
        """Tell it that the training ends. A word, not only the end of stdin: forked workers may hold the pipe open."""
        if self._process is None:
            return
        try:
            self._process.stdin.write(b"finish\n")
            self._process.stdin.close()
        except (OSError, ValueError):
            pass  # gone: `left_over` tells what it left

    def join(self, seconds):
        """Wait until it has left, so many seconds at most; returns whether it has."""
        try:
            return self._process is None or self._process.wait(seconds) is not None
        except subprocess.TimeoutExpired:
            return False

    def abandon(self):
        """Leave no process behind: what has not left by itself at the end of its bound is killed."""
        if not self.join(_GRACE_SECONDS):
            with contextlib.suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)  # with whatever processes the client has
            self._process.wait()

    def left_over(self):
        """One line on the rows it did not send, or None."""
        lines = [forwarding.left_over(path, spec) for path, spec in self._journals]
        return "; ".join(line for line in lines if line) or None


def _start(log_path):
    python = experiments.interpreter()
    if shutil.which(python) is None:
        raise OSError(experiments.no_such_python())
    environment = dict(os.environ)
    if python != sys.executable:
        for name in experiments.OF_ANOTHER_PYTHON:
            environment.pop(name, None)
    environment["NEPTUNE_WRITER_EXIT_SECONDS"] = str(ending.seconds())
    with logs.opened(log_path) as log:
        return subprocess.Popen([python, installed.FOLDER, "--child"], bufsize=0, stdin=subprocess.PIPE,
                                stdout=log, env=environment, start_new_session=True)
