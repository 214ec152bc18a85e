"""S15: whatever Python or LibCST raises over somebody's file, or dies of, is one line about it, and stops no other."""
import re
import subprocess
import sys

import pytest
from small_checkout import LOGGER, REPO, call, git, make, snapshot
from small_trees import said

from patches import _trial, apply_patch, same_code, spinningup
from patches._foreign import foreign_line
from patches._refusals import Refused, Unreadable
from scripts import diff, install, status, uninstall, update, vendor

DEEP = LOGGER + "\nx = " + "-" * 20_000 + "1\n"
CRASHING = LOGGER + "\nx = " + " and ".join("a" * 20_000) + "\n"  # LibCST ends with SIGSEGV

UNREADABLE = {
    "minus": DEEP, "crash": CRASHING,
    "parentheses": LOGGER + "\nx = " + "(" * 20_000, "brackets": LOGGER + "\nx = " + "[" * 5_000 + "]" * 5_000,
    "not": LOGGER + "\nx = " + "not " * 20_000 + "a\n", "lambda": LOGGER + "\nx = " + "lambda:" * 20_000 + "1\n",
    "attributes": LOGGER + "\nx = a" + ".b" * 20_000 + "\n", "calls": LOGGER + "\nx = f" + "()" * 20_000 + "\n",
    "if": LOGGER + "\nx = " + "1 if a else " * 20_000 + "1\n", "texts": LOGGER + "\nx = " + "'a' " * 2_000 + "\n",
    "indented": LOGGER + "\n" + "".join(" " * depth + "if a:\n" for depth in range(150)) + " " * 150 + "pass\n",
    "elif": LOGGER + "\nif a: pass\n" + "elif a: pass\n" * 5_000,
    "null byte": LOGGER + "\nx = '\0'\n", "null byte in a comment": LOGGER + "\n# \0\n",
    "no such coding": "# coding: no-such\n" + LOGGER, "no text coding": "# coding: hex\n" + LOGGER,
    "undefined": "# coding: undefined\n" + LOGGER, "idna": ("# coding: idna\n" + LOGGER).encode() + b"\nx = '\xff.'\n",
    "utf-7": ("# coding: utf-7\n" + LOGGER).encode() + b"\nx = '+\xff-'\n",
    "surrogate": LOGGER.encode() + b"\nx = '\xed\xa0\x80'\n", "no UTF-8": LOGGER.encode() + b"\nx = '\xff'\n",
    "two marks": b"\xef\xbb\xbf# coding: latin-1\n" + LOGGER.encode(),
}
READABLE = {
    "a long line": LOGGER + "\nx = '" + "a" * 900_000 + "'\n", "a long comment": LOGGER + "\n#" + "a" * 900_000,
    "a huge number": LOGGER + "\nx = 0x" + "f" * 50_000 + "\n",
    "a table": LOGGER + "\nx = [" + "-1.5, " * 5_000 + "]\n", "an escape": LOGGER + "\nx = '\\ud800'\n",
}


@pytest.fixture
def no_limit(monkeypatch):
    """Whatever comes, is tried here."""
    monkeypatch.setattr(_trial, "survived", lambda raw: True)


FAST = ("minus", "elif", "crash", "null byte", "no text coding", "surrogate")


@pytest.mark.parametrize("name", [name if name in FAST else pytest.param(name, marks=pytest.mark.slow)
                                  for name in UNREADABLE])
def test_no_file_brings_a_patch_down(name):
    raw = UNREADABLE[name]
    raw = raw if isinstance(raw, bytes) else raw.encode()
    with pytest.raises(Unreadable, match="^(no Python can read it|it cannot be parsed|it is [^\n]+nested)[^\n]*$"):
        apply_patch(spinningup.PATCH, raw)


@pytest.mark.parametrize("name", ["null byte", pytest.param("crash", marks=pytest.mark.slow)])
def test_nor_whoever_compares_or_tokenizes_it(name):
    """A file of the copied package that somebody edited; one that speaks of Neptune."""
    raw = UNREADABLE[name].encode()
    assert not same_code(raw, raw + b"\n# more\n")
    assert foreign_line(raw + b"\n#neptune\n") is None


@pytest.mark.parametrize("name", READABLE)
def test_what_is_merely_large_is_patched(name):
    assert apply_patch(spinningup.PATCH, READABLE[name].encode())


@pytest.mark.parametrize("error", [MemoryError(), RecursionError(), SystemError("error return without exception set"),
                                   UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid"), LookupError("x"),
                                   ZeroDivisionError(), type("PanicException", (BaseException,), {})("a\nb")])
@pytest.mark.parametrize("where", ["patches._reading.ast.parse", "libcst.parse_module", "patches._symbols.classes"])
def test_whatever_is_raised_is_one_line(monkeypatch, no_limit, error, where):
    def fail(*rest, **more):
        raise error
    one_line = "^(it cannot be parsed: |it is too deeply nested|LibCST cannot parse it)[^\n]*$"
    with monkeypatch.context() as patched, pytest.raises(Refused, match=one_line):
        patched.setattr(where, fail)
        apply_patch(spinningup.PATCH, LOGGER.encode())


