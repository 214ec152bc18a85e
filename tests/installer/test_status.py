"""scripts/status.py: the eight states."""
import json
import os
import shutil
import subprocess
import sys

import pytest
from small_checkout import FOREIGN, LOGGER, REPO, UNSUPPORTED, call, git, make, run, snapshot

from scripts import install, status, uninstall


def nothing(folder):
    """Leave the checkout as it is."""


def put_in(folder):
    """Install."""
    assert call(install, folder) == 0


def edit(folder):
    """Install, then change a line."""
    put_in(folder)
    place = folder / "small/logx.py"
    place.write_text(place.read_text().replace("print(self", "print('|', self"))


def take_lines_out_by_hand(folder):
    """Install, then remove every marked line, but not the parameter."""
    put_in(folder)
    place = folder / "small/logx.py"
    place.write_text("".join(line for line in place.read_text().splitlines(keepends=True)
                             if not line.endswith("# neptune\n")))


def bring_back(folder):
    """Install, then git checkout."""
    put_in(folder)
    (folder / "small/logx.py").write_text(LOGGER)


def copy_without_originals(folder):
    """Install, then lose the hidden folder."""
    put_in(folder)
    shutil.rmtree(folder / ".neptune-rl-logging")


def lose_package(folder):
    """Install, then remove what was copied."""
    put_in(folder)
    shutil.rmtree(folder / "small/neptune_writer")


def age_package(folder):
    """Install, then let a file of the package be of an older version."""
    put_in(folder)
    place = folder / "small/neptune_writer/installed.json"
    from scripts.checkout.files import digest
    from scripts.checkout.package import vendored
    now = digest(vendored()["values.py"])
    place.write_text(place.read_text().replace(now, digest(b"old")))
    (folder / "small/neptune_writer/values.py").write_bytes(b"old")


def edit_package(folder):
    """Install, then change a file of the package."""
    put_in(folder)
    (folder / "small/neptune_writer/values.py").write_text("mine")


@pytest.mark.parametrize("logger, work, state, detail", [
    (LOGGER, nothing, "clean", "5 insertions to make"),
    (LOGGER, put_in, "applied", "5 insertions"),
    (LOGGER, lose_package, "outdated", "small/neptune_writer is missing"),
    (LOGGER, age_package, "outdated", "of another version"),
    (LOGGER, edit, "edited", "changed since install, our lines are as they were"),
    (LOGGER, take_lines_out_by_hand, "edited", "lines that install added were changed"),
    (LOGGER, edit_package, "edited", "small/neptune_writer/values.py was changed"),
    (LOGGER, bring_back, "drifted", "our lines are gone from it"),
    (LOGGER, copy_without_originals, "orphaned", "the originals did not travel with it"),
    (FOREIGN, nothing, "foreign", "line 3: import neptune"),
    (UNSUPPORTED, nothing, "unsupported", "Logger.dump_tabular is missing"),
    (LOGGER + "\n'neptune'  # neptune\n", nothing, "clean", "5 insertions to make"),
])
def test_states(tmp_path, capsys, logger, work, state, detail):
    make(tmp_path, logger=logger)
    work(tmp_path)
    before = snapshot(tmp_path)
    capsys.readouterr()
    assert call(status, tmp_path) == 0
    line = capsys.readouterr().out.splitlines()[0]
    assert line.split()[:2] == [state, "small/logx.py"] and detail in line
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("work, script", [
    (nothing, "install.py"), (put_in, "diff.py"), (edit, "install.py"), (bring_back, "install.py")])
def test_the_next_command(tmp_path, capsys, work, script):
    """After an edit of the user's own nothing is broken, and it says so."""
    work(make(tmp_path))
    capsys.readouterr()
    assert call(status, tmp_path) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("next: ") and script in last and str(tmp_path) in last
    assert last.endswith("# nothing is broken; this takes note of your own edits") == (work is edit)


@pytest.mark.parametrize("is_clone", [True, False])
def test_lines_of_ours_that_were_changed_are_to_be_put_back_first(tmp_path, capsys, is_clone):
    """`install` would refuse; what it says is what `status` says. Only git can show what is in a clone."""
    make(tmp_path)
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]) if is_clone else ():
        git(tmp_path, *arguments)
    put_in(tmp_path)
    logger = tmp_path / "small/logx.py"
    logger.write_text(logger.read_text().replace('"Epoch")', '"Epochs")'))
    capsys.readouterr()
    assert call(status, tmp_path) == 0
    first, *_, last = capsys.readouterr().out.splitlines()
    assert "line 24 should be neptune_writer.write_row(" in first
    if is_clone:
        assert last.startswith("next: git -C %s diff -- small/logx.py" % tmp_path) and "then install" in last
    else:
        assert last.startswith("next: ") and last.endswith("# once the lines that install added are restored")


def replace_logger(folder):
    """Install, then let upstream write a logger that the patch does not fit."""
    put_in(folder)
    (folder / "small/logx.py").write_text(UNSUPPORTED)


