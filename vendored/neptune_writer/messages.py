"""Messages to the user: one line on stderr, without secrets, a warning only once."""
import contextlib
import re
import sys
import traceback

from .masking import mask
from .system.process_lock import ProcessLock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, List, Optional, Set, TextIO

_AT_MOST = 10000  # warnings that are remembered: names of metrics may be new in each row
failures: "List[str]" = []  # the warnings of this process, for tests and for debugging
stream: "Optional[TextIO]" = None  # where lines go; None for what sys.stderr is at the time
_said: "Set[int]" = set()
_lock = ProcessLock()  # where the garbage collector ends a run in the middle of a warning it is taken again


def say(text: object) -> None:
    """Print one line on stderr. Never raises: stderr may be closed or full."""
    try:
        out = stream or sys.stderr
        out.write("neptune: %s\n" % mask(" ".join(str(text).splitlines())))
        out.flush()
    except Exception:
        pass


def warn(text: str, once: object = None) -> None:
    """`say` it and list it in `failures`; with ``once``, only the first time that this key comes."""
    key = None if once is None else hash(once)  # not the text, of which there may be thousands
    if key in _said:
        return
    with _lock.held():
        if key is not None:
            if key in _said:
                return
            if len(_said) >= _AT_MOST:
                text = "more than %d different warnings; no further ones that come once are shown" % _AT_MOST
                key = hash(text)
                if key in _said:
                    return
            _said.add(key)
        if len(failures) < _AT_MOST:
            failures.append(mask(str(text)))
    say(text)


@contextlib.contextmanager
def one_line_on_failure(what: str) -> "Iterator[None]":
    """Turn any exception of the block into one warning, so that the training continues."""
    try:
        yield
    except Exception as error:
        warn_of(what, error)


def warn_of(what: str, error: BaseException) -> None:
    """One warning of an exception, the first time that one of its type comes."""
    warn("%s: %s" % (what, short(error)), once=(what, type(error)))


def log_traceback() -> None:
    """Print the current exception with its traceback to stdout, which in a child process is its log."""
    print(mask(traceback.format_exc()).encode("ascii", "backslashreplace").decode("ascii"), flush=True)


def short(error: BaseException) -> str:
    """An exception as a person reads it: its type, unless it is ours, and the first line of what it says that is no
    banner."""
    kind, line = type(error), _first_line(error)
    if line and kind.__module__.startswith("%s." % __package__):
        return line  # whole: it begins with a path, however long, and ends with what helps
    return "%s: %s" % (kind.__name__, line[:200]) if line else kind.__name__


def reason(error: BaseException, path: str = "") -> str:
    """Why a file was refused, to follow its path in a message: without the exception's type and the path itself."""
    if isinstance(error, OSError) and error.strerror:
        what = "there is no such file or folder" if isinstance(error, FileNotFoundError) else error.strerror
        return what if error.filename in (None, path) else "%s: %s" % (mask(str(error.filename)), what)
    text = type(error) is ValueError and _first_line(error) or short(error)
    return text[len(path) + 2:] if path and text.startswith("%s: " % path) else text


def _first_line(error: BaseException) -> str:
    try:
        text = mask(str(error))  # before it is cut: half a token is a secret, too
    except Exception:
        return ""
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line).strip() for line in text.splitlines()]
    name = type(error).__name__
    return next((line for line in lines if line.strip("-") and not (
        line.startswith("--") and line.strip("-") in name)), "")


def plain(text: object) -> str:
    """A text on one line, without what a terminal would obey or stdout refuse: names of files may hold anything."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", lambda found: repr(found.group())[1:-1], mask(str(text)))


def sent(rows: int, spec: str, location: "Optional[str]") -> str:
    """Where a run has gone: ``12 rows sent to offline: <location>``."""
    return "%s sent to %s%s" % (count(rows, "row"), spec.rstrip(":"), ": " + location if location else "")


def count(number: int, thing: str) -> str:
    """``1 row``, ``2 rows``."""
    return "%d %s%s" % (number, thing, "" if number == 1 else "s")
