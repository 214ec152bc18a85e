"""What merely lies inside a checkout, a submodule or an environment, is another one and stays as it is."""
import os

import pytest
from clones import Clones
from small_checkout import LOGGER, SERIALISER, call, git, make, snapshot
from small_formats import STABLE_BASELINES3
from small_routes import HIDDEN, said
from small_trees import small_package  # noqa: F401

from scripts import diff, install, status, uninstall, update, vendor

pytestmark = pytest.mark.usefixtures("small_package")


@pytest.fixture
def project(tmp_path):
    """A clone that holds another, installed into by itself, as a submodule."""
    folder = make(tmp_path / "project", {"train.py": "x = 1\n"})
    git(make(folder / "third_party/clone"), "init", "-q")
    assert call(install, folder / "third_party/clone") == 0
    return folder


@pytest.mark.parametrize("command", [status, diff, install, uninstall, update, vendor])
def test_a_submodule_is_not_taken_for_what_it_is_in(project, command):
    before = snapshot(project)
    code, _, lines = said(command, project)
    assert code == 1 and len(lines) == 1
    assert " outside of third_party/clone, where installs of their own are; name one of these" in lines[0]
    assert snapshot(project) == before


def test_a_submodule_keeps_its_install_whatever_becomes_of_what_it_is_in(project):
    make(project, {"logx.py": LOGGER, "serialise.py": SERIALISER})
    before = snapshot(project)
    for command in (install, status, diff, install, uninstall):
        code, printed, lines = said(command, project)
        assert code == 0 and "third_party" not in printed
        assert "third_party/clone: left alone, an install of its own is in it; name that folder" in lines[0]
        assert snapshot(project / "third_party") == snapshot_below(before, "third_party")
    assert snapshot(project) == before


def test_a_submodule_that_was_not_installed_into_is_not_held_by_the_record_around_it(project):
    clone = project / "third_party/clone"
    call(uninstall, clone)
    (clone / "small/serialise.py").unlink()  # it would go with any logger of the project
    make(project, {"logx.py": LOGGER})
    assert call(install, project, "--file", "logx.py") == 0
    around = snapshot(project)
    assert call(install, clone) == 0
    assert (clone / HIDDEN).is_dir() and call(uninstall, clone) == 0
    assert snapshot(project) == around


def test_a_submodule_that_was_installed_into_from_around_it_is_a_part_of_that(project):
    """Its files are in that record: with another of its own nobody could tell what is the original."""
    clone = project / "third_party/clone"
    call(uninstall, clone)
    before = snapshot(project)
    call(install, project)
    assert said(status, clone)[2] == [f"status: {clone}: working on {project}, which it was installed through"]
    assert call(install, clone) == call(uninstall, clone) == 0
    assert snapshot(project) == before


def test_of_two_clones_side_by_side_the_one_that_was_not_named_stays(tmp_path, monkeypatch):
    """Two versions of one framework, say, installed into by the folder around them."""
    for name in ("new", "old"):
        git(make(tmp_path / name), "init", "-q")
    before = snapshot(tmp_path)
    call(install, tmp_path)
    there = snapshot(tmp_path)
    monkeypatch.chdir(tmp_path)
    for folder in ("new", "new/small"):
        code, _, lines = said(uninstall, folder)
        assert code == 1 and snapshot(tmp_path) == there
        assert lines[1:] == [
            f"uninstall: {folder}: has no install of its own; it is part of that of ., which has old/small/logx.py "
            "as well; name . to take out all, then install what is to stay"]
    assert call(uninstall, tmp_path) == 0
    assert snapshot(tmp_path) == before


def test_of_two_installed_packages_the_one_that_was_not_named_stays(tmp_path):
    """Of one kind of logger; a folder of packages is told by the metadata that pip keeps in it."""
    make(tmp_path, {"small/logx.py": LOGGER, "other/logx.py": LOGGER, "small-1.0.dist-info/RECORD": ""})
    before = snapshot(tmp_path)
    call(install, tmp_path)
    there = snapshot(tmp_path)
    code, _, lines = said(uninstall, tmp_path / "small")
    assert code == 1 and snapshot(tmp_path) == there
    assert f"it is part of that of {tmp_path}, which has other/logx.py as well; name {tmp_path}" in lines[1]
    assert call(uninstall, tmp_path) == 0
    assert snapshot(tmp_path) == before


def test_no_clone_is_pulled_but_the_one_that_was_named(tmp_path):
    """A clone in a clone, installed into from around it: git would pull the outer one."""
    outer = Clones(tmp_path)
    git(outer.clone, "clone", "-q", str(outer.upstream), "inner")
    call(install, outer.clone)
    outer.commit({"newer.py": "x = 1\n"})
    there = snapshot(outer.clone)
    code, printed, lines = said(update, outer.clone / "inner/small")
    assert (code, printed, snapshot(outer.clone)) == (1, "", there)
    assert lines[1:] == [
        f"update: {outer.clone}/inner/small: has no install of its own; it is part of that of {outer.clone}, "
        "outside of this clone; uninstall there, then install here"]


@pytest.mark.parametrize("mark", ["pyvenv.cfg", "conda-meta/history"])
@pytest.mark.parametrize("is_around", [False, True])
def test_an_environment_inside_a_clone_is_another_checkout(tmp_path, mark, is_around):
    packages = make(tmp_path / "env/lib/python3.11/site-packages", STABLE_BASELINES3)
    make(tmp_path, {f"env/{mark}": "", "train.py": "x = 1\n", **({"logx.py": LOGGER} if is_around else {})})
    before = snapshot(tmp_path / "env")
    call(install, packages)
    installed = snapshot(tmp_path / "env")
    for command in (install, status, diff, uninstall):
        assert said(command, tmp_path)[0] == (0 if is_around else 1)
        assert snapshot(tmp_path / "env") == installed
    call(install, tmp_path)
    assert said(status, packages / "small")[2] == [
        f"status: {packages / 'small'}: working on {packages}, which it was installed through"]
    assert call(uninstall, packages / "small") == 0
    assert snapshot(tmp_path / "env") == before


def test_of_two_installs_none_is_preferred(tmp_path):
    for name in ("one", "two"):
        call(install, make(tmp_path / name))
    before = snapshot(tmp_path)
    for command in (status, install, uninstall):
        code, _, lines = said(command, tmp_path)
        assert code == 1 and " outside of one, two, where installs of their own are" in lines[0]
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("named", [["logx.py", "part/logx.py"], ["part/logx.py"]])
def test_a_file_of_another_install_is_refused_beside_one_that_is_none(tmp_path, named):
    make(tmp_path, {"logx.py": LOGGER, "part/logx.py": LOGGER})
    call(install, tmp_path / "part")
    if "logx.py" not in named:
        call(install, tmp_path)  # it has a record of its own then
    before = snapshot(tmp_path)
    code, _, lines = said(install, tmp_path, *(word for name in named for word in ("--file", name)))
    assert (code, lines) == (1, ["install: part/logx.py: this file belongs to the install of "
                                 "part; name that folder for it"])
    assert snapshot(tmp_path) == before


def snapshot_below(found, folder):
    """What a snapshot holds below a folder."""
    return {path[len(folder) + 1:]: content for path, content in found.items() if path.startswith(folder + os.sep)}
