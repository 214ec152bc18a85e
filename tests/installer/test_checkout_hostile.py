"""Checkouts that mean harm or are merely odd: nothing outside is touched, what is not safe is refused by name."""
import builtins
import json
import os
import resource
import sys
import time
from pathlib import Path

import pytest
from faulty_disk import Disk
from small_checkout import LOGGER, SERIALISER, call, make, run, snapshot
from small_trees import fast_folder, said  # noqa: F401

from scripts import diff, install, status, uninstall, vendor
from scripts.checkout import files, finder

HIDDEN = ".neptune-rl-logging"
PLACE = "small/logx.py"


@pytest.fixture
def folder(tmp_path):
    """An installed checkout, beside it something that is nobody's business."""
    make(tmp_path, {"outside/secret.py": LOGGER, "outside/neptune_writer/__init__.py": "mine = 1\n"})
    assert call(install, make(tmp_path / "one")) == 0
    return tmp_path / "one"


def outside(folder):
    """What lies beside the checkout."""
    return snapshot(folder.parent / "outside")


def forge(folder, record, **changed):
    """Change the record of the logger, by hand."""
    place = folder / record
    value = json.loads(place.read_text())
    entry = value["files"]["logx.py" if "installed" in record else PLACE]
    entry.update(changed)
    place.write_text(json.dumps(value))


@pytest.mark.parametrize("field", ["original_sha256", "written_sha256", "pieces_sha256"])
@pytest.mark.parametrize("record", [f"{HIDDEN}/manifest.json", "small/neptune_writer/installed.json"])
@pytest.mark.parametrize("value", ["0" * 64, files.digest(b"mine"), "", None])
def test_hashes_that_lie_never_make_another_file(folder, capsys, field, record, value):
    """Whatever is believed of them, what comes out is the original, or nothing changes."""
    before = outside(folder)
    forge(folder, record, **{field: value})
    there = snapshot(folder)
    if call(uninstall, folder):
        assert snapshot(folder) == there
        assert ": " in capsys.readouterr().err
    else:
        assert (folder / PLACE).read_text() == LOGGER
    assert outside(folder) == before


def test_a_forged_original_with_the_hash_to_it_is_all_that_a_forger_can_bring_back(folder):
    """It was in the checkout already: whoever can write there can write the logger itself."""
    (folder / HIDDEN / "originals" / PLACE).write_bytes(b"import evil\n")
    forge(folder, f"{HIDDEN}/manifest.json", original_sha256=files.digest(b"import evil\n"), mode="7777")
    assert call(uninstall, folder) == 0
    assert (folder / PLACE).stat().st_mode & 0o7000 == 0


@pytest.mark.parametrize("command", [status, diff, install, uninstall, vendor])
@pytest.mark.parametrize("place, target", [
    (HIDDEN, "outside"), (f"{HIDDEN}/originals", "outside"), (f"{HIDDEN}/manifest.json", "outside/secret.py"),
    ("small/neptune_writer", "outside/neptune_writer"), ("small/neptune_writer/__init__.py", "outside/secret.py"),
    (PLACE, "outside/secret.py"), ("small", "outside"), ("small/neptune_writer/installed.json", "outside/secret.py")])
def test_symlinks_that_take_the_place_of_what_is_ours(folder, tmp_path, command, place, target):
    (folder / place).rename(tmp_path / "moved")
    (folder / place).symlink_to(tmp_path / target)
    before, moved, there = outside(folder), snapshot(tmp_path / "moved"), snapshot(folder)
    with Disk(tmp_path / "outside") as disk:
        code, printed = said(command, folder, *(["--output", str(tmp_path / "build")] if command is vendor else []))
    assert outside(folder) == before and snapshot(tmp_path / "moved") == moved
    assert "read" not in disk.operations and "create" not in disk.operations
    if code:
        assert snapshot(folder) == there
        assert "symlink" in printed or "expected" in printed


