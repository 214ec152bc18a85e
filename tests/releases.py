"""Releases of frameworks, unpacked from the package index into the user's cache folder: clones that anyone can have.

    python tests/releases.py stable_baselines3==2.9.2    prints the folder, which holds the package

A wheel with compiled code is taken for the newest Python of `_PYTHONS` that it has one for.
"""
from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path


_PYTHONS = ("3.11", "3.7")


class ReleaseUnavailable(Exception):
    """The release cannot be had on this machine."""


def unpacked(requirement: str) -> Path:
    """The folder of a release, nobody's to change: copy it.

    Args:
        requirement: ``name==version``, of a release with a wheel, or a source archive.

    Raises:
        ReleaseUnavailable: pip does not get it.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "neptune-rl-logging" / "releases"
    folder = cache / requirement.replace("==", "-")
    cache.mkdir(parents=True, exist_ok=True)
    with open(f"{folder}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            with tempfile.TemporaryDirectory(dir=cache) as waiting:
                _unpack(_download(requirement, Path(waiting)), Path(waiting, "unpacked"))
                Path(waiting, "unpacked").rename(folder)
    return folder


def _download(requirement: str, folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir", "--dest", str(folder)]
    # A wheel of any Python, whatever this one is; a source archive is run to learn what it is, so it comes last.
    for form in [*(["--only-binary=:all:", f"--python-version={version}"] for version in _PYTHONS), []]:
        done = subprocess.run([*command, *form, requirement], capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if done.returncode == 0:
            return next(path for path in folder.iterdir() if path.name.endswith((".whl", ".tar.gz")))
    raise ReleaseUnavailable(f"{requirement}: {(done.stderr.strip().splitlines() or ['pip failed'])[-1]}")


def _unpack(archive: Path, folder: Path) -> None:
    if archive.suffix == ".whl":
        zipfile.ZipFile(archive).extractall(folder)
        for path in [*folder.glob("*.data/purelib/*"), *folder.glob("*.data/platlib/*")]:
            path.rename(folder / path.name)  # as pip does
        return
    shutil.unpack_archive(archive, folder)
    inner, = folder.iterdir()  # NAME-VERSION/
    for path in inner.iterdir():
        path.rename(folder / path.name)
    inner.rmdir()


if __name__ == "__main__":
    try:
        print(unpacked(sys.argv[1]))
    except ReleaseUnavailable as error:
        sys.exit(str(error))
