"""S29: a folder of the checkout, or one above it, swapped for a link at any moment while root installs or uninstalls.

Nothing is made, changed or removed where the link leads to.
"""
import os
import subprocess
import sys

import pytest
from faulty_disk import Disk
from small_checkout import LOGGER, REPO, make, snapshot
from small_trees import COMMANDS, START, copy, fast_folder, quietly, small_package, trees  # noqa: F401

from scripts.checkout import anchor, files, places

SWAPPED = ("above", "above/one", "above/one/small", "above/one/small/neptune_writer", "above/one/.neptune-rl-logging")


def swap(place, outside):
    """A link in the place of a folder, if it is there."""
    if os.path.isdir(place) and not os.path.islink(place):
        os.rename(place, f"{place}-moved")
        os.symlink(outside, place)


@pytest.fixture
def outside(fast_folder):  # noqa: F811
    """A folder that looks like any of those that are swapped for it: what is done in the wrong place finds its way."""
    place = fast_folder / "outside"
    for inner in ("", "one", "one/small", "small"):
        make(place / inner, {"logx.py": LOGGER, "serialise.py": "", "keep": "", "__pycache__/a.pyc": "",
                             "undo/0": "", "neptune_writer/__pycache__/values.pyc": ""})
    return place


def at_any_operation(command, trees, folder, outside, swapped, every=1):  # noqa: F811
    """Swap before each operation in turn; returns how many there are."""
    before = snapshot(outside)
    copy(trees[START[command]], folder / "above/one")
    with Disk(folder / "above") as disk:
        places.folder_of(str(folder / "above/one"))
    number = len(disk.operations) if "small" not in swapped else 0  # before that the link is what the user names
    while True:
        copy(trees[START[command]], folder / "above/one")
        count = []

        def hit(at, name):
            count.append(name)
            if at == number:
                swap(folder / swapped, outside)
            return False

        with Disk(folder / "above", hit):
            quietly(COMMANDS[command], folder / "above/one")
        assert snapshot(outside) == before, (number, count[number:number + 2])
        for place in map(folder.joinpath, SWAPPED):
            if place.is_symlink():
                place.unlink()
                os.rename(f"{place}-moved", place)
        if number >= len(count):
            return number
        number += every


@pytest.mark.parametrize("command", ["install", "uninstall"])
@pytest.mark.parametrize("swapped", SWAPPED)
def test_a_swap_before_some_operations(fast_folder, trees, outside, command, swapped):  # noqa: F811
    assert at_any_operation(command, trees, fast_folder, outside, swapped, every=29) > 100


@pytest.mark.slow
@pytest.mark.parametrize("command", ["install", "uninstall"])
@pytest.mark.parametrize("swapped", SWAPPED)
def test_a_swap_before_any_operation(fast_folder, trees, outside, command, swapped):  # noqa: F811
    assert at_any_operation(command, trees, fast_folder, outside, swapped) > 100


def race(folder, trees, outside, rounds):  # noqa: F811
    """Swap to and fro all the while."""
    before, place = snapshot(outside), folder / "above/one/small"
    code = ("import os, sys\nplace, outside = sys.argv[1:]\nos.symlink(outside, place + '-link')\nwhile True:\n"
            "    try:\n"
            "        os.rename(place, place + '-moved'); os.rename(place + '-link', place)\n"
            "        os.rename(place, place + '-link'); os.rename(place + '-moved', place)\n"
            "    except OSError:\n        pass\n")
    statuses = set()
    for number in range(rounds):
        copy(trees["old"], folder / "above/one")
        with subprocess.Popen([sys.executable, "-c", code, str(place), str(outside)]) as racer:
            for command in ("install", "uninstall"):
                statuses.add(quietly(COMMANDS[command], folder / "above/one"))
            racer.kill()
        assert snapshot(outside) == before, number
    return statuses


def test_races(fast_folder, trees, outside):  # noqa: F811
    race(fast_folder, trees, outside, 5)


@pytest.mark.slow
def test_five_hundred_races(fast_folder, trees, outside):  # noqa: F811
    assert race(fast_folder, trees, outside, 500) == {0, 1}


# What stands under the temporary name, and what is opened

@pytest.mark.slow
@pytest.mark.parametrize("plant", ["link", "fifo", "folder", "hard link"])
def test_what_was_planted_under_a_temporary_name_is_left_alone(tmp_path, plant):
    """S1: its name is known to everybody."""
    folder, victim = make(tmp_path / "one"), tmp_path / "victim"
    victim.write_text("a file of the victim's")
    place = folder / "small/.logx.py.neptune-tmp"
    {"link": lambda: place.symlink_to(victim), "fifo": lambda: os.mkfifo(place), "folder": place.mkdir,
     "hard link": lambda: os.link(victim, place)}[plant]()
    before = snapshot(tmp_path)
    done = subprocess.run([sys.executable, str(REPO / "scripts/install.py"), str(folder)], capture_output=True,
                          text=True, timeout=60)
    assert done.returncode == 1
    assert "small/.logx.py.neptune-tmp: install needs this place for a temporary file, " in done.stderr
    assert snapshot(tmp_path) == before


def test_a_file_is_private_before_it_has_its_content(tmp_path, monkeypatch):
    """A source of 0600 was 0644 for a moment."""
    seen, real = [], os.fchmod
    monkeypatch.setattr(os, "fchmod", lambda handle, mode: (seen.append(os.fstat(handle).st_mode & 0o777),
                                                            real(handle, mode)))
    files.write(str(tmp_path), "a.py", b"x", 0o640)
    assert seen == [0o600] and os.stat(tmp_path / "a.py").st_mode & 0o777 == 0o640


@pytest.mark.slow
def test_a_fifo_named_like_a_source_is_noted_and_not_waited_for(tmp_path):
    """S21."""
    folder = make(tmp_path)
    os.mkfifo(folder / "pipe.py")
    done = subprocess.run([sys.executable, str(REPO / "scripts/install.py"), str(folder)], capture_output=True,
                          text=True, timeout=60)
    assert done.returncode == 0
    assert "install: pipe.py: not read: not a regular file\n" in done.stderr


def test_it_works_where_folders_cannot_be_held(tmp_path, monkeypatch):
    """B13: Windows has no dir_fd."""
    monkeypatch.setattr(anchor, "_ALL_OF_IT", False)
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_DIRECTORY", "fchmod", "fchown"):
        monkeypatch.delattr(os, name)
    folder = make(tmp_path)
    before = snapshot(folder)
    for command in ("install", "uninstall"):
        assert quietly(COMMANDS[command], folder) == 0
    assert snapshot(folder) == before


def test_it_works_where_a_folder_has_to_be_opened_to_pass_through_it(tmp_path, monkeypatch):
    """B13: macOS has no O_PATH."""
    monkeypatch.setattr(anchor, "_TO_PASS", 0)
    folder = make(tmp_path)
    before = snapshot(folder)
    for command in ("install", "uninstall"):
        assert quietly(COMMANDS[command], folder) == 0
    assert snapshot(folder) == before
