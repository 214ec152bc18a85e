# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy", "pyarrow", "pyyaml", "tensorboard", "youplot==1.0.0"]
# ///
"""Compare algorithms over seeds and tasks in a table with intervals."""
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
sys.path[0:1] = [str(_ROOT), str(_ROOT / "vendored")]  # the folder of this file would hide the package behind it

if __name__ == "__main__":
    try:
        from scripts.paper import compare_command
    except ModuleNotFoundError as error:
        from scripts.command_lines import lacking
        sys.exit(f"compare: {lacking(error.name or '', 'compare')}")
    sys.exit(compare_command.main(sys.argv[1:]))
