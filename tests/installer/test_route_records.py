"""Records by another route that are damaged, someone else's, half written, locked, or one too many."""
import os

import pytest
from small_checkout import LOGGER, call, make, snapshot
from small_routes import HIDDEN, environment, routes, said  # noqa: F401
from small_trees import small_package  # noqa: F401

from scripts import checkout, install, status, uninstall
from scripts.checkout import transaction
from scripts.refusal import Refusal

pytestmark = pytest.mark.usefixtures("small_package")


@pytest.mark.parametrize("text", ["{", "[]", '{"files": 3}', '{"files": [1]}'])
def test_a_damaged_record_above_is_refused_by_its_place(tmp_path, text):
    call(install, make(tmp_path))
    (tmp_path / HIDDEN / "manifest.json").write_text(text)
    before = snapshot(tmp_path)
    code, _, lines = said(install, tmp_path / "small")
    assert code == 1 and len(lines) == 1
    assert f"{tmp_path}/{HIDDEN}/manifest.json: damaged, " in lines[0]
    assert snapshot(tmp_path) == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_record_that_someone_else_has_put_above_has_no_say(tmp_path):
    """Anyone may put one into /tmp: what it gives out as the original would be what uninstall puts back."""
    call(install, make(tmp_path))
    (tmp_path / HIDDEN / "originals/small/logx.py").write_text("import evil\n")
    os.chown(tmp_path / HIDDEN, 4711, 4711)
    assert said(status, tmp_path / "small")[2] == []
    assert call(uninstall, tmp_path / "small") == 0
    assert (tmp_path / "small/logx.py").read_text() == LOGGER


def test_a_symlink_above_is_not_followed(tmp_path):
    call(install, make(tmp_path / "one"))
    (tmp_path / "one" / HIDDEN).rename(tmp_path / "elsewhere")
    (tmp_path / "one" / HIDDEN).symlink_to(tmp_path / "elsewhere")
    assert said(status, tmp_path / "one/small")[2] == []


@pytest.mark.parametrize("there, here", [("clone", "package"), ("package", "clone"), ("package", "package")])
def test_a_command_cut_short_is_taken_back_by_any_route(tmp_path, routes, monkeypatch, there, here):  # noqa: F811
    """Before it had written any record: what it was going to do says which files are its."""
    clone = make(tmp_path / "clone")
    before = snapshot(clone)
    with monkeypatch.context() as patched:
        patched.setattr(transaction, "recover", lambda root, spared=None: False)
        patched.setattr(transaction.files, "write", failing_at(transaction.files.write, "manifest.json"))
        assert call(install, *routes[there]) == 1
    assert said(status, *routes[here])[2] == [
        f"status: {routes[there][0]}: an install or uninstall was cut short there; run it again, which repairs "
        "the checkout first"]
    code, _, lines = said(install, *routes[here])
    assert code == 0 and "install: took back what an interrupted command had left half done" in lines
    assert len(list(clone.rglob(HIDDEN))) == 1
    assert call(uninstall, *routes[there]) == 0
    assert snapshot(clone) == before


def test_of_two_records_the_one_that_was_cut_short_is_taken_back_first(tmp_path, monkeypatch):
    call(install, make(tmp_path))
    two_records(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(transaction, "recover", lambda root, spared=None: False)
        patched.setattr(transaction.files, "write_beside", failing_at(transaction.files.write_beside, "logx.py"))
        assert call(uninstall, tmp_path / "small") == 1
    (tmp_path / "small" / HIDDEN / "manifest.json").unlink()
    assert "cut short there" in said(status, tmp_path / "small")[2][0]


def test_a_dry_run_keeps_nobody_out_and_is_kept_out_by_nobody(tmp_path):
    with transaction.exclusive(str(make(tmp_path)), print):
        assert call(install, tmp_path, "--dry-run") == call(uninstall, tmp_path, "--dry-run") == 0


@pytest.mark.parametrize("there, here", [("clone", "package"), ("package", "clone")])
def test_while_another_is_at_work_it_says_so_by_any_route(tmp_path, routes, there, here):  # noqa: F811
    call(install, *routes[there]) if make(tmp_path / "clone") else None
    with transaction.exclusive(str(routes[there][0]), print):
        code, _, lines = said(uninstall, *routes[here])
    assert code == 1 and "another install or uninstall is at work there" in lines[0]


def test_a_record_that_was_made_above_a_moment_ago_is_not_overlooked(tmp_path):
    make(tmp_path)
    with pytest.raises(Refusal, match="another command installed into a folder above it just now; run this again"):
        checkout.open_checkout(str(tmp_path / "small"), enter=lambda root: call(install, tmp_path))


def test_two_records_of_an_older_version_come_apart(tmp_path):
    """It let a second one be made; they are taken out one after the other, by either route."""
    before = snapshot(make(tmp_path))
    for first in ("small", ""):
        call(install, tmp_path)
        two_records(tmp_path)
        assert call(uninstall, tmp_path / first) == call(uninstall, tmp_path / first) == 0
        assert snapshot(tmp_path) == before


def failing_at(write, name):
    """A write that fails at a file of that name."""
    def writing(root, path, *rest):
        if path.endswith(name):
            raise OSError(28, "No space left on device", path)
        return write(root, path, *rest)
    return writing


def two_records(clone):
    """Give the package of an installed clone a record of its own besides, as naming it did once."""
    aside = clone.parent / "aside"
    (clone / HIDDEN).rename(aside)
    assert call(install, clone / "small") == 0
    aside.rename(clone / HIDDEN)
