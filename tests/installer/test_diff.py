"""scripts/diff.py: what it prints, git apply takes."""
import subprocess
import sys

import pytest
from small_checkout import LOGGER, REPO, SERIALISER, UNSUPPORTED, call, git, make, snapshot

from scripts import diff, install
from scripts.unified import unified


@pytest.mark.parametrize("old, new, printed", [
    (b"a\n", b"a\n", b""),
    (b"a\n", b"b\n", b"@@ -1 +1 @@\n-a\n+b\n"),
    (b"a", b"b\na", b"@@ -1 +1,2 @@\n+b\n a\n\\ No newline at end of file\n"),
    (b"a\r\n", b"a\r\nb\r\n", b"@@ -1 +1,2 @@\n a\r\n+b\r\n"),
    (b"a\rb\x0c\n", b"\xe9\n", b"@@ -1 +1 @@\n-a\rb\x0c\n+\xe9\n"),
])
def test_unified(old, new, printed):
    head = b"diff --git a/x b/x\n--- a/x\n+++ b/x\n" if printed else b""
    assert b"".join(unified("x", old, new)) == head + printed


def test_a_name_with_a_space_ends_in_a_tab_as_git_writes_it():
    assert list(unified("a b", b"", b"x\n"))[:3] == [
        b"diff --git a/a b b/a b\n", b"--- a/a b\t\n", b"+++ b/a b\t\n"]


LOGGERS = {
    "plain": LOGGER.encode(), "crlf": LOGGER.replace("\n", "\r\n").encode(),
    "bom": b"\xef\xbb\xbf" + LOGGER.encode(), "tabs": LOGGER.replace("    ", "\t").encode(),
    "latin-1": b"# -*- coding: latin-1 -*-\n# \xe9\n" + LOGGER.encode() + b"\n"}


@pytest.mark.parametrize("path", ["small/logx.py", "a b/lögger.py", "a\n\"b\t c.py"])
@pytest.mark.parametrize("kind", LOGGERS)
def test_git_apply_takes_it(tmp_path, capfdbinary, kind, path):
    """Before and after install it is the same, and on a clean clone it makes the same files."""
    content = {path: LOGGERS[kind], "serialise.py": SERIALISER}
    installed, clean = make(tmp_path / "one", content), make(tmp_path / "two", content)
    git(clean, "init", "-q")
    before = printed_bytes(capfdbinary, installed)
    assert call(install, installed) == 0
    after = printed_bytes(capfdbinary, installed)
    assert before == after
    git(clean, "apply", "--whitespace=nowarn", "-", input=after)
    for name in content:
        assert (clean / name).read_bytes() == (installed / name).read_bytes() != content[name]


def printed_bytes(capfdbinary, folder):
    """The diff, byte for byte."""
    capfdbinary.readouterr()
    assert call(diff, folder) == 0
    return capfdbinary.readouterr().out


@pytest.mark.slow
def test_from_the_shell_it_is_the_same(tmp_path, capfdbinary):
    folder = make(tmp_path, {"a b/lögger.py": LOGGERS["latin-1"]})
    done = subprocess.run([sys.executable, str(REPO / "scripts/diff.py"), str(folder)], capture_output=True, check=True)
    assert done.stdout == printed_bytes(capfdbinary, folder) != b""


def test_only_our_changes_are_shown(tmp_path, capfdbinary):
    make(tmp_path)
    call(install, tmp_path)
    place = tmp_path / "small/logx.py"
    place.write_text(place.read_text().replace("print(self", "print('|', self"))
    capfdbinary.readouterr()
    before = snapshot(tmp_path)
    assert call(diff, tmp_path) == 0
    printed = capfdbinary.readouterr()
    assert b"'|'" not in b"".join(
        line for line in printed.out.splitlines() if line.startswith((b"+", b"-")))
    assert printed.out.count(b"\n+") == 2 + 5 + 2  # a header line and the insertions of each file
    assert b"small/neptune_writer/: " in printed.err and b"more new files" in printed.err
    assert snapshot(tmp_path) == before


def test_where_nothing_is_installed_it_says_so(tmp_path, capfdbinary):
    note = b"diff: nothing is installed, this is what install would do\n"
    make(tmp_path)
    assert call(diff, tmp_path) == 0
    assert note in capfdbinary.readouterr().err
    call(install, tmp_path)
    capfdbinary.readouterr()
    assert call(diff, tmp_path) == 0
    assert note not in capfdbinary.readouterr().err