def test_an_interrupt_is_none_of_the_files_business(monkeypatch):
    def interrupted(*rest):
        raise KeyboardInterrupt
    monkeypatch.setattr("libcst.parse_module", interrupted)
    with pytest.raises(KeyboardInterrupt):
        apply_patch(spinningup.PATCH, LOGGER.encode())


def test_a_grammar_of_another_python_is_still_refused():
    """It may be the logger that trains, on a Python that is newer than this one."""
    with pytest.raises(Refused) as refused:
        apply_patch(spinningup.PATCH, (LOGGER + "\nprint 'a'\n").encode())
    assert not isinstance(refused.value, Unreadable)


# What is read in another process first

@pytest.mark.parametrize("text, is_suspicious", [
    (LOGGER, False), ("#" + "(" * 2000, False), ("'''" + "( " * 2000 + "'''", False), ("x = 1\n" * 2000, False),
    ("x = (\n" + "- # )\n" * 2000, True), ("# x\r" + "- " * 2000, True), ("f'{" + "- " * 2000 + "}'", True),
    ("x = " + "-\\\n" * 2000, True), ("[" * 13, True), ("# coding: utf-7\n", True), ("# coding: UTF_8\n", False),
    ("\"\"\"\n\"\"\" + '\"\"\"' + " + "-" * 2000, True)])
def test_what_is_read_in_a_process_of_its_own(text, is_suspicious):
    assert _trial.is_suspicious(text.encode()) == is_suspicious


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no CPU limit there")
def test_reading_that_does_not_end_is_ended():
    """LibCST takes twice as long for each bracket more."""
    raw = (LOGGER + "\nmatch x:\n    case " + "[" * 60 + "a" + "]" * 60 + ": pass\n").encode()
    assert not _trial.survived(raw, 1)


# Every command

@pytest.mark.parametrize("evil", [DEEP] + [pytest.param(evil, marks=pytest.mark.slow) for evil in (
    CRASHING, "# coding: hex\n" + LOGGER, LOGGER + "\0")])
def test_every_command_names_the_file_and_does_the_rest(tmp_path, capsys, evil):
    upstream = make(tmp_path / "upstream")
    (upstream / "evil.py").write_text(evil)
    git(upstream, "init", "-q", "--template=", "-b", "main")
    git(upstream, "add", "-A")
    git(upstream, "commit", "-qm", "one")
    git(tmp_path, "clone", "-q", "--template=", str(upstream), "clone")
    folder = tmp_path / "clone"
    before = snapshot(folder)
    for command, arguments in ((status, ()), (diff, ()), (install, ("--dry-run",)), (install, ()), (status, ()),
                               (diff, ()), (diff, ("--upstream",)), (vendor, ("--output", str(tmp_path / "build"))),
                               (update, ()), (install, ()), (uninstall, ())):
        capsys.readouterr()
        code, printed = call(command, folder, *arguments), "".join(capsys.readouterr())
        lines = [line for line in printed.splitlines() if "evil.py" in line]
        assert code == 0 and len(lines) == 1, printed
        assert re.search("deeply nested|no Python can read it|cannot be parsed", lines[0])
        if command is install and not arguments:
            assert "neptune" in (folder / "small/logx.py").read_text()
    assert {path: found for path, found in snapshot(folder).items() if ".git" not in path} == \
        {path: found for path, found in before.items() if ".git" not in path}


def test_alone_or_named_it_is_refused(tmp_path):
    folder = make(tmp_path, {"evil.py": DEEP, "small/serialise.py": "def convert_json(obj):\n    return obj\n"})
    before = snapshot(folder)
    for arguments in ((), ("--file", "evil.py")):
        code, printed = said(install, folder, *arguments)
        assert code == 1 and "install: evil.py: unsupported: it is too deeply nested" in printed
        assert snapshot(folder) == before
    folder = make(tmp_path / "two", {"evil.py": DEEP, "logx.py": LOGGER})
    assert said(install, folder, "--file", "evil.py", "--file", "logx.py")[0] == 1


def test_what_was_installed_into_and_cannot_be_read_any_more_is_no_obstacle_to_uninstall(tmp_path):
    folder = make(tmp_path)
    assert call(install, folder) == 0
    place = folder / "small/logx.py"
    place.write_text(place.read_text() + "\nx = " + "-" * 20_000 + "1\n")
    code, printed = said(install, folder)
    assert code == 1 and "small/logx.py: edited: it is too deeply nested" in printed
    assert call(uninstall, folder) == 0
    assert place.read_text() == LOGGER + "\nx = " + "-" * 20_000 + "1\n"


@pytest.mark.slow
def test_a_crash_stays_out_of_the_terminal(tmp_path):
    folder = make(tmp_path, {"evil.py": CRASHING, "logx.py": LOGGER})
    done = subprocess.run([sys.executable, str(REPO / "scripts/status.py"), str(folder)], capture_output=True,
                          text=True)
    assert done.returncode == 0 and done.stderr == ""
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["unsupported", "clean", "next:"]
    assert "it is so deeply nested that Python's parser crashes" in done.stdout
