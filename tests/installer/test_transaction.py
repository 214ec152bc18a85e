"""All or nothing: whichever file operation fails or kills, the tree is old, new, or put right."""
import os
import subprocess
import sys

import pytest
import small_checkout
from faulty_disk import EVERY, SOME, chosen
from small_checkout import make, snapshot

from scripts import checkout, install, status, uninstall
from scripts.checkout import files, package, plans, store, transaction

SMALL = {"__init__.py": b"x = 1\n", "values.py": b"y = 1\n"}
COMMANDS = {"install": install, "uninstall": uninstall}


class Killed(BaseException):
    """Stands for a SIGKILL: nothing that would clean up runs."""


@pytest.fixture(autouse=True)
def small_package(monkeypatch):
    """Few files to copy: every single operation is tried below."""
    monkeypatch.setattr(package, "vendored", lambda: dict(SMALL))


def prepare(folder, command):
    """A checkout on which the command has something to do."""
    make(folder)
    if command == "uninstall":
        assert install.main([str(folder)]) == 0
    return folder


def steps_of(monkeypatch, folder, command):
    """The operations that the command makes on a checkout of its own."""
    seen = []
    prepare(folder, command)
    with monkeypatch.context() as patched:
        patched.setattr(files, "step", lambda *step: seen.append(step))
        assert COMMANDS[command].main([str(folder)]) == 0
    return seen


def stop_at(monkeypatch, number, error, times=1):
    """Make the operation of that number fail, and as many after it."""
    left = [number]

    def step(operation, path):
        left[0] -= 1
        if -times <= left[0] < 0:
            raise error
    monkeypatch.setattr(files, "step", step)


def kill_at(monkeypatch, folder, command, number):
    """Run the command as if it was killed before its operation of that number."""
    with monkeypatch.context() as patched:
        stop_at(patched, number, Killed())
        patched.setattr(transaction, "recover", lambda root, spared=None: False)
        with pytest.raises(Killed):
            COMMANDS[command].main([str(folder)])


@pytest.mark.parametrize("how_many", [SOME, EVERY])
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_an_error_at_any_operation_leaves_the_old_tree(tmp_path, monkeypatch, capsys, command,
                                                       error, how_many):
    steps = steps_of(monkeypatch, tmp_path / "count", command)
    done = steps.index(("remove", transaction.INTENT))
    folder = prepare(tmp_path / "one", command)
    before = snapshot(folder)
    for number in chosen(how_many, [operation for operation, _ in steps[:done + 1]]):
        capsys.readouterr()
        with monkeypatch.context() as patched:
            stop_at(patched, number, error)
            assert COMMANDS[command].main([str(folder)]) != 0
        lines = capsys.readouterr().err.splitlines()
        assert len(lines) == 1
        assert "No space left on device; nothing was changed" in lines[0] or "stopped" in lines[0]
        assert snapshot(folder) == before
    with monkeypatch.context() as patched:  # it is done, only its scratch files are still there
        stop_at(patched, done + 1, error)
        assert COMMANDS[command].main([str(folder)]) == 0


@pytest.mark.parametrize("how_many", [SOME, EVERY])
@pytest.mark.parametrize("following", COMMANDS)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_kill_at_any_operation_is_put_right_by_the_next_command(tmp_path, monkeypatch, command,
                                                                  following, how_many):
    steps = steps_of(monkeypatch, tmp_path / "count", command)
    wanted = {"uninstall": snapshot(make(tmp_path / "old")),
              "install": snapshot(prepare(tmp_path / "new", "uninstall"))}
    for number in chosen(how_many, [operation for operation, _ in steps]):
        step, folder = steps[number], prepare(tmp_path / str(number), command)
        kill_at(monkeypatch, folder, command, number)
        assert COMMANDS[following].main([str(folder)]) == 0, step
        assert snapshot(folder) == wanted[following], step


@pytest.mark.slow
def test_a_real_kill(tmp_path):
    folder = make(tmp_path)
    code = ("import os, sys; sys.path.insert(0, sys.argv[1])\n"
            "from scripts import install\n"
            "from scripts.checkout import files\n"
            "def step(operation, path):\n"
            "    if (operation, path) == ('rename', 'small/serialise.py'): os._exit(9)\n"
            "files.step = step\n"
            "install.main([sys.argv[2]])\n")
    before = snapshot(folder)
    done = subprocess.run([sys.executable, "-c", code, str(small_checkout.REPO), str(folder)])
    assert done.returncode == 9
    assert "neptune" in (folder / "small/logx.py").read_text()
    assert (folder / "small/.serialise.py.neptune-tmp").exists()
    assert uninstall.main([str(folder)]) == 0
    assert snapshot(folder) == before