def test_a_file_that_cannot_be_edited_is_an_error(tmp_path, capfdbinary):
    make(tmp_path, {"a.py": UNSUPPORTED, "b.py": LOGGER})
    assert call(diff, tmp_path) == 1
    printed = capfdbinary.readouterr()
    assert printed.out.startswith(b"diff --git a/b.py b/b.py\n")
    assert b"diff: a.py: unsupported: Logger.dump_tabular is missing" in printed.err


# --upstream

NEWER = LOGGER.replace("print(self", "print('|', self")
NONE_FITS = LOGGER.replace("def dump_tabular", "def write_table")


@pytest.mark.parametrize("is_ours_in_it", [False, True])
def test_what_was_changed_since_the_install(tmp_path, capfdbinary, is_ours_in_it):
    make(tmp_path)
    call(install, tmp_path)
    place = tmp_path / "small/logx.py"
    place.write_text(place.read_text().replace("print(self", "print('|', self") if is_ours_in_it else NEWER)
    capfdbinary.readouterr()
    before = snapshot(tmp_path)
    assert call(diff, tmp_path, "--upstream") == 0
    printed = capfdbinary.readouterr()
    assert printed.out == b"".join(unified("small/logx.py", LOGGER.encode(), NEWER.encode()))
    assert b"small/logx.py: changed since the install; the patch fits: 5 insertions\n" in printed.err
    assert b"small/serialise.py: as it was; the patch fits: 2 insertions\n" in printed.err
    assert snapshot(tmp_path) == before


def test_the_anchor_that_upstream_took_away_is_named(tmp_path, capfdbinary):
    make(tmp_path)
    call(install, tmp_path)
    (tmp_path / "small/logx.py").write_text(NONE_FITS)
    capfdbinary.readouterr()
    assert call(diff, tmp_path, "--upstream") == 1
    printed = capfdbinary.readouterr()
    assert printed.out == b"".join(unified("small/logx.py", LOGGER.encode(), NONE_FITS.encode()))
    assert b"diff: small/logx.py: changed since the install; the patch does not fit: " \
           b"Logger.dump_tabular is missing\n" in printed.err


def test_files_that_install_does_not_know(tmp_path, capfdbinary):
    make(tmp_path)
    assert call(diff, tmp_path, "--upstream") == 0
    assert b"small/logx.py: nothing is installed; the patch fits" in capfdbinary.readouterr().err
    call(install, tmp_path)
    make(tmp_path, {"new.py": LOGGER})
    (tmp_path / "small/serialise.py").unlink()
    capfdbinary.readouterr()
    assert call(diff, tmp_path, "--upstream") == 1
    printed = capfdbinary.readouterr().err
    assert b"new.py: new since the install; the patch fits" in printed
    assert b"small/serialise.py: the patch does not fit: the file is gone" in printed


def test_what_became_of_a_file_that_no_logger_is_in_any_more(tmp_path, capfdbinary):
    make(tmp_path)
    call(install, tmp_path)
    (tmp_path / "small/logx.py").write_text("x = 1\n")
    capfdbinary.readouterr()
    assert call(diff, tmp_path, "--upstream") == 1
    printed = capfdbinary.readouterr()
    assert printed.out == b"".join(unified("small/logx.py", LOGGER.encode(), b"x = 1\n"))
    assert b"diff: small/logx.py: the patch does not fit: nothing that it edits is left in it\n" in printed.err


def test_without_originals_it_says_that_it_does_not_know(tmp_path, capfdbinary):
    make(tmp_path)
    call(install, tmp_path)
    (tmp_path / ".neptune-rl-logging/originals/small/logx.py").unlink()
    capfdbinary.readouterr()
    assert call(diff, tmp_path, "--upstream") == 0
    assert b"small/logx.py: its original is not kept here, so what changed is not known" in capfdbinary.readouterr().err


@pytest.mark.parametrize("change, arguments, status", [
    ("", [], 1), ("", ["--upstream"], 0), ("'mine'\n", ["--upstream"], 1), ("missing", [], 2), ("unfit", [], 2)])
def test_exit_code_is_as_git_has_it(tmp_path, capfd, change, arguments, status):
    """Whatever is printed as a difference is one; a refusal is neither."""
    folder = make(tmp_path / "one", logger=UNSUPPORTED if change == "unfit" else LOGGER)
    if change != "unfit":
        assert call(install, folder) == 0
    if change.startswith("'"):
        (folder / "small/logx.py").write_text((folder / "small/logx.py").read_text() + "\n" + change)
    folder = tmp_path / "none" if change == "missing" else folder
    assert call(diff, folder, "--exit-code", *arguments) == status
    assert call(diff, folder, *arguments) == int(status == 2)
