"""What was not sent of a journal when the training ends, and the command that sends it."""
import shlex

from .. import installed, messages
from ..journal import reading
from ..system import interpreters
from .cursor import Cursor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional


def message(path: str, spec: str, position: "Optional[Cursor]" = None) -> "Optional[str]":
    """One line on the rows that a target does not have, with the command that sends them; None where it has all."""
    position = position or Cursor(path, spec)
    rows = reading.rows_after(path, position.offset) + len(position.waiting)
    if not rows:
        return None
    have, them = ("has", "it") if rows == 1 else ("have", "them")
    return "%s of %s %s not been sent. To send %s: %s" % (
        messages.count(rows, "row"), path, have, them, command(path, spec))


def command(path: str, spec: str) -> str:
    """The shell command that sends a journal, with the interpreter and the package at hand."""
    program = [interpreters.for_command(), installed.FOLDER]
    if not installed.can_be_run():
        program = ["python3", "scripts/replay.py"]  # where neptune-rl-logging is
    return " ".join(map(shlex.quote, program + [path, "--to", spec]))
