"""A process that ends at any single operation on the disk: the tree is old, new, or put right by the next command."""
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
from faulty_disk import CHANGES, EVERY, KILLED, SOME, Disk, chosen, run_killed
from small_checkout import REPO, call, snapshot
from small_trees import COMMANDS, START, copy, fast_folder, quietly, said, small_package, tree, trees  # noqa: F401

from scripts import install, status, uninstall
from scripts.checkout import store


def changes_of(command, folder):
    """The kinds of the changes that the command makes, in their order."""
    with Disk(folder) as disk:
        assert quietly(COMMANDS[command], folder) == 0
    return [name for name in disk.operations if name in CHANGES]


@pytest.mark.slow
@pytest.mark.parametrize("how_many", [SOME, EVERY])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_kill_at_any_change(fast_folder, trees, command, how_many):  # noqa: F811
    start, left, after = trees[START[command]], fast_folder / "left", fast_folder / "after"
    changes = changes_of(command, copy(start, left))
    known = {name: tree(trees[name]) for name in ("old", "newer", "old installed", "newer installed")}
    outcomes = set()
    for number in chosen(how_many, changes):
        copy(start, left)
        assert run_killed(left, number, lambda: call(COMMANDS[command], left)) == KILLED, number
        code, printed = said(status, left)
        interrupted = code == 1 and "was cut short there; run it again" in printed
        stands = [name for name in known if tree(left) == known[name]]
        drifted = code == 0 and printed.count("drifted ") == 2  # an update between its two changes
        assert interrupted or stands or drifted, (number, printed)
        assert code == 0 or interrupted, (number, printed)
        outcomes.add("interrupted" if interrupted else "drifted" if drifted else stands[0])
        upstream = "newer" if "print('|', self" in (left / "small/logx.py").read_text() else "old"
        for following, wanted in (("install", f"{upstream} installed"), ("uninstall", upstream), (command, None)):
            if command == "update" and following == "update":
                upstream, wanted = "newer", "newer installed"
            assert quietly(COMMANDS[following], copy(left, after)) == 0, (number, following)
            wanted = wanted or (upstream if command == "uninstall" else f"{upstream} installed")
            assert tree(after) == known[wanted], (number, following)
            assert (after / store.HIDDEN).exists() == wanted.endswith("installed"), (number, following)
    assert "interrupted" in outcomes and len(outcomes) >= 3 - (command != "update")
    shutil.rmtree(left)


@pytest.mark.slow
@pytest.mark.parametrize("there, here", [("", "small"), ("small", "")])
@pytest.mark.parametrize("command", ["install", "uninstall"])
@pytest.mark.parametrize("how_many", [SOME, EVERY])
def test_a_kill_at_any_change_is_put_right_by_any_route_to_the_folder(
        fast_folder, trees, command, there, here, how_many):  # noqa: F811
    left = fast_folder / "left"

    def begin():
        copy(trees["old"], left)
        if command == "uninstall":
            quietly(install, left / there)
        return left / there
    changes = changes_of(command, begin())
    assert len(changes) > 20
    for number in chosen(how_many, changes):
        begin()
        assert run_killed(left, number, lambda: call(COMMANDS[command], left / there)) == KILLED, number
        assert quietly(install, left / here) == 0, number
        assert len(list(left.rglob(store.MANIFEST))) == 1, number
        assert quietly(uninstall, left / there) == 0, number
        assert snapshot(left) == snapshot(trees["old"]), number


@pytest.mark.slow
def test_a_kill_while_the_next_command_puts_it_right(fast_folder, trees):  # noqa: F811
    """The first kill comes right before the change is complete, when there is most to be taken back."""
    left, again = fast_folder / "left", fast_folder / "again"
    number = 0
    while True:  # the last number at which the tree is still half changed
        copy(trees["old"], left)
        run_killed(left, number, lambda: call(install, left))
        if quietly(status, left) == 0 and "neptune" in (left / "small/logx.py").read_text():
            break
        number += 1
    run_killed(copy(trees["old"], left), number - 1, lambda: call(install, left))
    assert quietly(status, left) == 1
    second = 0
    while run_killed(copy(left, again), second, lambda: call(uninstall, again)) == KILLED:
        assert quietly(uninstall, again) == 0, second
        assert snapshot(again) == snapshot(trees["old"]), second
        second += 1
    assert second > 20


@pytest.mark.slow
def test_two_at_once(fast_folder, trees):  # noqa: F811
    """The one that comes second says so, changes nothing, and the first ends as if it had been alone."""
    folder = copy(trees["old"], fast_folder / "two")
    script = [sys.executable, "-c", "import sys; sys.path.insert(0, sys.argv[1])\n"
              "from scripts import install\nfrom scripts.checkout import transaction\n"
              "change = transaction.change\n"
              "transaction.change = lambda *rest: (print('at work', flush=True), sys.stdin.read(), change(*rest))\n"
              "sys.exit(install.main(sys.argv[2:]))", str(REPO), str(folder)]
    with subprocess.Popen(script, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout.readline() == "at work\n"
        for command in COMMANDS.values():
            code, printed = said(command, folder)
            assert code == 1 and printed.count("\n") == 1
            assert "another install or uninstall is at work there; wait for it" in printed
        assert tree(folder) == tree(trees["old"])
        first.communicate("")
    assert first.returncode == 0
    assert said(status, folder)[1].count("outdated ") == 2  # by the whole package, which is not the small one here
    assert (folder / "small/logx.py").read_bytes() == (trees["old installed"] / "small/logx.py").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("round", range(3))
def test_a_race(fast_folder, trees, round):  # noqa: F811
    folder = copy(trees["old"], fast_folder / "race")
    racers = [subprocess.Popen([sys.executable, str(REPO / "scripts/install.py"), str(folder)],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    for racer in racers:
        out, err = racer.communicate()
        assert (racer.returncode, bool(out)) == (0, True) or "another install or uninstall is at work" in err
    assert 0 in [racer.returncode for racer in racers]
    assert (folder / "small/logx.py").read_bytes() == (trees["old installed"] / "small/logx.py").read_bytes()


def test_a_real_kill_frees_the_checkout(fast_folder, trees):  # noqa: F811
    """A lock that outlived its process would ask for a hand that removes it."""
    folder = copy(trees["old"], fast_folder / "killed")
    script = ("import sys, time; sys.path.insert(0, sys.argv[1])\nfrom scripts.checkout import transaction\n"
              "with transaction.exclusive(sys.argv[2], print):\n    print('locked', flush=True); time.sleep(60)")
    with subprocess.Popen([sys.executable, "-c", script, str(REPO), str(folder)], stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        assert quietly(install, folder) == 1
        os.kill(process.pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while quietly(install, folder) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert quietly(status, folder) == 0 and tree(folder) == tree(trees["old installed"])
