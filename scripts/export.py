# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy", "pyarrow", "pyyaml", "tensorboard", "youplot==1.0.0"]
# ///
"""Write runs as one CSV or Parquet table.

``frame(paths)`` is the same for pandas, see `scripts.paper.frame`.
"""
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
if __name__ == "__main__":
    sys.path[0:1] = [str(_ROOT), str(_ROOT / "vendored")]  # the folder of this file would hide the package behind it
elif str(_ROOT / "vendored") not in sys.path:
    sys.path.append(str(_ROOT / "vendored"))

try:
    from scripts.paper import export_command
    from scripts.paper.frame import frame
except ModuleNotFoundError as error:
    if __name__ != "__main__":
        raise
    from scripts.command_lines import lacking
    sys.exit(f"export: {lacking(error.name or '', 'export')}")

__all__ = ["frame"]

if __name__ == "__main__":
    sys.exit(export_command.main(sys.argv[1:]))
