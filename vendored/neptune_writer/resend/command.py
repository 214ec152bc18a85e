"""The send-again command: ``python <this package> PATH... --to SPEC``, with nothing but the target's client."""
import argparse
import contextlib
import os
import shutil
import signal
import sys
import threading

from .. import installed, messages
from ..delivery.step_options import StepOptions
from ..delivery.stopping import Stopping
from ..experiment import prerequisites, specs
from ..masking.masked_output import MaskedOutput
from ..points import x_rule, step_metrics
from ..system import descriptors, interpreters
from . import dry_run, found_runs, progress_bar
from .sending import Resend

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, List, Optional

NAMED_BY = "--named-by"  # whoever makes journals of other runs, meanwhile: see `found_runs.Named`
_TAKES = "a journal (%s), or a folder with some in it" % found_runs.PATTERN
_DRAW_SECONDS = 0.2
_PRINTING_SECONDS = 2.0  # at the end, where a terminal is slow
_LEAVING_SECONDS = 10.0  # after Ctrl-C, for the batch at hand


def run(arguments: "List[str]", program: str = "python neptune_writer", planned: "Any" = None) -> None:
    """`main`, then leave past the clients' own exit handlers, which may wait for a dead server for minutes."""
    descriptors.fill_standard()
    output = MaskedOutput()
    try:
        status = main(arguments, program, planned, output)
    finally:
        output.end(_PRINTING_SECONDS)
    processes = sys.modules.get("multiprocessing")  # of clients
    for process in processes.active_children() if processes else ():
        with contextlib.suppress(OSError):
            os.kill(process.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
    os._exit(status)


def main(arguments: "List[str]", program: str = "python neptune_writer", planned: "Any" = None,
         output: "Optional[MaskedOutput]" = None) -> int:
    """Send what the target does not have yet of each journal; nothing is deleted. Returns the exit code.

    Args:
        planned: for a dry run, see `dry_run.show`.
        output: what masks it, to be ended before `exec` replaces this process.
    """
    options = parser(program, paths="*" if any(one.startswith(NAMED_BY) for one in arguments) else "+").parse_args(
        arguments)
    try:
        spec = specs.parse(options.to, specs.MODES)
    except ValueError as error:
        messages.say("--to: %s" % error)
        return 2
    if shutil.which(prerequisites.interpreter()) is None:
        messages.say(prerequisites.no_such_python())
        del os.environ["NEPTUNE_WRITER_PYTHON"]  # this one sends, if it can
    if not planned:
        _go_on_in(prerequisites.interpreter(), arguments, output)
    lacking = prerequisites.lacks_client(spec)
    if lacking:
        messages.say(prerequisites.how_to_install(spec))
    if options.dry_run:
        return dry_run.show(options.path, spec, planned, step_options(options))
    if lacking:
        return 1
    stopping = Stopping(follow=options.follow)
    named = None if options.named_by is None else found_runs.Named(options.named_by)
    resend = Resend(options.path, spec, stopping, step_options(options), named)
    done = threading.Event()  # not `Thread.join`, which takes a thread for dead once Ctrl-C went through it
    working = threading.Thread(target=_run, args=(resend, done), daemon=True)
    with progress_bar.shown(lambda: (sum(resend.sent.values()), sum(resend.sizes.values()))) as draw:
        working.start()
        interrupted = _wait_for(done, stopping, draw)
    return 130 if interrupted else resend.status


def _run(resend: "Resend", done: "threading.Event") -> None:
    try:
        resend.run()
    except Exception as error:
        resend.status = 1
        messages.warn(messages.short(error))
    finally:
        done.set()


def _wait_for(done: "threading.Event", stopping: "Stopping", draw: "Callable[[], None]") -> bool:
    """Wait for the thread, and draw; returns whether Ctrl-C ended it: after the batch, or at once the second time."""
    interrupted = False
    while not done.is_set() and stopping.seconds_left() != 0.0:
        try:
            done.wait(_DRAW_SECONDS)
            draw()
        except KeyboardInterrupt:
            if interrupted:
                break
            interrupted = True
            stopping.leave(_LEAVING_SECONDS)
            messages.say("finishing this batch; Ctrl-C again to stop at once")
    if interrupted:
        messages.say("stopped; run the command again to go on from here")
    return interrupted


def _go_on_in(python: str, arguments: "List[str]", output: "Optional[MaskedOutput]") -> None:
    """Run in the environment that has the client, by `exec`; only once, since a wrapper's path is never our own."""
    if python == sys.executable:
        return
    if os.environ.pop("_NEPTUNE_WRITER_SENDS_IN", None) != python:
        os.environ["_NEPTUNE_WRITER_SENDS_IN"] = python
        for name in interpreters.OF_ANOTHER_PYTHON:
            os.environ.pop(name, None)
        if output is not None:
            output.end(_PRINTING_SECONDS)
        os.execvp(python, [python, installed.FOLDER] + arguments)


def parser(program: str, takes: str = _TAKES, paths: str = "+") -> argparse.ArgumentParser:
    """The command line; ``paths``: how many, as argparse says it."""
    options = argparse.ArgumentParser(
        prog=program, description="Send to the target what it does not have yet; nothing is deleted.")
    options.add_argument("path", nargs=paths, help=takes)
    options.add_argument(NAMED_BY, type=int, help=argparse.SUPPRESS)
    options.add_argument("--to", required=True, metavar="SPEC",
                         help="where to send: %s, workspace/project, or %s" % (", ".join(specs.MODES), specs.SCHEMES))
    options.add_argument("--dry-run", action="store_true", help="print what would be sent, and send nothing")
    options.add_argument("--follow", action="store_true",
                         help="keep sending runs that are still being written, and new ones in folders; stops "
                              "when all have ended or, for folders, at Ctrl-C")
    options.add_argument("--x", metavar="NAME[,NAME]", help="metrics to use as x, in order of preference")
    options.add_argument("--restarts", choices=(x_rule.CONTINUE, x_rule.SUPERSEDE),
                         help="how to read a step that decreases: `continue` appends, `supersede` drops what a later "
                              "checkpoint replaced; default: detected")
    return options


def step_options(options: "argparse.Namespace") -> "StepOptions":
    """What the options say of the steps."""
    return StepOptions(step_metrics.of_user(options.x) if options.x else (), options.restarts)
