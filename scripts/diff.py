# /// script
# requires-python = ">=3.9"
# dependencies = ["libcst>=1.1"]
# ///
"""Print what install.py changed in a checkout, or would change, as a diff that git apply takes."""
import argparse
import difflib
import os
import re
import sys
from pathlib import Path
from typing import Iterator, List, Sequence

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from scripts import checkout, output  # noqa: E402
from scripts.checkout import package  # noqa: E402
from scripts.output import Console  # noqa: E402

NO_NEWLINE = b"\\ No newline at end of file"


def main(argv: Sequence[str]) -> int:
    """Run the command; returns its exit status: 0, 1 for a refusal, 2 for wrong usage."""
    parser = output.arguments(__doc__ or "")
    parser.add_argument("--all", action="store_true", help="the files of the copied package too, so that what is "
                        "applied elsewhere runs")
    return output.run("diff", parser, diff, argv)


def diff(arguments: argparse.Namespace, console: Console) -> int:
    """Look, print, change nothing."""
    found = checkout.open_checkout(arguments.checkout, (), console.progress)
    refusals: List[str] = []
    for file in found.files:
        after = file.raw if file.installed else file.new
        if file.base is None or after is None:
            refusals.append(f"{file.path}: {file.state}: {file.detail}")
            continue
        _print(console, file.path, file.state, b"".join(unified(file.path, file.base, after)))
    for folder in sorted({package.folder_beside(file.path) for file in found.files if file.new and file.imports}):
        if arguments.all:
            for name, raw in found.sources.items():
                _print(console, f"{folder}/{name}", "added", b"".join(added(f"{folder}/{name}", raw)))
        else:
            console.note(f"{folder}/: {len(found.sources)} new files besides, which the patched ones import; "
                         "--all shows them too")
    return console.refuse(refusals) if refusals else 0


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


def _print(console: Console, path: str, state: str, text: bytes) -> None:
    console.report["files"].append({"path": path, "state": state,
                                    "diff": text.decode("utf-8", "backslashreplace")})
    if console.as_json:
        return
    if sys.stdout.isatty() and "NO_COLOR" not in os.environ:
        text = b"".join(map(_colour, text.splitlines(keepends=True)))
    sys.stdout.flush()
    sys.stdout.buffer.write(text)
    sys.stdout.buffer.flush()


def _colour(line: bytes) -> bytes:
    codes = {b"+": b"32", b"-": b"31", b"@": b"36"}
    code = codes.get(line[:1])
    return b"\x1b[%sm%s\x1b[0m\n" % (code, line.rstrip(b"\n")) if code else line


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
