"""Reading a foreign file: whatever Python, LibCST or a patch raises over it becomes one line."""
from __future__ import annotations

import ast
import contextlib
import io
import sys
import tokenize
import warnings
from typing import Iterator

from patches import _trial
from patches._refusals import Refused, Unreadable

CONFLICT = b"\n<<<<<<< "


@contextlib.contextmanager
def reading(raw: bytes) -> Iterator[None]:
    """Turn whatever is raised over a file into `Unreadable`.

    Args:
        raw: the file's bytes; read in another process first where they might crash this one.
    """
    if not _trial.survived(raw):
        raise Unreadable("it is so deeply nested that Python's parser crashes or does not end")
    try:
        yield
    except (Refused, ImportError, KeyboardInterrupt, SystemExit, GeneratorExit):  # LibCST may be missing
        raise
    except (RecursionError, MemoryError):  # whose text is empty, or of the machine's
        raise Unreadable("it is too deeply nested to be parsed") from None
    except BaseException as error:  # a panic of LibCST's Rust is no Exception
        raise Unreadable(f"it cannot be parsed: {reason(error)}") from None


def reason(error: BaseException) -> str:
    """The first line of an exception's message; the name of its class where it has none."""
    return next(iter(str(getattr(error, "msg", None) or error).splitlines()), "") or type(error).__name__


def syntax_tree(raw: bytes) -> ast.Module:
    """The file's syntax tree, without Python's warnings of invalid escapes, which are the file's own business."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(raw)


def parse(raw: bytes) -> ast.Module:
    """The syntax tree of a file that a patch may edit.

    Raises:
        Refused: this Python cannot read it; another version may.
        Unreadable: no Python can.
    """
    try:
        return syntax_tree(raw)
    except SyntaxError as error:
        if CONFLICT in b"\n" + raw:
            raise Refused("it has a merge conflict; resolve it with git first") from None
        line = f", line {error.lineno}" if error.lineno else ""
        is_another = _is_text(raw) and "too many" not in reason(error) and "too deep" not in reason(error)
        if is_another:  # a Python of another version may read it
            raise Refused(f"Python {sys.version_info[0]}.{sys.version_info[1]}, which runs this, cannot read it: "
                          f"{reason(error)}{line}") from None
        raise Unreadable(f"no Python can read it: {reason(error)}{line}") from None


def _is_text(raw: bytes) -> bool:
    """Whether some Python may read it: there are no null bytes, and it is in the encoding that it declares."""
    try:
        coding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
        return "\0" not in raw.decode(coding)
    except (SyntaxError, ValueError, LookupError):
        return False
