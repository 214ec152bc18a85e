"""Send runs again, from their journals or what unpatched frameworks left, to any tracker; it never deletes.

Thin over the command that travels with the copied package (``python <package> JOURNAL --to SPEC``), so that both do
the same; runs in other formats are made journals first. The tracker's client must be installed in this Python, or in
the one that NEPTUNE_WRITER_PYTHON names.
"""
import os
import sys
from pathlib import Path
from typing import List

_ROOT = Path(__file__).resolve().parents[1]
sys.path[0] = str(_ROOT / "vendored")  # no script of ours hides a module of a client
from neptune_writer import messages, runs, send  # noqa: E402


def with_journals(arguments: List[str]) -> List[str]:
    """The arguments, with journals in place of runs in other formats; ours need nothing but the client."""
    options = send._parser("replay.py").parse_args(arguments)
    sys.path.append(str(_ROOT))  # last, and kept: the processes that read large files look there, too
    try:
        from scripts.report import journals
    except (ModuleNotFoundError, SystemExit) as error:
        if not all(runs.journals([path]) for path in options.path):
            messages.say(f"only journals are read, for {error}; `make setup` brings it, use .venv/bin/python")
        return arguments
    cache = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "neptune-writer" / "journals"
    flags = [flag for flag in ("--dry-run", "--follow") if getattr(options, flag[2:].replace("-", "_"))]
    return [*journals.sources(options.path, cache), "--to", options.to, *flags]


if __name__ == "__main__":
    send.run(with_journals(sys.argv[1:]), "replay.py")
