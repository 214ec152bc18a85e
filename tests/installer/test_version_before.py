"""Installs of an earlier version of this repo, whose lines were others: brought up to date, and taken out again.

The earlier version is taken from git's history: where that is not there, as in a shallow clone, these are skipped.
"""
import io
import shutil
import subprocess
import sys
import tarfile
from collections import namedtuple

import pytest
from small_checkout import LOGGER, REPO, SERIALISER, call, make, snapshot
from small_formats import BASELINES, STABLE_BASELINES3
from small_ray import LAYOUTS
from small_tables import CLASS, OMNISAFE

from scripts import install, status, uninstall

BEFORE = "4c41fdf"
RELATIVE = "from . import other\n"


def below(folder, files):
    """The files in a folder."""
    return {f"{folder}/{path}": text for path, text in files.items()}


TABLES = below("part", {
    "__init__.py": "", "other.py": "", "logx.py": LOGGER.replace("import json\n", f"import json\n{RELATIVE}"),
    "serialise.py": SERIALISER, "rlkit.py": RELATIVE + CLASS, "omnisafe.py": OMNISAFE})
EVERYTHING = {**TABLES, **below("sb", BASELINES), **below("sb3", STABLE_BASELINES3), **below("ray", LAYOUTS["2.60.0"])}


@pytest.fixture(scope="module")
def tool_before(tmp_path_factory):
    """The earlier version."""
    archive = subprocess.run(["git", "-C", str(REPO), "archive", BEFORE, "patches", "scripts", "vendored"],
                             capture_output=True)
    if archive.returncode:
        pytest.skip(f"{BEFORE} is not in git's history here")
    folder = tmp_path_factory.mktemp("before")
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as packed:
        packed.extractall(folder)
    return folder


Installed = namedtuple("Installed", "folder clean files today")
"""A checkout as the earlier version's command left it, a snapshot of what it was, its files, and what today's makes."""


@pytest.fixture(scope="module", params=[TABLES, pytest.param(EVERYTHING, marks=pytest.mark.slow)],
                ids=["tables", "everything"])
def installed(tool_before, tmp_path_factory, request):
    """One that the tests copy."""
    folder, today = (make(tmp_path_factory.mktemp(name) / "one", request.param) for name in ("before", "today"))
    clean = snapshot(folder)
    subprocess.run([sys.executable, str(tool_before / "scripts/install.py"), str(folder)], check=True,
                   capture_output=True)
    assert call(install, today) == 0
    return Installed(folder, clean, request.param, texts(today, request.param))


@pytest.fixture
def old(installed, tmp_path):
    """A copy of it."""
    return installed._replace(folder=shutil.copytree(installed.folder, tmp_path / "one"))


def texts(folder, files):
    """The framework's files as they are."""
    return {path: (folder / path).read_text() for path in files}


@pytest.mark.slow
def test_it_is_outdated_and_installing_brings_it_up_to_date(old, capsys):
    assert texts(old.folder, old.files) != old.today
    assert call(status, old.folder) == 0
    assert "outdated    part/logx.py" in capsys.readouterr().out
    assert call(install, old.folder) == 0
    assert texts(old.folder, old.files) == old.today
    assert call(uninstall, old.folder) == 0
    assert snapshot(old.folder) == old.clean


def test_it_is_taken_out_byte_for_byte(old):
    assert call(uninstall, old.folder) == 0
    assert snapshot(old.folder) == old.clean


@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
def test_without_the_originals(old, ends):
    """As in a fork that somebody committed; also with other line ends, so that no line of ours is what it was."""
    shutil.rmtree(old.folder / ".neptune-rl-logging")
    for path in old.files:
        (old.folder / path).write_bytes((old.folder / path).read_bytes().replace(b"\n", ends))
    assert call(uninstall, old.folder) == 0
    assert {path: (old.folder / path).read_bytes() for path in old.files} == {
        path: text.encode().replace(b"\n", ends) for path, text in old.files.items()}
    assert not list(old.folder.rglob("neptune_writer"))


def test_edited_since(old):
    for path in old.files:
        (old.folder / path).write_text((old.folder / path).read_text() + "\n# mine\n")
    assert call(install, old.folder) == 0
    assert texts(old.folder, old.files) == {path: text + "\n# mine\n" for path, text in old.today.items()}
