"""The clone of SpinningUp that trainings use: the one that SPINNINGUP names, ../spinningup by default, or a new one."""
import os
import subprocess
from pathlib import Path

import pytest
from real_training import ROOT

UPSTREAM = "https://github.com/openai/spinningup"


def clone(tmp_path_factory):
    """A clone nobody has patched."""
    named = Path(os.environ.get("SPINNINGUP") or "../spinningup")
    named = named if named.is_absolute() else ROOT / named
    if (named / "spinup").is_dir():
        return named
    folder = tmp_path_factory.mktemp("upstream") / "spinningup"
    try:
        subprocess.run(["git", "clone", "--quiet", "--depth=1", UPSTREAM, str(folder)], check=True, timeout=60,
                       capture_output=True, env=dict(os.environ, GIT_TERMINAL_PROMPT="0"))
    except (OSError, subprocess.SubprocessError):
        pytest.skip("NO REAL SPINNINGUP: %s is no clone, %s cannot be cloned here; set SPINNINGUP" % (named, UPSTREAM))
    return folder


def progress(path):
    """progress.txt as metric -> texts."""
    names, *rows = [line.split("\t") for line in path.read_text().splitlines()]
    return {name: [row[index] for row in rows] for index, name in enumerate(names)}