def test_commands_that_only_look_say_that_one_was_cut_short(tmp_path, monkeypatch, capsys):
    steps = steps_of(monkeypatch, tmp_path / "count", "install")
    folder = make(tmp_path / "one")
    kill_at(monkeypatch, folder, "install", steps.index(("write", "small/logx.py")))
    capsys.readouterr()
    before = snapshot(folder)
    assert status.main([str(folder)]) == install.main([str(folder), "--dry-run"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2 and all("was cut short there; run it again" in line for line in lines)
    assert snapshot(folder) == before


def test_when_taking_back_fails_as_well_the_next_command_does_it(tmp_path, monkeypatch, capsys):
    steps = steps_of(monkeypatch, tmp_path / "count", "install")
    folder = make(tmp_path / "one")
    before = snapshot(folder)
    with monkeypatch.context() as patched:
        stop_at(patched, steps.index(("rename", "small/serialise.py")),
                OSError(28, "No space left on device"), times=999)
        assert install.main([str(folder)]) == 1
    assert "taking it back failed as well" in capsys.readouterr().err
    assert uninstall.main([str(folder)]) == 0
    assert snapshot(folder) == before


def test_a_file_edited_after_the_kill_is_not_overwritten(tmp_path, monkeypatch, capsys):
    steps = steps_of(monkeypatch, tmp_path / "count", "install")
    folder = make(tmp_path / "one")
    kill_at(monkeypatch, folder, "install", steps.index(("write", "small/serialise.py")))
    (folder / "small/logx.py").write_text("mine\n")
    capsys.readouterr()
    assert install.main([str(folder)]) == 1
    assert "small/logx.py: changed since a command was interrupted there" in capsys.readouterr().err
    assert (folder / "small/logx.py").read_text() == "mine\n"


def test_two_at_once(tmp_path, capsys):
    folder = make(tmp_path)
    before = snapshot(folder)
    with transaction.exclusive(str(folder), print):
        assert install.main([str(folder)]) == 1
    assert "another install or uninstall is at work" in capsys.readouterr().err
    assert snapshot(folder) == before


@pytest.mark.parametrize("path", ["../x.py", "/etc/x", ".git/hooks/post-checkout", "a/../../x", "",
                                  ".neptune-rl-logging/x", "link/x.py", 3])
def test_a_forged_intent_is_refused(tmp_path, capsys, path):
    folder = prepare(tmp_path / "one", "uninstall")
    outside = make(tmp_path / "outside", {"x.py": "x\n"})
    (folder / "link").symlink_to(outside)
    (folder / ".git").mkdir()
    entry = {"path": path, "before": "0" * 64, "mode": "0644", "after": None}
    (folder / transaction.INTENT).write_bytes(
        store.dump({"format": 1, "changes": [entry]}))
    before = snapshot(tmp_path)
    capsys.readouterr()
    assert uninstall.main([str(folder)]) == 1
    assert "intent.json: damaged, " in capsys.readouterr().err
    assert snapshot(tmp_path) == before


def test_hard_links_and_symlinks_are_not_written_through(tmp_path):
    folder = make(tmp_path / "one")
    os.link(folder / "small/logx.py", tmp_path / "sibling.py")
    assert install.main([str(folder)]) == 0
    assert (tmp_path / "sibling.py").read_text() == small_checkout.LOGGER
    assert "neptune" in (folder / "small/logx.py").read_text()


def test_a_file_is_on_the_disk_before_it_takes_its_name(tmp_path, monkeypatch):
    done = []
    for name in ("fsync", "replace"):
        real = getattr(os, name)
        monkeypatch.setattr(os, name, lambda *rest, name=name, real=real, **more: (
            done.append(name), real(*rest, **more))[1])
    files.write(str(tmp_path), "a.py", b"x")
    assert done == ["fsync", "replace"]


def test_a_temporary_file_that_was_left_is_no_obstacle(tmp_path):
    """As after a kill, and a hidden folder that was removed by hand."""
    folder = make(tmp_path)
    (folder / "small/.logx.py.neptune-tmp").write_text("half")
    assert install.main([str(folder)]) == 0
    assert not (folder / "small/.logx.py.neptune-tmp").exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_stays_its_owners_where_root_installs(tmp_path):
    folder = make(tmp_path)
    os.chown(folder / "small/logx.py", 1234, 1235)
    for command in (install, uninstall):
        assert command.main([str(folder)]) == 0
        status = os.stat(folder / "small/logx.py")
        assert (status.st_uid, status.st_gid) == (1234, 1235)


def test_a_pipe_in_place_of_a_record_is_not_waited_for(tmp_path, capsys):
    folder = make(tmp_path)
    (folder / store.HIDDEN).mkdir()
    os.mkfifo(folder / store.MANIFEST)
    assert install.main([str(folder)]) == 1
    assert "not a regular file" in capsys.readouterr().err


def test_only_what_differs_is_written(tmp_path):
    folder = prepare(tmp_path / "one", "uninstall")
    found = checkout.open_checkout(str(folder))
    assert plans.plan_install(found).changes == {}
