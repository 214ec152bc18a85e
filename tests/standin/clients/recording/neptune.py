"""A client that writes down what it is told, in ``recorded.jsonl`` of the working directory, a JSON list a line.

While there is a file ``hold`` beside it, the client does not come back from what it was told last.
"""
import json
import os
import sys
import time


def _record(*what):
    with open("recorded.jsonl", "ab", buffering=0) as out:  # in one write: this process may be killed
        out.write(json.dumps(what).encode() + b"\n")


def init_run(mode=None, project=None, custom_run_id=None, name=None, tags=None, source_files=None,
             capture_stdout=True, capture_stderr=True, capture_hardware_metrics=True, capture_traceback=True):
    if os.environ.get("TOY_CLIENT_PRINTS"):
        print("a client prints a lot")
        print("and warns", file=sys.stderr)
    if name == "hangs":
        time.sleep(3600)
    _record("init_run", dict(locals(), argv=sys.argv, pid=os.getpid()))
    return Run()


class _Field:
    def __init__(self, name):
        self.name = name

    def extend(self, values, steps, timestamps):
        if self.name == "Refused":
            raise ValueError("this one not")
        _record("extend", self.name, list(zip(steps, values, timestamps)))
        while os.path.exists("hold"):
            time.sleep(0.02)


class Run:
    def __getitem__(self, name):
        return _Field(name)

    def __setitem__(self, name, value):
        _record("set", name, value)

    def wait(self, disk_only=False):
        """All of it is on the disk."""

    def sync(self, wait=True):
        """All of it is on the disk."""

    def stop(self, seconds=None):
        _record("stop", seconds)
