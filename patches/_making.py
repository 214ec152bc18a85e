"""Making edits: the file's bytes in, the patched file's bytes out."""
from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Sequence

from patches._refusals import Refused
from patches.edits import Edit

if TYPE_CHECKING:
    import libcst as cst


def apply_edits(raw: bytes, edits: Sequence[Edit]) -> bytes:
    """Make the edits, and change no other byte.

    Raises:
        AnchorError: an anchor is not there exactly once.
        Refused: LibCST cannot keep this file's bytes, or the result would not compile.
    """
    module = parse_exactly(raw)
    for edit in edits:
        module = edit.apply(module)
    new: bytes = module.bytes
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(new, "<patched>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        raise Refused(f"the edited file would not compile: {error}") from None
    return new


def parse_exactly(raw: bytes) -> cst.Module:
    """Parse, and refuse what LibCST would not give back byte for byte.

    Of 32 hostile files two changed silently: one with lone CRs, one with a leading form feed. Lines that end in a lone
    CR are refused in any case: `remove_edits` goes by lines that end in LF.
    """
    import libcst as cst  # 0.1 s

    try:
        module = cst.parse_module(raw)
    except (cst.ParserSyntaxError, SyntaxError, UnicodeError, LookupError):
        raise Refused("LibCST cannot parse it as Python") from None
    if module.bytes != raw or b"\r" in raw.replace(b"\r\n", b""):
        raise Refused("its bytes would not be kept: it has lone CRs, or a leading form feed")
    return module
