"""scripts/update.py: what a person does when git pull refuses over local changes, with the real git."""
import subprocess
import sys

import pytest
from clones import PLACE, Clones, files, states
from small_checkout import LOGGER, REPO, UNSUPPORTED, call, git, make, run, snapshot

from scripts import install, uninstall, update
from scripts.checkout import clone, transaction

ADVICE = "; to settle it: uninstall, git pull and do what it asks for, then install"
NEWER = LOGGER.replace("print(self", "print('|', self")


@pytest.fixture
def clones(tmp_path):
    return Clones(tmp_path)


@pytest.fixture
def installed(clones):
    """The same, installed into."""
    assert call(install, clones.clone) == 0
    return clones


def refused(capsys, folder):
    """Update refuses and leaves the files and the commit; returns its line."""
    before, commit = files(folder), git(folder, "rev-parse", "HEAD").stdout
    capsys.readouterr()
    assert call(update, folder) == 1
    assert (files(folder), git(folder, "rev-parse", "HEAD").stdout) == (before, commit)
    line, = capsys.readouterr().err.splitlines()
    return line


def test_without_anything_of_ours_there_is_nothing_to_help_with(clones, capsys):
    assert "nothing of ours is installed there; git pull needs no help there" in refused(capsys, clones.clone)


def test_what_is_no_clone_is_refused(tmp_path, capsys):
    folder = make(tmp_path)
    call(install, folder)
    capsys.readouterr()
    before = snapshot(folder)
    assert call(update, folder) == 1
    assert "this is not a git clone; get the newer files your way, then install" in capsys.readouterr().err
    assert snapshot(folder) == before


def test_without_git_it_says_so(installed, capsys, monkeypatch):
    before = files(installed.clone)
    monkeypatch.setenv("PATH", "")
    capsys.readouterr()
    assert call(update, installed.clone) == 1
    assert "git is not installed; install it, or get the newer files your way, then install" in \
        capsys.readouterr().err
    assert files(installed.clone) == before


@pytest.mark.parametrize("arguments, reason", [
    (["checkout", "-q", "--detach"], "the branch has no upstream"),
    (["branch", "--unset-upstream"], "the branch has no upstream")])
def test_a_clone_that_follows_nothing_is_refused(installed, capsys, arguments, reason):
    installed.git(*arguments)
    assert reason in refused(capsys, installed.clone)


def test_where_git_pull_refuses_it_updates(installed, capsys):
    installed.commit({PLACE: NEWER})
    pull = subprocess.run(["git", "pull"], cwd=installed.clone, capture_output=True, text=True)
    assert pull.returncode and PLACE in pull.stderr
    assert call(update, installed.clone) == 0
    assert "1 commit" in capsys.readouterr().out
    assert states(installed.clone, capsys) == dict.fromkeys((PLACE, "small/serialise.py"), "applied")
    assert installed.git("diff", "--stat", "HEAD", "origin/main") == ""
    assert call(uninstall, installed.clone) == 0
    assert (installed.clone / PLACE).read_text() == NEWER
    assert installed.git("status", "--short", "--ignored") == ""


def test_with_nothing_new_everything_stays(installed, capsys):
    before = files(installed.clone)
    assert call(update, installed.clone) == 0
    assert "already up to date at " in capsys.readouterr().out
    assert files(installed.clone) == before


def test_where_a_kill_left_ours_out_it_goes_on(installed, capsys):
    git(installed.clone, "checkout", "--", ".")
    assert states(installed.clone, capsys)[PLACE] == "drifted"
    installed.commit({PLACE: NEWER})
    assert call(update, installed.clone) == 0
    assert states(installed.clone, capsys)[PLACE] == "applied"


@pytest.mark.slow
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_kill_around_the_pull(installed, capsys, when):
    installed.commit({PLACE: NEWER})
    code = ("import os, sys; sys.path.insert(0, sys.argv[1])\nfrom scripts import update\n"
            "from scripts.checkout import clone\npull = clone.pull\n"
            f"clone.pull = lambda root: (pull(root) if {when == 'after'} else None, os._exit(9))\n"
            "update.main([sys.argv[2]])")
    assert subprocess.run([sys.executable, "-c", code, str(REPO), str(installed.clone)]).returncode == 9
    assert (installed.clone / PLACE).read_text() == (NEWER if when == "after" else LOGGER)
    assert states(installed.clone, capsys) == dict.fromkeys((PLACE, "small/serialise.py"), "drifted")
    assert call(update, installed.clone) == 0
    assert "print('|', self" in (installed.clone / PLACE).read_text()
    assert states(installed.clone, capsys)[PLACE] == "applied"