def test_hard_links_into_other_environments_are_never_written_through(tmp_path):
    folder = make(tmp_path / "one")
    for path in (PLACE, "small/serialise.py"):
        os.link(folder / path, tmp_path / os.path.basename(path))
    assert call(install, folder) == 0
    assert (tmp_path / "logx.py").read_text() == LOGGER
    os.link(folder / "small/neptune_writer/values.py", tmp_path / "values.py")
    written = (tmp_path / "values.py").read_bytes()
    assert call(uninstall, folder) == 0
    assert (tmp_path / "serialise.py").read_text() == SERIALISER
    assert (tmp_path / "values.py").read_bytes() == written


@pytest.mark.parametrize("place", [PLACE, f"{HIDDEN}/manifest.json", f"{HIDDEN}/originals/{PLACE}",
                                   "small/neptune_writer/values.py", "small/neptune_writer/installed.json"])
@pytest.mark.parametrize("command", [status, install, uninstall])
def test_a_pipe_is_never_waited_for(folder, command, place):
    (folder / place).unlink()
    os.mkfifo(folder / place)
    code, printed = said(command, folder)
    assert code == 1 and f"{place}: not a regular file" in printed


@pytest.mark.parametrize("place", ["big.py", PLACE, f"{HIDDEN}/manifest.json", f"{HIDDEN}/originals/{PLACE}",
                                   "small/neptune_writer/values.py"])
def test_a_file_of_a_gigabyte_is_not_read(folder, place):
    with (folder / place).open("ab") as file:
        file.truncate(1 << 30)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    code, printed = said(status, folder)
    assert f"{place}: not read: larger than" in printed if place == "big.py" else \
        f"{place}: larger than 50,000,000 bytes: 1,073,741,824" in printed
    assert code == (place != "big.py")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # KB


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a\nb/lo\ngx.py", " .py", "-rf.py", "a\x1b[2J.py", "\udcff\udcfe.py", "lögger.py",
                                  "'; echo x;.py", "x" * 252 + ".py"])
def test_any_name_is_installed_into_and_comes_back(tmp_path, name):
    folder = make(tmp_path, {name: LOGGER})
    before = snapshot(folder)
    assert call(install, folder) == 0
    done = run("status", folder)
    assert (done.stdout.count("\n"), done.stdout[:7]) == (2, "applied")
    assert "\x1b" not in done.stdout
    assert call(uninstall, folder) == 0
    assert snapshot(folder) == before


@pytest.mark.parametrize("folders", [20, pytest.param(1000, marks=pytest.mark.slow)])
def test_each_of_many_files_is_opened_once(fast_folder, monkeypatch, capsys, folders):  # noqa: F811
    """Progress is shown while it lasts. A hundred thousand take few times what reading alone takes."""
    folder = fast_folder / str(folders)
    for number in range(folders):
        inner = folder / f"{number // 100}/{number}"
        inner.mkdir(parents=True)
        for name in range(100):
            (inner / f"{name}.py").write_bytes(b"x = 1\n")
    make(folder, {PLACE: LOGGER})
    started = time.monotonic()
    for place, _, names in os.walk(folder):
        for name in names:
            os.lstat(os.path.join(place, name))
            with open(os.path.join(place, name), "rb") as file:
                file.read()
    reading = time.monotonic() - started
    opened, real = [], open
    monkeypatch.setattr(builtins, "open", lambda path, *rest: (opened.append(path), real(path, *rest))[1])
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    shown = []
    started = time.monotonic()
    found = finder.search(str(folder), lambda raw: b"log_tabular" in raw, shown.append)
    searching = time.monotonic() - started
    assert found.candidates == [PLACE] and len(opened) == 100 * folders + 1 == len(set(opened))
    assert len(shown) == folders + 1
    assert searching < 8 * reading or folders < 1000
    assert Path(opened[0]).is_relative_to(folder)
