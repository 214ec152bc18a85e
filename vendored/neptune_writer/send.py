"""The send-again command: ``python <this package> JOURNAL... --to SPEC``, with nothing but the target's client."""
import argparse
import os
import threading

from . import journal, messages, trackers
from .cursor import Cursor
from .forward import Forwarder


def main(arguments):
    """Send what the target does not have yet of each journal; returns the exit code, 1 where one could not be sent."""
    parser = argparse.ArgumentParser(prog="python neptune_writer", description=main.__doc__.split(";")[0])
    parser.add_argument("journal", nargs="+", help="a journal (neptune-*.jsonl)")
    parser.add_argument("--to", required=True, metavar="SPEC",
                        help="%s or workspace/project" % ", ".join(trackers.MODES))
    options = parser.parse_args(arguments)
    return max(_send(path, options.to) for path in options.journal)


def _send(path, spec):
    at_the_end = threading.Event()
    at_the_end.set()
    try:
        cursor = Cursor(path, spec)
        rows = journal.rows_after(path, cursor.offset)
        if rows or cursor.offset < os.path.getsize(path):
            forwarder = Forwarder(path, cursor, at_the_end)
            forwarder.run(lambda header: trackers.open_spec(spec, header), lambda: None)  # as long as it takes
    except Exception as error:
        messages.warn("%s: not sent to %s: %s" % (path, spec, messages.short(error)))
        return 1
    messages.say("%s: %d rows sent to %s" % (path, rows, spec) if rows else "%s: %s has all of it" % (path, spec))
    return 0
