"""Somebody saves a logger while install or uninstall runs (S3): the save is in the file, or the command refuses."""
import os
import random
import subprocess
import sys
import time

import pytest
from small_checkout import REPO, make
from small_trees import COMMANDS, copy, fast_folder, said, small_package, trees  # noqa: F401

from scripts.checkout import files, store, swap, transaction

PLACE = "small/logx.py"
SAVED = b"# saved by an editor\n"
ROUNDS = 40  # 400 were tried once


def in_place(path, raw):
    """As nano and VS Code do."""
    with open(path, "wb") as file:
        file.write(raw)


def by_renaming(path, raw):
    """As vim and git do."""
    temporary = path.with_name("." + path.name + ".swp")
    temporary.write_bytes(raw)
    os.replace(temporary, path)


@pytest.fixture
def at_operation(monkeypatch):
    """Does something right before an operation on the logger, once."""
    def at_operation(wanted, act):
        done = []

        def step(operation, path):
            if (operation, path) == wanted and not done:
                done.append(True)
                act()
        monkeypatch.setattr(files, "step", step)
        return done
    return at_operation


@pytest.mark.parametrize("exchanges", [True, False], ids=["exchange", "no exchange"])
@pytest.mark.parametrize("save", [in_place, by_renaming])
@pytest.mark.parametrize("operation", ["write", "rename"])
@pytest.mark.parametrize("command", ["install", "uninstall"])
def test_a_save_at_the_worst_moment_stays_and_nothing_else_changes(
        fast_folder, trees, at_operation, monkeypatch, command, operation, save, exchanges):  # noqa: F811
    if not exchanges:
        monkeypatch.setattr(swap, "_renameat2", lambda: None)
    start = trees["old" if command == "install" else "old installed"]
    folder = copy(start, fast_folder / "one")
    place = folder / PLACE
    saved = place.read_bytes() + SAVED
    done = at_operation((operation, PLACE), lambda: save(place, saved))
    code, printed = said(COMMANDS[command], folder)
    assert done and code == 1 and place.read_bytes() == saved
    assert printed.splitlines()[-1].endswith(
        "small/logx.py: it was saved by another program just now and is as saved; nothing else was changed, run this "
        "again")
    place.write_bytes((start / PLACE).read_bytes())
    unlike = subprocess.run(["diff", "-r", str(start), str(folder)], capture_output=True, text=True).stdout
    assert unlike == ""


@pytest.mark.parametrize("command", ["install", "uninstall"])
def test_what_is_written_into_the_old_file_once_it_lost_its_name_is_put_back(
        fast_folder, trees, at_operation, command):  # noqa: F811
    """An editor that has the file open."""
    folder = copy(trees["old" if command == "install" else "old installed"], fast_folder / "one")
    place = folder / PLACE
    saved = place.read_bytes() + SAVED
    opened = open(place, "r+b")

    def write():
        opened.write(saved)
        opened.close()
    last = ("write", store.MANIFEST) if command == "install" else ("remove", store.MANIFEST)
    assert not at_operation(last, write)
    code, printed = said(COMMANDS[command], folder)
    assert opened.closed and code == 1 and place.read_bytes() == saved and "saved by another program" in printed


def test_a_save_between_the_look_and_the_change_is_no_part_of_the_plan(fast_folder, trees, monkeypatch):  # noqa: F811
    folder = copy(trees["old"], fast_folder / "one")
    place = folder / PLACE
    saved = place.read_bytes() + SAVED
    real = transaction.change
    monkeypatch.setattr(transaction, "change", lambda *rest: (in_place(place, saved), real(*rest))[1])
    code, printed = said(COMMANDS["install"], folder)
    assert code == 1 and place.read_bytes() == saved and not (folder / ".neptune-rl-logging").exists()


def script(name):
    return str(REPO / "scripts" / f"{name}.py")


@pytest.mark.slow
@pytest.mark.parametrize("save", [in_place, by_renaming])
def test_of_saves_at_random_moments_none_is_lost(tmp_path, save):
    """Each with a mark of its own, which is in the file in the end, whatever the command says."""
    folder, chance, refused = make(tmp_path / "one"), random.Random(0), 0
    place = folder / PLACE
    for number in range(ROUNDS):
        command = "uninstall" if b"neptune" in place.read_bytes() else "install"
        began = time.monotonic()
        process = subprocess.Popen([sys.executable, script(command), str(folder)], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        time.sleep(chance.uniform(0, race.seconds))
        mark = b"# save %d\n" % number
        save(place, place.read_bytes() + mark)
        said = process.communicate()
        race.seconds = 0.5 * race.seconds + 0.5 * (time.monotonic() - began)
        refused += process.returncode != 0
        assert mark in place.read_bytes(), (number, process.returncode, said)
        if process.returncode == 0 and place.read_bytes().count(b"# save") > 20:
            place.write_bytes(b"".join(line for line in place.read_bytes().splitlines(True) if b"# save" not in line))
    assert 0 < refused < ROUNDS


class race:
    """How long a command takes here, so that saves meet all of it."""

    seconds = 0.5
