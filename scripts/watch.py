# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy", "pyarrow", "pyyaml", "tensorboard", "textual>=8", "textual-plotext>=1.0.1"]
# ///
"""Watch runs in the terminal: which still run, which look wrong and why."""
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
sys.path[0:1] = [str(_ROOT), str(_ROOT / "vendored")]  # the folder of this file would hide the package behind it

if __name__ == "__main__":
    try:
        from scripts.watching import command
    except ModuleNotFoundError as error:
        from scripts.command_lines import lacking
        sys.exit(f"watch: {lacking(error.name or '', 'watch')}")
    sys.exit(command.main(sys.argv[1:]))
