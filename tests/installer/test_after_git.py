"""What people do to an installed checkout with git, cp and Docker: a named state each time, and a way out of it."""
import os
import shutil
import subprocess

import pytest
from clones import PLACE, Clones, files, states
from small_checkout import LOGGER, SERIALISER, call, git, snapshot

from scripts import diff, install, status, uninstall, update, vendor

BOTH = (PLACE, "small/serialise.py")


@pytest.fixture
def clone(tmp_path):
    """A clone, installed into."""
    folder = Clones(tmp_path).clone
    assert call(install, folder) == 0
    return folder


def without_ours(folder):
    """What git has: the files as upstream wrote them."""
    return git(folder, "status", "--short", "--ignored").stdout == b""


def stash(folder):
    """git stash: the package stays, it is not git's."""
    git(folder, "stash")


def stash_all(folder):
    """git stash --all takes the package and the hidden folder as well."""
    git(folder, "stash", "--all")


def bring_back(folder):
    """git checkout -- ."""
    git(folder, "checkout", "--", ".")


def clean(folder):
    """git clean -fd spares what is ignored: the originals."""
    git(folder, "clean", "-fdq")


def clean_all(folder):
    """git clean -fdx spares nothing of ours but the patched files."""
    git(folder, "clean", "-fdxq")


def commit(folder):
    """A commit of the patched files and the package."""
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "with Neptune")


def reset(folder):
    """git reset --hard."""
    git(folder, "reset", "-q", "--hard")


@pytest.mark.slow
@pytest.mark.parametrize("work, state, detail", [
    (stash, "drifted", "our lines are gone from it"), (bring_back, "drifted", "our lines are gone from it"),
    (reset, "drifted", "our lines are gone from it"), (stash_all, "clean", "5 insertions to make"),
    (clean, "outdated", "small/neptune_writer is missing, and it cannot be imported without that"),
    (clean_all, "orphaned", "small/neptune_writer is missing, and it cannot be imported without that"),
    (commit, "applied", "5 insertions")])
def test_a_named_state_and_both_ways_out(clone, tmp_path, capsys, work, state, detail):
    work(clone)
    before = files(clone)
    capsys.readouterr()
    assert call(status, clone) == 0
    printed = capsys.readouterr().out
    assert printed.splitlines()[0].split()[:2] == [state, PLACE] and detail in printed and "next: " in printed
    assert call(diff, clone) == 0
    assert files(clone) == before
    other = shutil.copytree(clone, tmp_path / "other", symlinks=True)
    assert call(install, other) == 0
    assert states(other, capsys) == dict.fromkeys(BOTH, "applied")
    for folder in (clone, other):
        assert call(uninstall, folder) == 0
        assert (folder / PLACE).read_text() == LOGGER
        assert not (folder / "small/neptune_writer").exists() and not (folder / ".neptune-rl-logging").exists()
        assert work is commit or without_ours(folder)


@pytest.mark.parametrize("work", [stash, stash_all])
def test_a_stash_and_back(clone, capsys, work):
    before = files(clone)
    work(clone)
    assert states(clone, capsys)[PLACE] in ("drifted", "clean")
    git(clone, "stash", "pop")
    assert files(clone) == before
    assert states(clone, capsys) == dict.fromkeys(BOTH, "applied")


def test_a_stash_that_comes_back_once_ours_is_out(clone, capsys):
    stash(clone)
    assert call(uninstall, clone) == 0
    git(clone, "stash", "pop")
    assert states(clone, capsys) == dict.fromkeys(BOTH, "orphaned")
    assert call(uninstall, clone) == 0
    assert without_ours(clone)


@pytest.mark.slow
@pytest.mark.parametrize("options", [[], ["--depth=1"], ["-c", "core.autocrlf=true"]])
def test_a_clone_of_a_committed_fork(clone, tmp_path, capsys, options):
    commit(clone)
    git(tmp_path, "clone", "-q", *options, f"file://{clone}", "fork")
    fork = tmp_path / "fork"
    assert states(fork, capsys) == dict.fromkeys(BOTH, "orphaned")
    assert call(uninstall, fork) == 0
    assert (fork / PLACE).read_bytes().replace(b"\r\n", b"\n") == LOGGER.encode()
    git(fork, "checkout", "--", ".")
    assert call(install, fork) == 0
    assert states(fork, capsys) == dict.fromkeys(BOTH, "applied")


def test_a_fork_that_committed_the_loggers_alone(clone, tmp_path, capsys):
    """git commit -a: the package was never added."""
    git(clone, "commit", "-qam", "with Neptune")
    git(tmp_path, "clone", "-q", str(clone), "fork")
    capsys.readouterr()
    assert call(status, tmp_path / "fork") == 0
    assert "small/neptune_writer is missing, and it cannot be imported without that" in capsys.readouterr().out
    assert call(uninstall, tmp_path / "fork") == 0
    assert (tmp_path / "fork" / PLACE).read_text() == LOGGER


