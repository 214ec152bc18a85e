"""scripts/install.py: what a user meets, refusals first."""
import json
import os
import stat
import tempfile
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_checkout import FOREIGN, LOGGER, SERIALISER, UNSUPPORTED, call, git, make, run, snapshot
from small_trees import fast_folder  # noqa: F401

from scripts import install, status, uninstall
from scripts.checkout import files, package


def refused(capsys, folder, *arguments):
    """Install refuses and changes nothing; returns its lines on stderr."""
    before = snapshot(folder)
    capsys.readouterr()
    assert call(install, folder, *arguments) == 1
    assert snapshot(folder) == before
    return capsys.readouterr().err.splitlines()


@pytest.mark.parametrize("content, reason", [
    ({"a.txt": "x"}, "no logger of a supported framework (README.md, What is supported)"),
    ({"a.py": "logger.log_tabular(1)"}, "no logger of a supported framework "),
    ({"a.py": SERIALISER}, "no logger of a supported framework "),
    ({"a.py": UNSUPPORTED}, "a.py: unsupported: Logger.dump_tabular is missing; "
                            "nothing was written"),
    ({"a.py": LOGGER + "\nprint 'a'"}, "a.py: unsupported: Python 3."),
    ({"a.py": LOGGER.replace("\n", "\r")}, "a.py: unsupported: its bytes would not be kept"),
    ({"a.py": FOREIGN}, "a.py: foreign: logs to Neptune by other means, line 3: import neptune; "
                        "nothing to install"),
    ({"a.py": LOGGER, "neptune_writer/__init__.py": "mine"},
     "neptune_writer: this has the name of our package, but is something else"),
    ({"a.py": LOGGER, "neptune_writer": "mine"}, "neptune_writer: this has the name of our package"),
    ({"a.py": LOGGER, "neptune_writer.py": "mine"},
     "neptune_writer.py: this has the name of our package, but is something else"),
    ({"a.py": LOGGER, ".neptune-rl-logging/manifest.json": "{"}, "manifest.json: damaged, "),
    ({"a.py": LOGGER, ".neptune-rl-logging": "x"}, ".neptune-rl-logging"),
])
def test_bad_checkouts_are_refused_in_one_line(tmp_path, capsys, content, reason):
    lines = refused(capsys, make(tmp_path, content))
    assert len(lines) == 1
    assert lines[0].startswith("install: ") and reason in lines[0]


@pytest.mark.parametrize("name, reason", [
    ("missing", "there is no such folder"), ("file", "this is a file"), ("empty", "this folder is empty"),
    ("link", "this symlink leads nowhere")])
def test_what_is_no_checkout_is_refused(tmp_path, capsys, name, reason):
    (tmp_path / "file").write_text("x")
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to("nowhere")
    assert call(install, tmp_path / name) == 1
    error = capsys.readouterr().err
    assert reason in error and error.count("\n") == 1
    assert sorted(os.listdir(tmp_path)) == ["empty", "file", "link"]


def test_an_empty_name_is_not_the_current_folder(tmp_path, capsys, monkeypatch):
    """As a script has it whose variable is unset: nothing is cleaned up there."""
    make(tmp_path, {"logx.py": LOGGER, ".neptune-rl-logging/undo/0": "x"})
    monkeypatch.chdir(tmp_path)
    before = snapshot(tmp_path)
    assert call(install, "") == 1
    assert "there is no such folder" in capsys.readouterr().err
    assert snapshot(tmp_path) == before


def test_a_read_only_folder_is_refused_even_for_root(tmp_path, capsys):
    folder = make(tmp_path / "one")
    (folder / "small").chmod(0o555)
    assert "small: read-only" in refused(capsys, folder)[0]
    (folder / "small").chmod(0o755)
    folder.chmod(0o555)
    assert f"{folder}: read-only" in refused(capsys, folder)[0]


