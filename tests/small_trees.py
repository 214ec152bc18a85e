"""Small checkouts in memory, of which a test takes a copy for each of a thousand tries."""
import contextlib
import functools
import io
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from small_checkout import LOGGER, call, git, make, snapshot

from scripts import install, uninstall, update
from scripts.checkout import package, state

COMMANDS = {"install": install, "uninstall": uninstall, "update": update}
NEWER = LOGGER.replace("print(self", "print('|', self")


@pytest.fixture(scope="module")
def fast_folder():
    """A folder in memory where there is such a file system: thousands of checkouts are made and thrown away."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    folder = tempfile.mkdtemp(prefix="neptune-rl-", dir=memory)
    yield Path(folder)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def small_package():
    """Few files to copy into a framework, and LibCST asked once about each: every operation is tried."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(package, "vendored", lambda: {"__init__.py": b"x = 1\n", "values.py": b"y = 1\n"})
        patch.setattr(state, "apply_patch", functools.lru_cache(maxsize=None)(state.apply_patch))
        yield


@pytest.fixture(scope="module")
def trees(fast_folder, small_package):
    """Name -> a checkout to copy: `old` and `newer` upstream, as they are and installed into, and clones of them."""
    found = {}
    upstream = make(fast_folder / "upstream")
    git(upstream, "init", "-q", "--template=", "-b", "main")
    for name, logger in (("old", LOGGER), ("newer", NEWER)):
        (upstream / "small/logx.py").write_text(logger)
        git(upstream, "add", "-A")
        git(upstream, "commit", "-qm", name)
        if name == "old":
            git(fast_folder, "clone", "-q", "--template=", str(upstream), "clone")
        plain = found[name] = fast_folder / name
        shutil.copytree(upstream / "small", plain / "small")
        found[f"{name} installed"] = copy(plain, fast_folder / f"{name} installed")
        assert quietly(install, fast_folder / f"{name} installed") == 0
    assert quietly(install, fast_folder / "clone") == 0
    found["clone"] = fast_folder / "clone"
    return found


START = {"install": "old", "uninstall": "old installed", "update": "clone"}


def copy(folder, to):
    """A copy, in place of what was there."""
    shutil.rmtree(to, ignore_errors=True)
    return shutil.copytree(folder, to, symlinks=True)


def tree(folder):
    """What is in the checkout besides `.git`."""
    return {path: found for path, found in snapshot(folder / "small").items() if "__pycache__" not in path}


def quietly(command, folder, *arguments):
    """Run a command; its exit status."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return call(command, folder, *arguments)


def said(command, folder, *arguments):
    """Run a command; its exit status, and all that it says."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        return call(command, folder, *arguments), printed.getvalue()
