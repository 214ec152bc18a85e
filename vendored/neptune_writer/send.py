"""The send-again command: ``python <this package> JOURNAL... --to SPEC``, with nothing but the target's client."""
import argparse
import glob
import os
import shutil
import sys
import threading

from . import experiments, installed, journal, messages, specs, trackers
from .cursor import Cursor
from .forward import Forwarder

_PATIENCE_SECONDS = 3.0  # a wait that a person does not wonder about; a longer one is announced


def main(arguments):
    """Send what the target does not have yet of each journal; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python neptune_writer", description=main.__doc__.split(";")[0])
    parser.add_argument("journal", nargs="+", help="a journal (neptune-*.jsonl), or a folder that holds some")
    parser.add_argument("--to", required=True, metavar="SPEC",
                        help="%s or workspace/project" % ", ".join(specs.MODES))
    options = parser.parse_args(arguments)
    try:
        spec = specs.parse(options.to, specs.MODES)
    except ValueError as error:
        messages.say("--to: %s" % error)
        return 2
    _go_on_in(experiments.interpreter(), arguments)
    try:
        return max(_send(path, spec) for path in _journals(options.journal))
    except KeyboardInterrupt:
        messages.say("stopped; send again to go on from there")
        return 130


def _go_on_in(python, arguments):
    """Where the client lives in another environment, be that interpreter; once, for a wrapper is never `python`."""
    if python == sys.executable or shutil.which(python) is None:
        return
    if os.environ.pop("_NEPTUNE_WRITER_SENDS_IN", None) != python:
        os.environ["_NEPTUNE_WRITER_SENDS_IN"] = python
        for name in experiments.OF_ANOTHER_PYTHON:
            os.environ.pop(name, None)
        os.execvp(python, [python, installed.FOLDER] + arguments)


def _journals(paths):
    for path in paths:
        found = sorted(glob.glob(os.path.join(glob.escape(path), "neptune-*" + journal.SUFFIX)))
        for each in found if os.path.isdir(path) and found else [path]:
            yield each


def _send(path, spec):
    at_the_end = threading.Event()
    at_the_end.set()
    rows, place = 0, None
    try:
        if os.path.isdir(path):
            raise ValueError("expected neptune-*%s in this folder, found none" % journal.SUFFIX)
        cursor = Cursor(path, spec)
        if cursor.offset < os.path.getsize(path):
            forwarder = Forwarder(path, cursor, at_the_end)
            rows, place = forwarder.run(lambda header: _open(path, spec, header), lambda: None)  # as long as it takes
    except Exception as error:
        messages.warn("%s: not sent to %s: %s" % (path, spec, messages.short(error)))
        return 1
    messages.say("%s: %s" % (path, messages.sent(rows, spec, place) if rows else "%s has all of it" % spec))
    return 0


def _open(path, spec, header):
    wait = "%s: opening %s, which takes minutes where no server answers" % (path, spec)
    slow = threading.Timer(_PATIENCE_SECONDS, messages.say, [wait])
    slow.daemon = True
    slow.start()
    try:
        return trackers.open_spec(spec, header)
    finally:
        slow.cancel()