@pytest.mark.parametrize("link, target", [("logx.py", "outside/logx.py"), ("utils", "outside")])
def test_a_symlink_that_leaves_the_checkout_is_not_followed(tmp_path, capsys, link, target):
    make(tmp_path, {"outside/logx.py": LOGGER, "inside/train.py": "x = 1\n"})
    (tmp_path / "inside" / link).symlink_to(tmp_path / target)
    before = snapshot(tmp_path)
    lines = refused(capsys, tmp_path / "inside")
    assert f"{link}: a symlink that leaves the checkout is not followed" in lines[0]
    assert "leads out of the checkout" in refused(
        capsys, tmp_path / "inside", "--file", link if "." in link else "utils/logx.py")[0]
    assert snapshot(tmp_path) == before


def test_a_symlink_inside_a_pipe_and_a_loop_do_no_harm(tmp_path):
    folder = make(tmp_path)
    (folder / "small/same.py").symlink_to("logx.py")
    (folder / "loop").symlink_to(".")
    os.mkfifo(folder / "pipe.py")
    assert call(install, folder) == 0
    assert (folder / "small/same.py").is_symlink()


def test_a_logger_that_is_linked_into_another_folder_is_refused(tmp_path, capsys):
    """Imported from there, it would not find the package."""
    folder = make(tmp_path)
    (folder / "same.py").symlink_to("small/logx.py")
    assert refused(capsys, folder) == [
        "install: same.py: this symlink is another way to small/logx.py, beside which the package would "
        "not be found; replace the link by a copy"]


def test_every_refused_file_is_reported_and_no_file_is_written(tmp_path, capsys):
    folder = make(tmp_path, {"good.py": LOGGER, "a/one.py": UNSUPPORTED, "b/two.py": UNSUPPORTED})
    lines = refused(capsys, folder)
    assert [line.split(":")[1].strip() for line in lines] == ["a/one.py", "b/two.py"]


def test_named_files_are_a_way_round_a_refused_one(tmp_path, capsys):
    folder = make(tmp_path, {"good.py": LOGGER, "bad.py": UNSUPPORTED, "ser.py": SERIALISER})
    assert call(install, folder, "--file", "good.py") == 0
    assert (folder / "bad.py").read_text() == UNSUPPORTED
    assert "neptune_writer" in (folder / "ser.py").read_text()


@pytest.mark.parametrize("name", ["logger", ".hidden/logx.py", "logx.py.txt", "venv/logx.py"])
def test_an_oddly_named_logger(tmp_path, capsys, name):
    folder = make(tmp_path / "one", {name: LOGGER, "venv/pyvenv.cfg": "", "x.py": "x = 1\n"})
    before = snapshot(folder)
    assert "no logger of a supported framework" in refused(capsys, folder)[0]
    assert call(install, folder, "--file", name) == 0
    assert "neptune_writer" in (folder / name).read_text()
    assert call(install, folder) == 0
    assert "already installed" in capsys.readouterr().out
    assert call(status, folder) == 0
    assert capsys.readouterr().out.startswith(f"applied     {name} ")
    assert call(uninstall, folder) == 0
    assert snapshot(folder) == before


@pytest.mark.parametrize("name, reason", [
    ("none.py", "there is no such file"), ("train.py", "no logger of a supported framework ")])
def test_a_named_file_that_is_no_logger(tmp_path, capsys, name, reason):
    assert reason in refused(capsys, make(tmp_path), "--file", name)[0]


def test_a_foreign_logger_beside_a_clean_one_is_left_alone_and_named(tmp_path, capsys):
    folder = make(tmp_path, {"mine.py": FOREIGN, "small/logx.py": LOGGER})
    assert call(install, folder) == 0
    assert (folder / "mine.py").read_text() == FOREIGN
    assert "foreign     mine.py" in capsys.readouterr().out


