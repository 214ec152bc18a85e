"""What runs here: which release and revision, and whether it is a clone or what pip installed.

Stands alone, since the build runs it as well.
"""
import configparser
import importlib.metadata
import subprocess
from pathlib import Path

NAME = "neptune-rl-logging"
ROOT = Path(__file__).resolve().parents[1]
IS_INSTALLED = not (ROOT / "setup.cfg").is_file()
BUILD = Path("build") if IS_INSTALLED else ROOT / "build"
"""Where commands write what they make, unless told where; never into site-packages."""


def release() -> str:
    """The version, such as `0.1.0`; setup.cfg is the one place that says it."""
    if IS_INSTALLED:
        return importlib.metadata.version(NAME)
    options = configparser.ConfigParser()
    options.read(ROOT / "setup.cfg", encoding="utf-8")
    return options["metadata"]["version"]


def revision() -> str:
    """The commit, such as `7aa5306`, or `7aa5306-dirty` where files were changed since; else `unknown revision`."""
    if (ROOT / ".git").exists():  # and not merely inside of somebody else's clone
        command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=7", "--exclude=*"]
        try:
            return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
        except (OSError, subprocess.CalledProcessError):
            pass
    written = ROOT / "REVISION"  # by the build
    return written.read_text(encoding="utf-8").strip() if written.is_file() else "unknown revision"
