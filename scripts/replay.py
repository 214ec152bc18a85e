"""Send runs again: from their journals to any tracker, now or later; it never deletes.

Thin over the command that travels with the copied package (``python <package> JOURNAL --to SPEC``), so that both do
the same. The tracker's client must be installed in this Python, or in the one that NEPTUNE_WRITER_PYTHON names.
"""
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1] / "vendored")  # no script of ours hides a module of a client
from neptune_writer import send  # noqa: E402

if __name__ == "__main__":
    send.run(sys.argv[1:], "replay.py")
