"""scripts/vendor.py: modified copies, diffs, and what two revisions differ in."""
import shutil
import subprocess
import sys

import pytest
from clones import Clones, states
from small_checkout import LOGGER, REPO, SERIALISER, UNSUPPORTED, call, git, make, run, snapshot
from small_formats import STABLE_BASELINES3

from scripts import diff, install, uninstall, vendor

NEWER = LOGGER.replace("def __init__(self, output_dir=None, ", "def __init__(self, output_dir=None, quiet=False, ")


def vendored(folder, build):
    """The folders of copies that vendoring a checkout wrote; the checkout is as it was."""
    before = snapshot(folder)
    assert call(vendor, folder, "-o", build) == 0  # as with every command that writes
    assert snapshot(folder) == before
    return sorted((build / "vendored").iterdir())


@pytest.mark.parametrize("content, framework", [(None, "spinningup"), (STABLE_BASELINES3, "stable_baselines3")])
@pytest.mark.parametrize("is_installed", [False, True])
def test_copies_laid_over_an_identical_clone_are_an_install(tmp_path, capsys, content, framework, is_installed):
    original, clone = make(tmp_path / "one", content), make(tmp_path / "two", content)
    before = snapshot(clone)
    if is_installed:
        call(install, original)
    folder, = vendored(original, tmp_path / "build")
    assert folder.name.startswith(f"{framework}@")
    shutil.copytree(folder, clone, dirs_exist_ok=True)  # cp -r folder/. clone
    assert set(states(clone, capsys).values()) == {"applied"}
    there = snapshot(clone)
    assert call(install, clone) == 0
    assert "already installed" in capsys.readouterr().out
    assert snapshot(clone) == there
    assert call(uninstall, clone) == 0
    assert snapshot(clone) == before


def test_without_the_hidden_folder_they_can_be_taken_out_as_well(tmp_path, capsys):
    """As `cp -r folder/* clone` has it."""
    clone = make(tmp_path / "two")
    before = snapshot(clone)
    folder, = vendored(make(tmp_path / "one"), tmp_path / "build")
    subprocess.run(f"cp -r '{folder}'/* '{clone}'", shell=True, check=True)
    assert set(states(clone, capsys).values()) == {"orphaned"}
    assert call(uninstall, clone) == 0
    assert snapshot(clone) == before


def test_the_diff_makes_the_copies(tmp_path):
    clone = Clones(tmp_path).clone
    folder, = vendored(clone, tmp_path / "build")
    commit = git(clone, "rev-parse", "--short=7", "HEAD").stdout.decode().strip()
    assert folder.name == f"spinningup@{commit}"
    git(clone, "apply", str(tmp_path / "build/patches" / f"spinningup@{commit}.patch"))
    for path in ("small/logx.py", "small/serialise.py"):
        assert (clone / path).read_bytes() == (folder / path).read_bytes()


@pytest.mark.parametrize("files, revision", [
    ({"PKG-INFO": "Name: small\nVersion: 1.2.3\n\nVersion: 9\n"}, "1.2.3"),
    ({"small-2.0.dist-info/METADATA": "Version: 2.0\n"}, "2.0"),
    ({"PKG-INFO": "Version: ../../up\n"}, "ffcc4e3"), ({}, "ffcc4e3")])
def test_the_revision_of_what_is_no_clone(tmp_path, files, revision):
    folder, = vendored(make(tmp_path / "one", {"logx.py": LOGGER, "serialise.py": SERIALISER, **files}),
                       tmp_path / "build")
    assert folder.name == f"spinningup@{revision}"


def test_a_clone_with_changes_is_no_revision_of_upstream(tmp_path):
    clone = Clones(tmp_path).clone
    (clone / "small/logx.py").write_text(NEWER)
    folder, = vendored(clone, tmp_path / "build")
    commit = git(clone, "rev-parse", "--short=7", "HEAD").stdout.decode().strip()
    assert folder.name.startswith(f"spinningup@{commit}+")