def rename_below_our_lines(folder):
    """Install, then let git merge upstream's change into the patched file."""
    put_in(folder)
    place = folder / "small/logx.py"
    place.write_text(place.read_text().replace("def dump_tabular", "def write_table"))


@pytest.mark.parametrize("work, state", [(replace_logger, "unsupported"), (rename_below_our_lines, "edited")])
def test_where_the_patch_does_not_fit_any_more_install_is_not_the_way_on(tmp_path, capsys, work, state):
    work(make(tmp_path))
    capsys.readouterr()
    assert call(status, tmp_path) == 0
    *_, first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("next: ") and f"diff.py {tmp_path} --upstream  #" in first
    assert f"uninstall.py {tmp_path} " in second
    assert call(install, tmp_path) == 1
    assert capsys.readouterr().err == (
        f"install: small/logx.py: {state}: Logger.dump_tabular is missing; diff --upstream shows what "
        "changed since the install; uninstall takes our lines out\n")
    assert call(uninstall, tmp_path) == 0
    assert (tmp_path / "small/logx.py").read_text() == UNSUPPORTED


@pytest.mark.slow
def test_lines_are_aligned_and_plain(tmp_path):
    make(tmp_path)
    done = run("status", tmp_path)
    assert done.stdout.splitlines()[:2] == [
        "clean       small/logx.py       5 insertions to make",
        "clean       small/serialise.py  2 insertions to make"]
    assert done.stderr == "" and done.returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("name, shown", [
    ("a\nb\x1b[2J.py", r"a\nb\x1b[2J.py"), ("\xe9.py", r"\xe9.py"), ("\udce9.py", r"\udce9.py")])
def test_any_name_stays_on_its_line(tmp_path, name, shown):
    make(tmp_path, {name: LOGGER})
    done = run("status", tmp_path, PYTHONIOENCODING="ascii")
    assert done.stdout.splitlines()[0].split()[:2] == ["clean", shown]
    assert (done.stderr, done.returncode) == ("", 0)
    assert json.loads(run("status", tmp_path, "--json").stdout)["files"][0]["path"] == name


@pytest.mark.slow
def test_a_reader_that_has_seen_enough_is_no_failure_to_report(tmp_path):
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([sys.executable, str(REPO / "scripts/status.py"), str(make(tmp_path))],
                          stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    assert (done.stderr, done.returncode) == (b"", 141)


def test_colours_only_on_a_terminal_that_wants_them(tmp_path, capsys, monkeypatch):
    make(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    call(status, tmp_path)
    assert "\x1b[36mclean" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "")
    call(status, tmp_path)
    assert "\x1b" not in capsys.readouterr().out


def test_json(tmp_path, capsys):
    make(tmp_path)
    assert call(status, tmp_path, "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert [file["state"] for file in report["files"]] == ["clean", "clean"]


def test_no_logger_is_an_error(tmp_path, capsys):
    make(tmp_path, {"a.py": "x = 1\n"})
    assert call(status, tmp_path) == 1
    assert "no logger of a supported framework " in capsys.readouterr().err


@pytest.mark.parametrize("logger, work, lacking", [
    (LOGGER, put_in, []),
    (LOGGER, nothing, ["small/logx.py: clean, not applied",
                       "small/serialise.py: clean, not applied"]),
    (LOGGER, bring_back, ["small/logx.py: drifted, not applied"]),
    (LOGGER, edit, ["small/logx.py: edited, not applied"]),
    (LOGGER, lose_package, ["small/logx.py: outdated, not applied",
                            "small/serialise.py: outdated, not applied"]),
    (FOREIGN, nothing, ["small/logx.py: foreign, not applied"]),
    (LOGGER, lambda folder: (put_in(folder), (folder / "small/logx.py").unlink()),
     ["small/logx.py: gone, not applied"]),
    (LOGGER, lambda folder: (put_in(folder), (folder / "small/logx.py").write_text("x = 1\n")), [
        "small/logx.py: not applied, the patch no longer fits it"]),
])
def test_check_fails_unless_every_logger_is_applied(tmp_path, capsys, logger, work, lacking):
    """Where pip brought the unpatched file back, and any other way in which it does not emit any more."""
    work(make(tmp_path, logger=logger))
    capsys.readouterr()
    assert call(status, tmp_path, "--check") == bool(lacking)
    said = [line for line in capsys.readouterr().err.splitlines() if "not applied" in line]
    assert said == ["status: " + line for line in lacking]
    assert call(status, tmp_path) == 0


def test_check_does_not_ask_for_a_companion_that_install_leaves_out(tmp_path, capsys):
    put_in(make(tmp_path, {"small/logx.py": LOGGER, "small/twice.py": "def convert_json(obj): return obj\n" * 2}))
    assert "small/twice.py" in capsys.readouterr().err
    assert call(status, tmp_path, "--check") == 0