def test_edits_of_the_user_that_upstream_does_not_touch_are_kept(installed, capsys):
    installed.commit({"train.py": "x = 1\n"})
    place = installed.clone / PLACE
    place.write_text(place.read_text().replace("print(self", "print('mine', self"))
    assert call(update, installed.clone) == 0
    assert states(installed.clone, capsys)[PLACE] == "applied"
    assert (installed.clone / "train.py").read_text() == "x = 1\n"
    assert call(uninstall, installed.clone) == 0
    assert place.read_text() == LOGGER.replace("print(self", "print('mine', self")


def test_edits_of_the_user_that_git_refuses_over_put_ours_back(installed, capsys):
    installed.commit({PLACE: NEWER})
    place = installed.clone / PLACE
    place.write_text(place.read_text().replace("print(self", "print('mine', self"))
    line = refused(capsys, installed.clone)
    assert f"overwritten by merge: {PLACE}; the checkout is as it was" in line
    assert line.endswith(ADVICE)


@pytest.mark.parametrize("theirs", [{"a.py": ""}, {PLACE: NEWER}], ids=["elsewhere", "in the logger"])
def test_commits_of_the_user_and_of_upstream_are_the_users_to_bring_together(installed, capsys, theirs):
    """The kind: git wants something of the user, so the refusal names the way, around our lines."""
    installed.git("commit", "-q", "--allow-empty", "-m", "mine")
    installed.commit(theirs)
    line = refused(capsys, installed.clone)
    assert "divergent branches; the checkout is as it was" in line and line.endswith(ADVICE)
    assert call(uninstall, installed.clone) == 0
    installed.git("pull", "-q", "--no-rebase", "--no-edit")
    assert call(install, installed.clone) == 0


def test_an_edit_of_our_lines_is_not_lost(installed, capsys):
    """What is left without our lines is the original, and yet the user has said something in them."""
    logger = installed.clone / PLACE
    logger.write_text(logger.read_text().replace('step=("TotalEnvInteracts", "Epoch")', 'step=("Epoch",)'))
    before = files(installed.clone)
    assert call(update, installed.clone) == 1
    assert "restore those lines" in capsys.readouterr().err and files(installed.clone) == before


def test_a_server_that_is_away_puts_ours_back(installed, capsys):
    git(installed.clone, "remote", "set-url", "origin", "/nowhere")
    assert "git pull: fatal: '/nowhere' does not appear to be a git repository" in refused(capsys, installed.clone)


def test_an_interrupt_puts_ours_back(installed, capsys, monkeypatch):
    def interrupted(root):
        raise KeyboardInterrupt
    monkeypatch.setattr(clone, "pull", interrupted)
    before = files(installed.clone)
    assert call(update, installed.clone) == 130
    assert files(installed.clone) == before


def test_an_interrupt_when_git_has_changed_files_leaves_them_as_upstream_has_them(installed, capsys, monkeypatch):
    """As Ctrl-C does during a hook of git's that runs after the merge."""
    pull = clone.pull

    def interrupted(root):
        pull(root)
        raise KeyboardInterrupt
    monkeypatch.setattr(clone, "pull", interrupted)
    installed.commit({PLACE: NEWER})
    assert call(update, installed.clone) == 130
    assert "ours is out of them now: install puts it back" in capsys.readouterr().err
    assert (installed.clone / PLACE).read_text() == NEWER
    assert states(installed.clone, capsys)[PLACE] == "drifted"
    assert call(install, installed.clone) == 0
    assert states(installed.clone, capsys) == dict.fromkeys((PLACE, "small/serialise.py"), "applied")


@pytest.mark.parametrize("rebase", ["false", "true"])
def test_a_conflict_with_commits_of_the_user_is_taken_back(installed, capsys, rebase):
    call(uninstall, installed.clone)
    (installed.clone / PLACE).write_text(LOGGER.replace("print(self", "print('mine', self"))
    installed.git("commit", "-qam", "mine")
    installed.git("config", "pull.rebase", rebase)
    call(install, installed.clone)
    installed.commit({PLACE: NEWER})
    assert "git pull: " in refused(capsys, installed.clone)
    assert states(installed.clone, capsys)[PLACE] == "applied"
    assert clone._in_progress(str(installed.clone)) == []


