"""A foreign file that may bring its reader down is first read in a process of its own.

Python and LibCST recurse on the C stack, or take for ever, over what nobody writes by hand. Measured on 3.9 to 3.13
with LibCST 1.8: a chain of 240,000 operators ends 3.9 and 3.10 with SIGSEGV, 6,400 nested `lambda:` or 20,000 `and`
end LibCST, and 20 nested brackets behind `case` keep it busy for hours.
"""
from __future__ import annotations

import ast
import contextlib
import functools
import io
import re
import subprocess
import sys
import threading
import tokenize
import warnings
from pathlib import Path

TOKENS, BRACKETS = 1000, 12  # in one logical line, open at once: 2 of 100 files of site-packages have more
SECONDS = 10  # of CPU; a megabyte of Python takes 2

_TOKEN = re.compile(
    rb"(?P<comment>#[^\r\n]*)"
    rb"|(?P<string>(?P<prefix>[A-Za-z]{0,2})(?:\"\"\"(?:\\.|[^\\])*?(?:\"\"\"|\Z)|'''(?:\\.|[^\\])*?(?:'''|\Z)"
    rb"|\"(?:\\.|[^\"\\\n])*\"?|'(?:\\.|[^'\\\n])*'?))"
    rb"|(?P<joined>\\\r?\n)|(?P<end>\n)|(?P<open>[\[({])|(?P<close>[\])}])|(?P<other>\w+|[^\w\s])", re.S)
_WORD = re.compile(rb"\w+|[^\w\s]")
_CODING = re.compile(rb"\A(?:[^\n]*\n)?[ \t\f]*#[^\n]*?coding[:=][ \t]*([-\w.]+)")
_ORDINARY = {b"utf-8", b"utf8", b"ascii", b"us-ascii", b"latin-1", b"iso-8859-1", b"iso-8859-15", b"cp1252"}


@functools.lru_cache(maxsize=64)
def survived(raw: bytes, seconds: int = SECONDS) -> bool:
    """Whether reading the file ends, and ends no process; asked of another process only where it might not."""
    if not is_suspicious(raw):
        return True
    code = "import sys; sys.path.insert(0, sys.argv[1]); from patches import _trial; _trial.main(int(sys.argv[2]))"
    command = [sys.executable, "-c", code, str(Path(__file__).resolve().parents[1]), str(seconds)]
    try:
        return subprocess.run(command, input=raw, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              timeout=6 * seconds).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def is_suspicious(raw: bytes) -> bool:
    """Whether one of its logical lines is longer, or nested deeper, than what people write, or that cannot be told."""
    coding, count, depth = _CODING.match(raw), 0, 0
    if coding and coding.group(1).lower().replace(b"_", b"-") not in _ORDINARY:
        return True
    for match in _TOKEN.finditer(raw):
        kind = match.lastgroup
        if kind == "end":
            count = count if depth else 0
        elif kind == "open":
            depth += 1
        elif kind == "close":
            depth = max(0, depth - 1)
        if kind == "string" and match["prefix"].lower().strip(b"rbu"):  # code may be in an f-string
            count += len(_WORD.findall(match.group()))
        elif kind not in ("comment", "end"):
            count += 1
        if count > TOKENS or depth > BRACKETS:
            return True
    return False


def main(seconds: int) -> None:
    """Read what stands on stdin in all the ways that a patch does; what matters is whether this process survives."""
    raw = sys.stdin.buffer.read()
    with contextlib.suppress(ImportError, ValueError, OSError):  # Windows has none
        import resource
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform != "win32":
        threading.stack_size(4 << 20)  # half of what the main thread has: a narrow escape does not count
    reader = threading.Thread(target=_read, args=(raw,))
    reader.start()
    reader.join()


def _read(raw: bytes) -> None:
    import libcst as cst

    warnings.simplefilter("ignore")
    with contextlib.suppress(BaseException):
        for _ in tokenize.tokenize(io.BytesIO(raw).readline):
            pass
    with contextlib.suppress(BaseException):  # what Python does not take LibCST is not asked about
        ast.dump(ast.parse(raw))
        compile(raw, "<foreign>", "exec", dont_inherit=True)
        cst.parse_module(raw)
