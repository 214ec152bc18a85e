"""Frameworks as they are out there now: the newest release on the package index, the newest commit of upstream."""
from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import NamedTuple

# NAME-VERSION.tar.gz, NAME-VERSION-TAGS.whl: the version begins with a digit and has no dash; a name may have some
_VERSION = re.compile(r"-(\d[^-]*?)(?:\.tar\.gz|\.zip|-.*\.whl)$")


class Unavailable(Exception):
    """It cannot be had on this machine; the message is the reason, one line."""


class Tree(NamedTuple):
    """A framework's files, nobody's to keep, and what version they are of."""

    folder: Path
    version: str


def newest_release(package: str, folder: Path) -> Tree:
    """Download and unpack the newest release, without what it depends on.

    Args:
        package: its name on the package index.
        folder: an empty one.

    Raises:
        Unavailable: pip does not get it, or a file of it would lie elsewhere.
    """
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
               "--dest", str(folder)]
    # A wheel of any Python, whatever this one is; a source archive is run to learn what it is, so it comes second.
    for form in (["--only-binary=:all:", "--python-version=3.11"], []):
        done = subprocess.run([*command, *form, package], capture_output=True, text=True, stdin=subprocess.DEVNULL)
        found = [path for path in folder.iterdir() if path.name.endswith((".whl", ".tar.gz", ".zip"))]
        if done.returncode == 0 and found:
            version = _VERSION.search(found[0].name)
            return Tree(_unpack(found[0], folder / "unpacked"), version[1] if version else "-")
    raise Unavailable((done.stderr.strip().splitlines() or ["pip failed"])[-1])


def newest_commit(url: str, folder: Path) -> Tree:
    """Clone upstream's newest commit, and nothing of its history.

    Args:
        folder: one that does not exist.

    Raises:
        Unavailable: git does not get it.
    """
    try:
        done = subprocess.run(["git", "clone", "--quiet", "--depth=1", url, str(folder)], capture_output=True,
                              text=True, stdin=subprocess.DEVNULL, env=dict(os.environ, GIT_TERMINAL_PROMPT="0"))
    except FileNotFoundError:
        raise Unavailable("git is not installed") from None
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["git clone failed"]
        raise Unavailable(next((line for line in lines if line.startswith("fatal:")), lines[-1]))
    commit = subprocess.run(["git", "-C", str(folder), "rev-parse", "--short=7", "HEAD"], capture_output=True,
                            text=True, check=True)
    return Tree(folder, commit.stdout.strip())


def _unpack(archive: Path, folder: Path) -> Path:
    if archive.suffix == ".whl":
        zipfile.ZipFile(archive).extractall(folder)
    elif archive.suffix != ".zip" and hasattr(tarfile, "data_filter"):  # Python 3.9 has it from 3.9.17 on
        try:
            shutil.unpack_archive(archive, folder, filter="data")
        except tarfile.TarError as error:
            raise Unavailable(f"{archive.name}: {error}") from None
    else:
        shutil.unpack_archive(archive, folder)
    return folder
