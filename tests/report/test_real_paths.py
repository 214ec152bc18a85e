"""Where files are in truth: what `os.path.realpath` says, whatever links, dots and slashes the path goes through."""
import itertools
import os

import pytest

from scripts.runs import real_paths


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """Folders with links up, down, to nothing and to themselves; the working folder is within."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "file").touch()
    for name, target in (("a/up", ".."), ("down", "a/b"), ("a/b/again", "../../down"), ("nothing", "no/where"),
                         ("loop", "loop"), ("a/linked", "b/file")):
        (tmp_path / name).symlink_to(target)
    monkeypatch.chdir(tmp_path / "a")
    real_paths.forget()
    return tmp_path


def test_of_any_path(tree):
    parts = ("a", "b", "up", "down", "again", "nothing", "loop", "linked", "file", "..", ".", "", "missing")
    for names in itertools.chain.from_iterable(itertools.product(parts, repeat=many) for many in (1, 2, 3)):
        for path in ("/".join(names), os.path.join(tree, *names)):
            assert real_paths.real(path) == os.path.realpath(path), path
            assert real_paths.real_folder(path) == os.path.realpath(path), path


def test_a_link_that_leads_elsewhere_is_followed_once_what_was_found_is_forgotten(tree):
    assert real_paths.real(str(tree / "down" / "file")) == str(tree / "a" / "b" / "file")
    (tree / "down").unlink()
    (tree / "down").symlink_to("a")
    real_paths.forget()
    assert real_paths.real(str(tree / "down" / "file")) == str(tree / "a" / "file")
