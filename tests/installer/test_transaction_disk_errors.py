"""An operation on the disk that fails, each in turn: the tree is as before, and one line says why."""
import errno
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from faulty_disk import CHANGES, EVERY, SOME, Disk, chosen, failing
from small_checkout import LOGGER, SERIALISER, snapshot
from small_trees import (  # noqa: F401
    COMMANDS, NEWER, START, copy, fast_folder, quietly, said, small_package, tree, trees)

from scripts import install, uninstall
from scripts.checkout import clone

ERRORS = {"ENOSPC": CHANGES, "EACCES": None, "EIO": None}  # only a change can find the disk full
AFTER = {"install": "old installed", "uninstall": "old", "update": "newer installed"}


def error(name):
    """The exception as Python raises it."""
    number = getattr(errno, name)
    return OSError(number, os.strerror(number), "somewhere")


@pytest.mark.parametrize("how_many", [SOME, EVERY])
@pytest.mark.parametrize("name", ERRORS)
@pytest.mark.parametrize("command", ["install", "uninstall"])
def test_any_operation(fast_folder, trees, command, name, how_many):  # noqa: F811
    """It may also be done in spite of the error: where that hit the scratch files of a change that was complete."""
    folder = copy(trees[START[command]], fast_folder / "one")
    with Disk(folder) as disk:
        assert quietly(COMMANDS[command], folder) == 0
    before, after = snapshot(trees[START[command]]), snapshot(folder)
    copy(trees[START[command]], folder)
    failed = 0
    for number in chosen(how_many, disk.operations):
        operation = disk.operations[number]
        if ERRORS[name] and operation not in ERRORS[name]:
            continue
        with Disk(folder, failing(number, error(name))):
            code, printed = said(COMMANDS[command], folder)
        if code == 0:
            left = {path: found for path, found in snapshot(folder).items() if not path.startswith(".neptune-rl")}
            assert left == {path: found for path, found in after.items() if not path.startswith(".neptune-rl")}, number
            copy(trees[START[command]], folder)
            continue
        failed += 1
        assert snapshot(folder) == before, (number, operation)
        lines = [line for line in printed.splitlines() if line.startswith(f"{command}: ")]
        assert len(lines) == 1 or name != "ENOSPC" and "not read: " in lines[0], (number, printed)
        assert os.strerror(getattr(errno, name)) in lines[-1], (number, printed)
        assert "Traceback" not in printed
    assert failed > (40 if how_many == "every" else 10)


def git_in_short(root, *arguments):
    """What git answers and does in these clones, since a thousand real pulls take minutes; test_update.py has those."""
    logger = Path(root, "small/logx.py")
    is_new = "print('|'" in logger.read_text()
    answer, code = b"", 0
    if arguments[0] == "pull":
        logger.write_text(NEWER)
    elif arguments[0] == "diff":
        committed = {"small/logx.py": NEWER if is_new else LOGGER, "small/serialise.py": SERIALISER}
        answer = "\0".join(path for path in arguments if committed.get(path, "") not in
                           ("", Path(root, path).exists() and Path(root, path).read_text())).encode()
    elif arguments[0] == "rev-list":
        answer = b"1"
    elif "-q" in arguments:
        code = 1
    else:
        answer = b"newer" if is_new else b"older"
    return subprocess.CompletedProcess([], code, answer, b"")


@pytest.mark.slow
@pytest.mark.parametrize("how_many", [SOME, EVERY])
@pytest.mark.parametrize("name", ERRORS)
def test_any_operation_of_an_update(fast_folder, trees, name, how_many, monkeypatch):  # noqa: F811
    """Before the pull nothing changes; after it, the checkout is new and without ours, and says what puts it back."""
    monkeypatch.setattr(clone, "_git", git_in_short)
    folder = copy(trees["old installed"], fast_folder / "one")
    with Disk(folder) as disk:
        assert quietly(COMMANDS["update"], folder) == 0
    outcomes = set()
    for number in chosen(how_many, disk.operations):
        operation = disk.operations[number]
        if operation == "git" or ERRORS[name] and operation not in ERRORS[name]:
            continue
        copy(trees["old installed"], folder)
        with Disk(folder, failing(number, error(name))):
            code, printed = said(COMMANDS["update"], folder)
        stands = next(at for at in ("old installed", "newer installed", "newer") if
                      {path: found for path, found in tree(folder).items() if at != "newer" or "neptune" not in path} ==
                      tree(trees[at]))
        outcomes.add((stands, code))
        assert printed.count("update: ") == 1 or code == 0 or "not read: " in printed, (number, printed)
        if stands == "newer":
            assert "ours is out now: install puts it back" in printed or "not read: " in printed
            assert quietly(install, folder) == 0 and tree(folder) == tree(trees["newer installed"])
    assert outcomes == {("old installed", 1), ("newer", 1), ("newer installed", 0)}
    shutil.rmtree(folder)


@pytest.mark.parametrize("how_many", [SOME, EVERY])
@pytest.mark.parametrize("command, other", [("install", uninstall), ("uninstall", install)])
def test_a_disk_that_stays_full(fast_folder, trees, command, other, how_many):  # noqa: F811
    """Neither can what was done be taken back then: once there is room, the next command does it."""
    start, folder = trees[START[command]], fast_folder / "full"
    with Disk(copy(start, folder)) as disk:
        quietly(COMMANDS[command], folder)
    for first in [number for number in chosen(how_many, disk.operations) if disk.operations[number] in CHANGES]:
        def hit(number, name, first=first):
            if number >= first and name in CHANGES and name not in ("unlink", "rmdir"):
                raise error("ENOSPC")
            return False
        with Disk(copy(start, folder), hit):
            code, printed = said(COMMANDS[command], folder)
        assert code in (0, 1) and printed.count(f"{command}: ") == code, (first, printed)
        if code:
            assert quietly(other, folder) == 0
            assert tree(folder) == tree(trees["old" if other is uninstall else "old installed"]), first