def test_where_something_is_under_way_nothing_is_begun(installed, capsys):
    git(installed.clone, "update-ref", "MERGE_HEAD", "HEAD")
    assert "a merge is in progress; finish or abort it first" in refused(capsys, installed.clone)


def test_an_upstream_that_the_patch_does_not_fit_names_the_anchor_and_the_way_back(installed, capsys):
    installed.commit({PLACE: UNSUPPORTED})
    before = files(installed.clone)
    commit = installed.git("rev-parse", "--short=7", "HEAD").strip()
    assert call(update, installed.clone) == 1
    printed = capsys.readouterr()
    assert "small/logx.py: unsupported: Logger.dump_tabular is missing; " in printed.err
    assert f"(pulled {commit}.." in printed.err and f"reset --keep {commit} " in printed.out
    assert states(installed.clone, capsys) == {PLACE: "unsupported", "small/serialise.py": "drifted"}
    installed.git("reset", "-q", "--keep", commit)
    assert call(install, installed.clone) == 0
    assert files(installed.clone) == before


def test_the_way_back_can_be_pasted_whatever_the_folder_is_called(tmp_path, capsys):
    (tmp_path / "my clones").mkdir()
    clones = Clones(tmp_path / "my clones")
    commit = clones.git("rev-parse", "HEAD")
    call(install, clones.clone)
    clones.commit({PLACE: UNSUPPORTED})
    assert call(update, clones.clone) == 1
    back = next(line for line in capsys.readouterr().out.splitlines() if "reset --keep" in line)
    subprocess.run(back.split("next: ")[1], shell=True, check=True, capture_output=True)
    assert clones.git("rev-parse", "HEAD") == commit


def test_a_logger_that_upstream_moved_is_found_again(installed, capsys):
    installed.commit({PLACE: None, "other/table.py": LOGGER})
    assert call(update, installed.clone) == 0
    assert states(installed.clone, capsys) == {"other/table.py": "applied", "small/serialise.py": "applied"}


def test_only_the_files_that_install_was_told_are_put_back(clones, capsys):
    clones.commit({"bad.py": UNSUPPORTED})
    clones.git("pull", "-q")
    assert call(install, clones.clone, "--file", PLACE) == 0
    clones.commit({PLACE: NEWER})
    assert call(update, clones.clone) == 0
    assert states(clones.clone, capsys)[PLACE] == "applied"


@pytest.mark.slow
def test_a_fork_that_committed_ours_is_merged_by_git(installed, capsys):
    installed.git("add", "-A")
    installed.git("commit", "-qm", "with Neptune")
    installed.git("config", "pull.rebase", "false")
    installed.commit({PLACE: LOGGER.replace("epoch_dict = {}", "epoch_dict = dict()")})
    assert call(update, installed.clone) == 0
    assert states(installed.clone, capsys)[PLACE] == "applied"
    assert "epoch_dict = dict()" in (installed.clone / PLACE).read_text()
    assert call(uninstall, installed.clone) == 0
    assert "neptune" not in (installed.clone / PLACE).read_text()


def test_a_worktree(installed, capsys, tmp_path):
    """Its `.git` is a file, and its install is its own."""
    installed.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "tree"), "origin/main")
    assert set(states(tmp_path / "tree", capsys).values()) == {"clean"}
    assert call(install, tmp_path / "tree") == 0
    installed.commit({PLACE: NEWER})
    assert call(update, tmp_path / "tree") == 0
    assert "print('|', self" in (tmp_path / "tree" / PLACE).read_text()
    assert "print('|', self" not in (installed.clone / PLACE).read_text()


def test_as_a_user_runs_it(installed):
    installed.commit({PLACE: NEWER})
    done = run("update", installed.clone)
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["applied", "applied", "pulled", "next:"]


def test_while_another_is_at_work_it_says_so(installed, capsys):
    with transaction.exclusive(str(installed.clone), print):
        assert "another install or uninstall is at work there" in refused(capsys, installed.clone)
