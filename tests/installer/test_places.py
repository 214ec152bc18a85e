"""scripts/checkout/places.py: what is named wrongly, in one line that says what to name; and this repository itself."""
import os
import shutil

import pytest
from small_checkout import LOGGER, REPO, call, make, snapshot

from scripts import diff, install, status, uninstall, update, vendor
from scripts.checkout import finder
from scripts.checkout.store import HIDDEN

COMMANDS = [status, install, uninstall, diff, update, vendor]


def line_of(capsys, command, *arguments):
    """What a command says that refuses, without its own name."""
    capsys.readouterr()
    assert call(command, *arguments) == 1
    line, = capsys.readouterr().err.splitlines()
    return line.partition(": ")[2]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name, found", [
    ("missing/one", "there is no such folder; name a clone, a copy or a package's folder"),
    ("stable_baselines3", "there is no such folder; for the package that a Python imports: "
                          "--python /path/to/training/bin/python stable_baselines3"),
    ("dm-acme", "there is no such folder; for the package that a Python imports: "
                "--python /path/to/training/bin/python dm-acme"),
    ("one/small/logx.py", "this is a file; name the folder that it is in, one/small"),
    ("one/train.py/x", "there is no such folder; name a clone, a copy or a package's folder"),
    ("empty", "this folder is empty; git clone into it, or name another"),
    ("link", "this symlink leads nowhere; name the folder itself"),
])
def test_a_name_that_is_no_folder(tmp_path, capsys, monkeypatch, command, name, found):
    make(tmp_path / "one")
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to("nowhere")
    monkeypatch.chdir(tmp_path)
    before = snapshot(tmp_path)
    assert line_of(capsys, command, name) == f"{name}: {found}"
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("name, found", [
    ("none.py", "there is no such file"), ("small", "this is a folder"), ("../outside.py", None)])
def test_a_file_that_is_none(tmp_path, capsys, name, found):
    make(tmp_path, {"outside.py": LOGGER})
    line = line_of(capsys, install, make(tmp_path / "one"), "--file", name)
    assert line == f"{name}: " + (
        f"{found}; name a file, relative to the checkout" if found else
        "leads out of the checkout; name the checkout it belongs to")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("inside", ["", "/originals", "/originals/small"])
def test_what_install_keeps_is_no_framework(tmp_path, capsys, command, inside):
    """The originals hold a logger as upstream has it: patched, they could not be put back."""
    call(install, make(tmp_path))
    before = snapshot(tmp_path)
    place = f"{tmp_path}/{HIDDEN}{inside}"
    assert line_of(capsys, command, place) == (
        f"{place}: install keeps its records here; name the folder that {HIDDEN} is in")
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("name", [f"{HIDDEN}/originals/small/logx.py", ".git/hooks/logx.py"])
def test_no_file_is_taken_that_install_or_git_keeps(tmp_path, capsys, name):
    call(install, make(tmp_path))
    make(tmp_path, {".git/hooks/logx.py": LOGGER})
    before = snapshot(tmp_path)
    assert line_of(capsys, install, tmp_path, "--file", name) == (
        f"{name}: not a file of the framework; name one outside of "
        f"{name.split('/')[0]}")
    assert snapshot(tmp_path) == before


# This repository

@pytest.fixture
def tool(tmp_path):
    """A copy of this repository, as a project has it that vendors it."""
    shutil.copytree(REPO, tmp_path / "project/tool", ignore=shutil.ignore_patterns(".*", "build", "__pycache__"))
    return tmp_path / "project/tool"


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("place", ["", "tests", "tests/standin/toyrl", "vendored"])
def test_it_is_never_patched_itself(tool, capsys, command, place):
    before = snapshot(tool)
    assert line_of(capsys, command, tool / place) == (
        f"{tool / place}: this is the repository of this tool; name the folder of the framework")
    assert snapshot(tool) == before


@pytest.mark.slow
def test_in_a_project_that_holds_it_only_the_rest_is_installed_into(tool, capsys):
    project = make(tool.parent)
    before, there = snapshot(project), snapshot(tool)
    assert call(install, project) == 0
    assert "install: tool: left alone, it is the repository of this tool" in capsys.readouterr().err
    assert snapshot(tool) == there
    assert call(uninstall, project) == 0
    assert snapshot(project) == before


def test_what_is_kept_in_it_is_installed_into_by_its_name(tool):
    """As the demo does, in its `build/`."""
    assert call(install, make(tool / "build/demo/checkout")) == 0


def test_its_stand_ins_are_a_framework_where_they_lie_alone(tool, tmp_path):
    shutil.copytree(tool / "tests/standin/toyrl", tmp_path / "toyrl")
    assert call(install, tmp_path / "toyrl") == 0


@pytest.mark.slow
def test_what_an_older_version_has_put_into_it_comes_out(tool, monkeypatch):
    for folder in ("frameworks", "patches"):  # whose tests hold patched files as texts
        shutil.rmtree(tool / "tests" / folder)
    before = snapshot(tool)
    with monkeypatch.context() as patched:
        patched.setattr(finder, "is_tool", lambda folder: False)
        assert call(install, tool) == 0
    assert snapshot(tool) != before
    assert call(uninstall, tool) == 0
    assert snapshot(tool) == before


def test_this_is_the_repository_that_is_meant():
    assert finder.is_tool(str(REPO)) and not finder.is_tool(os.path.dirname(REPO))