def test_install(tmp_path, capsys):
    folder = make(tmp_path)
    assert call(install, folder) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines[:3]] == [
        ["applied", "small/logx.py"], ["applied", "small/serialise.py"],
        ["added", "small/neptune_writer/"]]
    assert lines[3].startswith("next: ") and "diff.py" in lines[5] and "uninstall.py" in lines[6]
    assert "report.py . --open" in lines[4]  # N6: from a training to its curves
    sources = package.vendored()
    copied = {path.relative_to(folder / "small/neptune_writer").as_posix()
              for path in (folder / "small/neptune_writer").rglob("*") if path.is_file()}
    assert copied == {*sources, "installed.json"} and "py.typed" in copied
    for name, raw in sources.items():
        assert (folder / "small/neptune_writer" / name).read_bytes() == raw
    record = json.loads((folder / "small/neptune_writer/installed.json").read_text())
    assert record["format"] == 1 and record["patch"] == "spinningup"
    assert record["files"]["logx.py"]["original_sha256"] == files.digest(LOGGER.encode())
    assert str(tmp_path) not in json.dumps(record)
    hidden = folder / ".neptune-rl-logging"
    assert (hidden / ".gitignore").read_text() == "*\n"
    assert (hidden / "originals/small/logx.py").read_text() == LOGGER
    assert sorted(os.listdir(hidden)) == [".gitignore", "manifest.json", "originals"]
    assert str(tmp_path) not in (hidden / "manifest.json").read_text()


def test_installing_twice_changes_nothing(tmp_path, capsys):
    folder = make(tmp_path)
    assert call(install, folder) == 0
    before = snapshot(folder)
    inodes = {path: os.stat(folder / path).st_ino for path in before}
    assert call(install, folder) == 0
    assert "already installed" in capsys.readouterr().out
    assert snapshot(folder) == before
    assert inodes == {path: os.stat(folder / path).st_ino for path in before}


def test_a_dry_run_writes_nothing(tmp_path, capsys):
    folder = make(tmp_path)
    before = snapshot(folder)
    assert call(install, folder, "--dry-run") == 0
    assert "would write: small/logx.py, small/serialise.py, small/neptune_writer/" in \
        capsys.readouterr().out
    assert snapshot(folder) == before


def test_a_dry_run_where_all_is_done_has_nothing_to_do(tmp_path, capsys):
    folder = make(tmp_path)
    assert call(install, folder) == 0
    capsys.readouterr()
    assert call(install, folder, "--dry-run") == 0
    printed = capsys.readouterr().out
    assert "already installed" in printed and "# do it" not in printed and "# take it out again" in printed


def test_several_loggers_each_get_a_copy_beside_them(tmp_path):
    folder = make(tmp_path, {"logx.py": LOGGER, "a/b/table.py": LOGGER, "ser/s.py": SERIALISER})
    assert call(install, folder) == 0
    for place in ("", "a/b", "ser"):
        assert (folder / place / "neptune_writer/__init__.py").exists()
    assert not (folder / "a/neptune_writer").exists()


def test_skipped_folders(tmp_path):
    names = ["node_modules/a.py", ".tox/a.py", "env/a.py", "__pycache__/a.py"]
    skipped = dict.fromkeys(names, LOGGER)
    folder = make(tmp_path, {"logx.py": LOGGER, "env/pyvenv.cfg": "", **skipped})
    assert call(install, folder) == 0
    assert all((folder / name).read_text() == LOGGER for name in names)


def test_a_huge_file_is_not_read_and_said_so(tmp_path, capsys):
    folder = make(tmp_path, {"logx.py": LOGGER, "big.py": LOGGER + "#" * 1_000_000})
    assert call(install, folder) == 0
    assert "big.py: not read: larger than 1,000,000 bytes" in capsys.readouterr().err


def test_of_a_huge_file_without_a_logger_nothing_is_said(tmp_path, capsys):
    """One of torch's was named by each command. Kind: notes of what cannot matter."""
    folder = make(tmp_path, {"logx.py": LOGGER, "operators.py": "#" * 1_500_000})
    assert call(install, folder) == 0
    assert "operators.py" not in capsys.readouterr().err


def test_a_drifted_checkout_is_brought_up_to_date(tmp_path, capsys):
    folder = make(tmp_path)
    call(install, folder)
    newer = LOGGER.replace("print(self", "print('|', self")
    (folder / "small/logx.py").write_text(newer)
    call(status, folder)
    assert "drifted     small/logx.py" in capsys.readouterr().out
    assert call(install, folder) == 0
    assert "neptune_writer" in (folder / "small/logx.py").read_text()
    assert call(uninstall, folder) == 0
    assert (folder / "small/logx.py").read_text() == newer


