"""Taking edits out of a file's text again, whatever version of ours made them."""
from __future__ import annotations

import codecs
import re
from typing import NamedTuple, Optional

from patches._marks import MARKER, PARAMETER

_LINE = re.compile(rb"(?m)^[^\n]*%s\r?(?:\n|\Z)" % re.escape(MARKER.encode()))
_INLINE = re.compile(
    rb"(?:,(?P<comment>[ \t]*#[^\r\n]*)?\s*|(?<=\()\s*)%(name)s=(?:None|%(name)s)\b"
    % {b"name": PARAMETER.encode()})
_OPENS = re.compile(rb"^if |:%s$" % re.escape(MARKER.encode()))  # versions before wrote `if a: b` on one line
_GOES_ON = re.compile(rb"(?:elif|else|except|finally)\b")


class Removed(NamedTuple):
    """A file without our edits.

    Attributes:
        base: its bytes.
        pieces: the pieces of text that were taken out, in order.
        stray: the number of the first line that somebody added to a block of ours, so that it cannot stay where it is.
    """

    base: bytes
    pieces: tuple[bytes, ...]
    stray: Optional[int] = None

    @property
    def ours(self) -> bool:
        """Whether one of the pieces is certainly ours, and not someone's own comment."""
        return any(b"neptune_writer" in piece for piece in self.pieces)


def remove_edits(raw: bytes) -> Removed:
    """Take out each marked line and each parameter that we added.

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
    return Removed(base, tuple(pieces), _stray(raw) if pieces else None)


def _stray(raw: bytes) -> Optional[int]:
    block: Optional[bytes] = None  # the indentation of the line that opens ours
    for number, line in enumerate(raw.split(b"\n"), 1):
        code = line.strip()
        if not code or code.startswith(b"#"):
            continue
        indent = line[:len(line) - len(line.lstrip())]
        is_ours = code.endswith(MARKER.encode())
        is_inside = block is not None and indent.startswith(block) and (indent != block or _GOES_ON.match(code))
        if is_inside and not is_ours:
            return number
        if not is_inside:
            block = indent if is_ours and _OPENS.search(code) else None
    return None
