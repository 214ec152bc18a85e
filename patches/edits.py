"""The edit vocabulary: insertions anchored on symbols, applied with LibCST, and their inverse.

An edit names what it is anchored on (`Logger.__init__`, `convert_json`), never a line. Its anchor
must be found exactly once. Every inserted line ends in the same comment, so that a reader, `grep`
and `remove_edits` see what is ours; `_tree.py` holds how each edit is made.
"""
from __future__ import annotations

import codecs
import contextlib
import re
import warnings
from typing import Iterator, NamedTuple, Sequence, Union

from patches import _trial

MARKER = "  # neptune"
PARAMETER = "neptune_experiment"

IMPORT = 'neptune_writer = __import__("neptune_writer'
"""How the import of the copied package begins, in every version of ours."""

_LINE = re.compile(rb"(?m)^[^\n]*%s\r?(?:\n|\Z)" % re.escape(MARKER.encode()))
_INLINE = re.compile(
    rb"(?:,(?P<comment>[ \t]*#[^\r\n]*)?\s*|(?<=\()\s*)%(name)s=(?:None|%(name)s)\b"
    % {b"name": PARAMETER.encode()})


class Refused(Exception):
    """The file cannot be edited; the message is the reason, one line."""


class Unreadable(Refused):
    """Nobody's Python can do anything with the file, or LibCST is brought down by it: what is in it does not count."""


class LeftOut(Refused):
    """All that the file holds are companions of a logger, which is installed without them."""


class AnchorError(Refused):
    """A symbol that an edit hangs on is missing, or is there more often than once."""

    def __init__(self, anchor: str, found: int) -> None:
        super().__init__(f"expected {anchor} once, found {found or 'none'}")
        self.anchor = anchor
        self.found = found


@contextlib.contextmanager
def reading(raw: bytes) -> Iterator[None]:
    """Whatever Python, LibCST or a patch raises over a foreign file becomes `Unreadable`, one line.

    Args:
        raw: the file's bytes; read in another process first where they might end this one.
    """
    if not _trial.survived(raw):
        raise Unreadable("expected Python that can be parsed, found it so deeply nested that its parser crashes or "
                         "does not end")
    try:
        yield
    except (Refused, ImportError, KeyboardInterrupt, SystemExit, GeneratorExit):  # LibCST may be missing
        raise
    except (RecursionError, MemoryError):  # whose text is empty, or of the machine's
        raise Unreadable("expected Python that can be parsed, found it too deeply nested") from None
    except BaseException as error:  # a panic of LibCST's Rust is no Exception
        raise Unreadable(f"expected Python that can be parsed, found {reason(error)}") from None


def reason(error: BaseException) -> str:
    """What an exception says, one line; its kind where it says nothing."""
    return next(iter(str(getattr(error, "msg", None) or error).splitlines()), "") or type(error).__name__


class AddImport(NamedTuple):
    """A statement behind the imports at the head of the file."""

    code: str


def import_package(module: str, names: str) -> AddImport:
    """The import of a module of the package that is copied in beside the file.

    Some forks import the same file as `utils.logx` and as `logx`: this line works under both.

    Args:
        module: dotted, from the package on; the file knows it as `neptune_writer`.
        names: what is used of it, for the reader's sake.
    """
    assert module.split(".")[0] == "neptune_writer"
    rest = module[len("neptune_writer"):]
    return AddImport(f'{IMPORT}{rest}", globals(), fromlist=["{names}"], level=1 if __package__ else 0)')


class AddParameter(NamedTuple):
    """`name=None`: keyword-only where the function takes `*args`, else behind the last one."""

    function: str
    name: str


class FirstStatement(NamedTuple):
    """A statement before all others of a function, behind its docstring."""

    function: str
    code: str


class LastStatement(NamedTuple):
    """A statement behind all others of a function, before the `return` that is the last one."""

    function: str
    code: str


class AfterClass(NamedTuple):
    """A statement behind a class at the top of the module."""

    name: str
    code: str


class Decorate(NamedTuple):
    """`@code` above a function and its other decorators."""

    function: str
    code: str


class PassArgument(NamedTuple):
    """`name=name` in the function's one call of `method`, as `super()` or one of `bases` has it."""

    function: str
    bases: tuple[str, ...]
    method: str
    name: str


Edit = Union[AddImport, AddParameter, FirstStatement, LastStatement, AfterClass, Decorate, PassArgument]


class Removed(NamedTuple):
    """A file without our edits, and the pieces of text that were taken out, in order."""

    base: bytes
    pieces: tuple[bytes, ...]

    @property
    def ours(self) -> bool:
        """Whether one of the pieces is certainly ours, and not someone's own comment."""
        return any(b"neptune_writer" in piece for piece in self.pieces)


def apply_edits(raw: bytes, edits: Sequence[Edit]) -> bytes:
    """Make the edits, and change no other byte.

    Raises:
        AnchorError: an anchor is not there exactly once.
        Refused: LibCST cannot keep this file's bytes, or the result would not compile.
    """
    from patches import _tree as tree  # LibCST takes 0.1 s to import: only where it is needed

    module = tree.parse(raw)
    for edit in edits:
        module = tree.apply(module, edit)
    new: bytes = module.bytes
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(new, "<patched>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        raise Refused(f"expected the edited file to compile, found {error}") from None
    return new


def remove_edits(raw: bytes) -> Removed:
    """Take our edits out of a file's text: each marked line, each parameter we added.

    This looks at the text alone, so the caller needs a proof before it believes the result: the
    hash of the original, or that applying the patch to it gives back the very same bytes.
    """
    pieces: list[bytes] = []

    def drop(match: re.Match[bytes]) -> bytes:
        piece = match.group()
        kept = codecs.BOM_UTF8 if piece.startswith(codecs.BOM_UTF8) else b""
        pieces.append(piece[len(kept):].strip(b"\r\n"))
        return kept or match.groupdict().get("comment") or b""

    base = _INLINE.sub(drop, _LINE.sub(drop, raw))
    return Removed(base, tuple(pieces))