@pytest.mark.parametrize("command", ["cp -r {one} {two}", "cp -a {one} {two}", "mkdir {two}; cp -r {one}/. {two}",
                                     "mkdir {two}; tar c -C {one} . | tar x --no-same-owner -C {two}"])
def test_a_copy_is_an_install_of_its_own(clone, tmp_path, capsys, command):
    """As Docker's COPY has it, too: the hidden folder travels."""
    two, before = tmp_path / "two", files(clone)
    subprocess.run(command.format(one=clone, two=two), shell=True, check=True)
    assert states(two, capsys) == dict.fromkeys(BOTH, "applied")
    assert call(uninstall, two) == 0
    assert (two / PLACE).read_text() == LOGGER and without_ours(two)
    assert files(clone) == before


def test_a_conflict_is_named(clone, tmp_path, capsys):
    place = clone / PLACE
    place.write_text("<<<<<<< Updated upstream\n" + place.read_text() + "=======\n>>>>>>> Stashed changes\n")
    capsys.readouterr()
    assert call(install, clone) == 1
    assert f"{PLACE}: edited: it has a merge conflict; resolve it with git first" in \
        capsys.readouterr().err


def test_another_tag_under_our_lines(clone, capsys):
    """git carries them over where the commit does not touch those files."""
    git(clone, "tag", "v1")
    (clone / "train.py").write_text("x = 1\n")
    git(clone, "commit", "-qm", "more", "train.py")
    before = snapshot(clone / "small")
    git(clone, "checkout", "-q", "v1")
    assert snapshot(clone / "small") == before
    assert states(clone, capsys) == dict.fromkeys(BOTH, "applied")


@pytest.mark.slow
def test_a_rebase_with_autostash(clone, capsys):
    """git merges our lines into the newer logger: they are known by what was recorded of them."""
    upstream = clone.parent / "upstream"
    (upstream / PLACE).write_text(LOGGER.replace("epoch_dict = {}", "epoch_dict = dict()"))
    git(upstream, "commit", "-qam", "newer")
    git(clone, "pull", "-q", "--rebase", "--autostash")
    assert states(clone, capsys)[PLACE] == "edited"
    assert call(install, clone) == 0
    assert states(clone, capsys)[PLACE] == "applied"
    assert call(uninstall, clone) == 0
    assert without_ours(clone) and os.path.exists(clone / PLACE)


# What upstream took the logger out of

REWRITTEN = "class Table:\n    pass\n"
LOST = f"{PLACE}: install patched it, but nothing that a patch edits is left in it"


@pytest.mark.parametrize("script, status_of_it", [(status, 0), (install, 1), (diff, 0), (vendor, 1), (uninstall, 0)])
def test_every_command_names_a_file_that_no_logger_is_in_any_more(clone, tmp_path, capsys, script, status_of_it):
    (clone / PLACE).write_text(REWRITTEN)
    output = ["--output", tmp_path / "build"] if script is vendor else []
    capsys.readouterr()
    assert call(script, clone, *output) == status_of_it
    assert LOST in capsys.readouterr().err
    assert (clone / PLACE).read_text() == REWRITTEN


def test_update_names_it_as_well(clone, capsys):
    (clone.parent / "upstream" / PLACE).write_text(REWRITTEN)
    git(clone.parent / "upstream", "commit", "-qam", "newer")
    capsys.readouterr()
    assert call(update, clone) == 1
    assert LOST in capsys.readouterr().err


@pytest.mark.parametrize("work", [commit, bring_back])
def test_it_is_named_where_the_package_alone_knows_of_it_and_taken_out_but_for_that_file(clone, capsys, work):
    work(clone)
    (clone / PLACE).write_text(REWRITTEN)
    if work is commit:
        shutil.rmtree(clone / ".neptune-rl-logging")
    capsys.readouterr()
    assert call(status, clone) == 0
    assert LOST in capsys.readouterr().err
    assert call(uninstall, clone) == 0
    assert (clone / PLACE).read_text() == REWRITTEN
    assert (clone / "small/serialise.py").read_text() == SERIALISER
    assert not (clone / "small/neptune_writer").exists() and not (clone / ".neptune-rl-logging").exists()
    capsys.readouterr()
    assert call(status, clone) == 1
    assert "no logger of a supported framework" in capsys.readouterr().err


def test_where_another_logger_is_left_install_goes_on_with_that_and_forgets_it(clone, capsys):
    (clone / PLACE).write_text(REWRITTEN)
    (clone / "other.py").write_text(LOGGER)
    capsys.readouterr()
    assert call(install, clone) == 0
    assert LOST in capsys.readouterr().err
    assert states(clone, capsys) == {"other.py": "applied", "small/serialise.py": "applied"}
    assert call(status, clone) == 0
    assert capsys.readouterr().err == ""