def test_a_second_time_replaces_the_first_and_nothing_else(tmp_path, capsys):
    original = make(tmp_path / "one")
    folder, = vendored(original, tmp_path / "build")
    before = snapshot(tmp_path / "build")
    make(folder, {"stale.py": "x"})
    vendored(original, tmp_path / "build")
    assert snapshot(tmp_path / "build") == before
    shutil.rmtree(folder)
    make(folder, {"mine.txt": "mine"})
    assert call(vendor, original, "--output", tmp_path / "build") == 1
    assert "vendor did not write this; move it away" in capsys.readouterr().err
    assert (folder / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize("content, output, reason", [
    ({"a.py": UNSUPPORTED, "b.py": LOGGER}, "build", "a.py: unsupported: Logger.dump_tabular is missing"),
    ({"b.py": LOGGER}, "one/build", "lies in the checkout")])
def test_refusals(tmp_path, capsys, content, output, reason):
    make(tmp_path / "one", content)
    before = snapshot(tmp_path)
    assert call(vendor, tmp_path / "one", "--output", tmp_path / output) == 1
    assert reason in capsys.readouterr().err
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("output", ["file", "file/build", "/proc/build"])
def test_where_nothing_can_be_written_it_says_what_was_expected(tmp_path, capsys, output):
    make(tmp_path, {"file": "x"})
    before = snapshot(make(tmp_path / "one"))
    assert call(vendor, tmp_path / "one", "--output", tmp_path / output) == 1
    line, = capsys.readouterr().err.splitlines()
    assert line.startswith(f"vendor: {tmp_path / output}: cannot be written to, ")
    assert line.endswith("; name another with --output") and snapshot(tmp_path / "one") == before


@pytest.mark.parametrize("place", [".", "small"])
def test_copies_of_an_install_go_where_that_was_named(tmp_path, capsys, place):
    """Whichever way the checkout is named now: paths are those of the folder that it was installed through."""
    call(install, make(tmp_path / "one") / place)
    call(vendor, tmp_path / "one", "--output", tmp_path / "build")
    command = capsys.readouterr().out.splitlines()[-1].split("next: ")[1].split("  #")[0]
    subprocess.run(command.replace("CLONE", str(make(tmp_path / "two"))), shell=True, check=True)
    assert set(states(tmp_path / "two", capsys).values()) == {"applied"}


def test_no_copies_go_into_the_clone_whatever_it_was_installed_through(tmp_path, capsys):
    """They would be taken for installs in it."""
    call(install, make(tmp_path / "one") / "small")
    before = snapshot(tmp_path)
    capsys.readouterr()
    assert call(vendor, tmp_path / "one", "--output", tmp_path / "one/build") == 1
    assert "lies in the checkout" in capsys.readouterr().err
    assert snapshot(tmp_path) == before


def test_the_revision_is_that_of_the_clone_that_was_named(tmp_path):
    clone = Clones(tmp_path).clone
    call(install, clone / "small")
    commit = git(clone, "rev-parse", "--short=7", "HEAD").stdout.decode().strip()
    assert call(vendor, clone, "--output", tmp_path / "build") == 0
    assert [folder.name for folder in (tmp_path / "build/vendored").iterdir()] == [f"spinningup@{commit}"]


# diff.py A B

def test_what_an_upstream_change_did_to_the_patch(tmp_path, capfdbinary):
    old = vendored(make(tmp_path / "one"), tmp_path / "build")[0]
    new = next(folder for folder in vendored(make(tmp_path / "two", logger="# moved\n" + NEWER), tmp_path / "build")
               if folder != old)
    for one, other in ((old, new), (tmp_path / "build/patches" / f"{old.name}.patch", new)):
        capfdbinary.readouterr()
        assert call(diff, one, other) == 0
        lines = capfdbinary.readouterr().out.decode().splitlines()
        assert lines[:2] == [f"--- {old.name}", f"+++ {new.name}"]
        assert [line for line in lines[2:] if line.startswith(("-+", "++"))] == [
            "-+    def __init__(self, output_dir=None, exp_name=None, neptune_experiment=None):",
            "++    def __init__(self, output_dir=None, quiet=False, exp_name=None, neptune_experiment=None):"]


def test_lines_that_only_moved_are_no_change_of_the_patch(tmp_path, capfdbinary):
    old = vendored(make(tmp_path / "one"), tmp_path / "build")[0]
    moved = LOGGER.replace("    def log_tabular", "    x = 1\n    y = 2\n    z = 3\n    w = 4\n\n    def log_tabular")
    new = next(folder for folder in vendored(make(tmp_path / "two", logger=moved), tmp_path / "build") if folder != old)
    capfdbinary.readouterr()
    assert call(diff, old, new) == 0
    printed = capfdbinary.readouterr()
    changed = [line for line in printed.out.splitlines() if line.startswith((b"-+", b"++"))]
    assert changed == []


def test_the_same_revision_twice(tmp_path, capfdbinary):
    folder, = vendored(make(tmp_path / "one"), tmp_path / "build")
    capfdbinary.readouterr()
    assert call(diff, folder, folder) == 0
    assert b"the patch is the same in both" in capfdbinary.readouterr().err


def test_what_is_no_revision_is_refused(tmp_path, capsys):
    assert call(diff, tmp_path, "spinningup@nothing") == 1
    assert "vendor wrote no revision of this name; name one such as spinningup@038665d" in \
        capsys.readouterr().err


def test_as_a_user_runs_it(tmp_path):
    make(tmp_path / "one")
    done = run("vendor", tmp_path / "one", "--output", tmp_path / "my build")
    assert (done.returncode, done.stderr) == (0, "")
    command = done.stdout.splitlines()[-1].split("next: ")[1].split("  #")[0]
    subprocess.run(command.replace("CLONE", str(make(tmp_path / "two"))), shell=True, check=True)
    done = subprocess.run([sys.executable, str(REPO / "scripts/status.py"), str(tmp_path / "two")],
                          capture_output=True, text=True)
    assert done.stdout.startswith("applied ")
