"""scripts/checkout: what is looked at, and what is not."""
import os
import sys

import pytest
from small_checkout import FOREIGN, LOGGER, SERIALISER, make, snapshot

from patches.spinningup import PATCH
from scripts import checkout
from scripts.checkout import files, finder
from scripts.checkout import open_checkout
from scripts.output import Console
from scripts.refusal import Refusal


def found_in(folder, **options):
    """Path -> state of each file."""
    return {file.path: file.state for file in open_checkout(str(folder), **options).files}


@pytest.mark.parametrize("content, states", [
    ({"a/logx.py": LOGGER}, {"a/logx.py": "clean"}),
    ({"logger.py": LOGGER, "b/c/other name.py": LOGGER},
     {"logger.py": "clean", "b/c/other name.py": "clean"}),
    ({"a.py": LOGGER, "z.py": SERIALISER}, {"a.py": "clean", "z.py": "clean"}),
    ({"a.py": LOGGER, "b.py": FOREIGN}, {"a.py": "clean", "b.py": "foreign"}),
    ({"b.py": FOREIGN, "z.py": SERIALISER}, {"b.py": "foreign"}),
    ({"a.py": LOGGER, "b.txt": LOGGER, ".c/d.py": LOGGER}, {"a.py": "clean"}),
    ({"a.py": LOGGER, "b.py": "logger.log_tabular('x', 1)  # def log_tabular class \n"},
     {"a.py": "clean"}),
    ({"a.py": LOGGER, "b.py": "import neptune\nclass A:\n    def log_tabular(self): pass\n"},
     {"a.py": "clean"}),
])
def test_what_is_found(tmp_path, content, states):
    assert found_in(make(tmp_path, content)) == states


def test_a_checkout_may_be_a_symlink_itself(tmp_path):
    make(tmp_path / "real")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert set(found_in(tmp_path / "link")) == {"small/logx.py", "small/serialise.py"}


def test_files_that_are_no_candidates_are_not_parsed(tmp_path, monkeypatch):
    make(tmp_path, {"a.py": LOGGER, "broken.py": "def (:\n", "b.py": "x = 1\n"})
    parsed = []
    examine = checkout.examine
    monkeypatch.setattr(checkout, "examine", lambda path, *rest: (
        parsed.append(path), examine(path, *rest))[1])
    assert found_in(tmp_path) == {"a.py": "clean"}
    assert parsed == ["a.py"]


def test_libcst_is_not_loaded_where_nothing_is_to_be_edited(tmp_path):
    import subprocess
    make(tmp_path, {"a.py": "x = 1\n"})
    code = ("import sys\nfrom scripts import status\nstatus.main(sys.argv[1:])\n"
            "sys.exit('libcst' in sys.modules)")
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True,
                          cwd=checkout.package.VENDORED.parents[1]).returncode == 0


def test_looking_reads_nothing_outside_and_changes_nothing(tmp_path, monkeypatch):
    make(tmp_path / "outside", {"x.py": LOGGER})
    folder = make(tmp_path / "one")
    (folder / "x.py").symlink_to(tmp_path / "outside/x.py")
    (folder / "more").symlink_to(tmp_path / "outside")
    before = snapshot(tmp_path)
    opened = []
    real = open
    monkeypatch.setattr("builtins.open", lambda path, *rest, **more: (
        opened.append(str(path)), real(path, *rest, **more))[1])
    assert set(found_in(folder)) == {"small/logx.py", "small/serialise.py"}
    monkeypatch.undo()
    assert opened and not [path for path in opened if "outside" in path]
    assert not [path for path in opened if path.endswith("/x.py")]
    assert snapshot(tmp_path) == before


def test_a_file_that_cannot_be_read_is_noted(tmp_path, monkeypatch):
    make(tmp_path, {"a.py": LOGGER, "b.py": LOGGER})
    real = open

    def refuse(path, *rest):
        if str(path).endswith("b.py"):
            raise PermissionError(13, "Permission denied", path)
        return real(path, *rest)
    monkeypatch.setattr("builtins.open", refuse)
    found = finder.search(str(tmp_path), PATCH.may_edit)
    assert found.candidates == ["a.py"]
    assert found.notes == ["b.py: not read: Permission denied"]


@pytest.mark.parametrize("path", ["", ".", "..", "a/..", "a//b", "/etc", "a\\b", "a\0b", "link/a"])
def test_paths_stay_inside(tmp_path, path):
    os.symlink("/", tmp_path / "link")
    with pytest.raises(Refusal):
        files.inside(str(tmp_path), path)


def test_progress_is_shown_on_a_terminal_after_a_second(tmp_path, capsys, monkeypatch):
    import argparse
    console = Console("status", argparse.Namespace(checkout=str(tmp_path), json=False))
    console.progress(100)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    console.progress(100)
    assert capsys.readouterr().err == ""
    console._started -= 2
    console.progress(200)
    console.say("done")
    assert capsys.readouterr() == ("done\n", "\rsearching: 200 files\r\x1b[K")