def test_an_edited_checkout_keeps_the_edit(tmp_path, capsys):
    folder = make(tmp_path)
    call(install, folder)
    place = folder / "small/logx.py"
    place.write_text(place.read_text().replace("print(self", "print('|', self"))
    call(status, folder)
    assert "edited      small/logx.py" in capsys.readouterr().out
    assert call(install, folder) == 0
    assert "applied     small/logx.py" in capsys.readouterr().out
    assert "print('|', self" in place.read_text()
    assert call(uninstall, folder) == 0
    assert place.read_text() == LOGGER.replace("print(self", "print('|', self")


def test_our_lines_changed_by_hand_are_refused(tmp_path, capsys):
    folder = make(tmp_path)
    call(install, folder)
    place = folder / "small/logx.py"
    place.write_text(place.read_text().replace("neptune_writer.connect(self,", "mine(self,"))
    assert "small/logx.py: edited: lines that install added were changed" in \
        refused(capsys, folder)[0]


def older(monkeypatch):
    """Let what is installed from here on be of an older version: other lines, another package."""
    from patches import spinningup
    monkeypatch.setattr(spinningup, "STEP", '"OldStep"')
    sources = {**package.vendored(), "__init__.py": b"old = 1\n", "gone.py": b"gone = 1\n"}
    monkeypatch.setattr(package, "vendored", lambda: sources)


@pytest.mark.parametrize("edit", ["", "\n# mine\n"])
def test_an_older_version_is_brought_up_to_date(tmp_path, capsys, monkeypatch, edit):
    """What the user added since is kept: our lines are known by what was recorded of them."""
    folder, fresh = make(tmp_path / "one"), make(tmp_path / "two")
    with monkeypatch.context() as patched:
        older(patched)
        assert call(install, folder) == 0
    place = folder / "small/logx.py"
    place.write_text(place.read_text() + edit)
    call(status, folder)
    assert ("edited" if edit else "outdated") in capsys.readouterr().out
    assert call(install, folder) == 0
    (fresh / "small/logx.py").write_text(LOGGER + edit)
    call(install, fresh)
    assert snapshot(folder) == snapshot(fresh)


def test_an_older_version_in_a_body_on_one_line_that_was_edited_is_refused(tmp_path, capsys,
                                                                           monkeypatch):
    """Taking our lines out of it leaves two lines where one was: that proves nothing."""
    folder = make(tmp_path, {"logx.py": LOGGER.replace(
        "(self, key, val):\n        ", "(self, key, val): ").replace(
        ":\n        print(json.dumps(convert_json(config)))", ": print(config)")})
    with monkeypatch.context() as patched:
        older(patched)
        assert call(install, folder) == 0
    (folder / "logx.py").write_text((folder / "logx.py").read_text() + "\n# mine\n")
    assert "logx.py: edited: lines that install added were changed" in refused(capsys, folder)[0]


def test_a_changed_package_is_not_overwritten(tmp_path, capsys):
    folder = make(tmp_path)
    call(install, folder)
    (folder / "small/neptune_writer/values.py").write_text("mine\n")
    assert "small/neptune_writer/values.py: edited since install" in \
        refused(capsys, folder)[0]
    capsys.readouterr()
    assert call(uninstall, folder) == 0
    assert "values.py: kept" in capsys.readouterr().err
    assert os.listdir(folder / "small/neptune_writer") == ["values.py"]


def test_a_lost_package_is_copied_again(tmp_path, capsys):
    folder = make(tmp_path)
    call(install, folder)
    before = snapshot(folder)
    for path in (folder / "small/neptune_writer").rglob("*.*"):
        path.unlink()
    assert call(install, folder) == 0
    assert snapshot(folder) == before


@pytest.mark.parametrize("gone", [["logx.py"], ["logx.py", "serialise.py"]])
def test_without_its_logger_nothing_is_installed_or_taken_away(tmp_path, capsys, gone):
    """The serialiser that is left is patched and needs the package."""
    folder = make(tmp_path)
    before = snapshot(folder)
    call(install, folder)
    for name in gone:
        (folder / "small" / name).unlink()
        del before[f"small/{name}"]
    lines = refused(capsys, folder)
    assert lines[:-1] == [f"install: small/{name}: install patched this file, which is gone" for name in gone]
    assert "any more; uninstall takes out what is left of ours" in lines[-1]
    assert call(status, folder) == 0
    printed = capsys.readouterr()
    assert "small/logx.py: install patched this file, which is gone" in printed.err
    assert ("uninstall.py" in printed.out) == (len(gone) == 2)
    assert call(uninstall, folder) == 0
    assert snapshot(folder) == before


