"""Unified diffs as git writes them, byte for byte, so that git apply takes them."""
from __future__ import annotations

import difflib
import re
from typing import Iterator, List

NO_NEWLINE = b"\\ No newline at end of file"
_PLACE = re.compile(rb"(?m)^@@ [^@]* @@.*$")


def unified(path: str, old: bytes, new: bytes) -> Iterator[bytes]:
    """The lines of a unified diff in git's form; every byte of the files' lines is kept."""
    if old == new:
        return
    before_name, after_name = _name("a/" + path), _name("b/" + path)
    end = b"\t" if b" " in before_name else b""  # so that git sees where the name ends
    yield b"diff --git %s %s\n" % (before_name, after_name)
    lines = difflib.diff_bytes(difflib.unified_diff, _lines(old), _lines(new), before_name, after_name,
                               lineterm=b"\n")
    for index, line in enumerate(lines):
        if index < 2:
            yield line.rstrip(b"\t\n") + end + b"\n"
        elif line.endswith(b"\n"):
            yield line
        else:
            yield line + b"\n" + NO_NEWLINE + b"\n"


def _name(path: str) -> bytes:
    """A path as git writes it: in quotes where a byte of it would not stay on the line."""
    name = path.encode("utf-8", "surrogateescape")
    quoted = re.sub(rb'[\x00-\x1f\x7f"\\]', lambda found: b"\\%03o" % found.group()[0], name)
    return name if quoted == name else b'"%s"' % quoted


def _lines(raw: bytes) -> List[bytes]:
    """Lines as git counts them: a lone carriage return ends none."""
    lines = raw.split(b"\n")
    return [line + b"\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def added(path: str, raw: bytes) -> Iterator[bytes]:
    """The lines of a diff that makes a new file."""
    name = _name("b/" + path)
    yield b"diff --git %s %s\nnew file mode 100644\n" % (_name("a/" + path), name)
    lines = _lines(raw)
    if lines:
        yield b"--- /dev/null\n+++ %s\n@@ -0,0 +1,%d @@\n" % (name, len(lines))
    for line in lines:
        yield b"+" + line if line.endswith(b"\n") else b"+" + line + b"\n" + NO_NEWLINE + b"\n"


def of_diffs(old_name: str, old: bytes, new_name: str, new: bytes) -> Iterator[bytes]:
    """How one diff differs from another, wherever in the file their lines are."""
    before, after = (_lines(_PLACE.sub(b"@@", text)) for text in (old, new))
    yield from difflib.diff_bytes(difflib.unified_diff, before, after, _name(old_name), _name(new_name))


def colour(line: bytes) -> bytes:
    """The line as git colours it on a terminal."""
    codes = {b"+": b"32", b"-": b"31", b"@": b"36"}
    code = codes.get(line[:1])
    return b"\x1b[%sm%s\x1b[0m\n" % (code, line.rstrip(b"\n")) if code else line