def test_originals_that_did_not_travel_are_made_again(tmp_path, capsys):
    folder = make(tmp_path)
    call(install, folder)
    before = snapshot(folder)
    for place, _, names in os.walk(folder / ".neptune-rl-logging", topdown=False):
        for name in names:
            os.unlink(os.path.join(place, name))
        os.rmdir(place)
    assert call(install, folder) == 0
    assert snapshot(folder) == before


def test_json(tmp_path, capsys):
    folder = make(tmp_path)
    assert call(install, folder, "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert report["ok"] and report["files"][0] == {
        "path": "small/logx.py", "state": "applied", "detail": "5 insertions"}
    assert call(install, tmp_path / "none", "--json") == 1
    printed = capsys.readouterr()
    assert not json.loads(printed.out)["ok"] and printed.err.count("\n") == 1


def test_as_a_user_runs_it(tmp_path):
    """In a git clone, whose status shows the patched files and the package, then nothing."""
    folder = make(tmp_path / "a clone")
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "upstream")
    started = time.monotonic()
    done = run("install", folder)
    assert time.monotonic() - started < 5  # 0.3 s on an idle machine
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    assert git(folder, "status", "--short").stdout.decode().splitlines() == [
        " M small/logx.py", " M small/serialise.py", "?? small/neptune_writer/"]
    assert run("uninstall", folder).returncode == 0
    assert git(folder, "status", "--short", "--ignored").stdout == b""
    assert run("install").returncode == 2


def test_without_libcst_it_says_what_to_do(tmp_path):
    make(tmp_path, {"clone/logx.py": LOGGER, "fake/libcst.py": "raise ModuleNotFoundError("
                    "'no', name='libcst')\n"})
    done = run("install", tmp_path / "clone", PYTHONPATH=str(tmp_path / "fake"))
    assert done.returncode == 1
    assert done.stderr.startswith("install: libcst is missing") and done.stderr.count("\n") == 1


@pytest.fixture
def small_package(monkeypatch):
    """Few files to copy into a framework."""
    monkeypatch.setattr(package, "vendored", lambda: {"__init__.py": b"x = 1\n", "values.py": b"y = 1\n"})


@settings(derandomize=True, max_examples=25, deadline=None, suppress_health_check=[
    HealthCheck.function_scoped_fixture])
@given(eol=st.sampled_from(["\n", "\r\n"]), tabs=st.booleans(), tail=st.booleans(),
       mode=st.sampled_from([0o644, 0o444, 0o755, 0o600, 0o400]),
       head=st.sampled_from([b"", b"\xef\xbb\xbf", b"x = 1\n\x0c\n",
                             b"#!/usr/bin/python\n# coding: latin-1\n# \xe9\n"]),
       body=st.sampled_from([":\n        self.log_current_row.clear()",
                             ": self.log_current_row = {}"]))
def test_uninstalling_gives_back_every_byte_and_mode(fast_folder, small_package, eol, tabs, tail, mode,  # noqa: F811
                                                     head, body):
    text = LOGGER.replace(":\n        self.log_current_row.clear()", body)
    text = text.replace("    ", "\t") if tabs else text
    raw = (text + tail * "\n").replace("\n", eol).encode()
    folder = make(tempfile.mkdtemp(dir=fast_folder), {"a b/logx.py": head + raw, "s.py": SERIALISER})
    (folder / "a b/logx.py").chmod(mode)
    before = snapshot(folder)
    assert call(install, folder) == 0
    assert stat.S_IMODE(os.stat(folder / "a b/logx.py").st_mode) == mode
    assert b"neptune_writer.write_row" in (folder / "a b/logx.py").read_bytes()
    assert call(uninstall, folder) == 0
    assert snapshot(folder) == before
