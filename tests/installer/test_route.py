"""scripts/checkout/route.py: one install, whatever way it is named."""
import json
import subprocess

import pytest
from clones import Clones
from small_checkout import FOREIGN, LOGGER, SERIALISER, call, make, snapshot
from small_formats import BASELINES, STABLE_BASELINES3
from small_routes import HIDDEN, environment, routes, said  # noqa: F401
from small_trees import small_package  # noqa: F401

from scripts import diff, install, status, uninstall, update, vendor

pytestmark = pytest.mark.usefixtures("small_package")
FRAMEWORKS = {"spinningup": None, "stable_baselines": BASELINES, "stable_baselines3": STABLE_BASELINES3}


@pytest.mark.parametrize("there", ["clone", "package", "by name", "link"])
@pytest.mark.parametrize("here", ["clone", "package", "by name", "inside"])
@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_installed_by_one_route_every_command_works_by_another(tmp_path, routes, framework, there, here):  # noqa: F811
    clone = make(tmp_path / "clone", FRAMEWORKS[framework])
    make(clone, {"train/run.py": "x = 1\n"})
    before = snapshot(clone)
    assert call(install, *routes[there]) == 0
    installed = snapshot(clone)
    code, printed, _ = said(status, *routes[here])
    assert code == 0 and {line.split()[0] for line in printed.splitlines()} == {"applied", "next:"}
    assert said(diff, *routes[here])[:2] == said(diff, *routes[there])[:2]
    assert said(install, *routes[here])[1].count("already installed") == 1
    assert call(uninstall, "--dry-run", *routes[here]) == 0
    assert snapshot(clone) == installed
    assert call(uninstall, *routes[here]) == 0
    assert snapshot(clone) == before


@pytest.mark.parametrize("command", [status, install, uninstall, vendor])
@pytest.mark.parametrize("there, here", [("clone", "package"), ("package", "clone")])
def test_one_note_says_which_folder_it_took(tmp_path, routes, command, there, here):  # noqa: F811
    make(tmp_path / "clone")
    call(install, *routes[there])
    more = ["--output", tmp_path / "build"] if command is vendor else []
    assert said(command, *routes[here], *more)[2] == [
        f"{command.__name__.split('.')[1]}: {routes[here][0]}: working on {routes[there][0]}, which it was installed "
        "through"]
    assert not any("working on" in line for line in said(command, *routes[there], *more)[2])


def test_the_folder_is_said_as_it_was_typed(tmp_path, routes, monkeypatch):  # noqa: F811
    call(install, make(tmp_path / "clone"))
    monkeypatch.chdir(tmp_path)
    assert said(status, "clone/small")[2] == [
        "status: clone/small: working on clone, which it was installed through"]
    monkeypatch.chdir(tmp_path / "clone/small")
    assert said(status, ".")[2] == ["status: .: working on .., which it was installed through"]


def test_json_has_the_folder_that_its_paths_are_relative_to(tmp_path):
    call(install, make(tmp_path))
    for folder in (tmp_path, tmp_path / "small"):
        report = json.loads(said(status, folder, "--json")[1])
        assert (report["root"], report["files"][0]["path"]) == (str(tmp_path), "small/logx.py")


@pytest.mark.parametrize("there, here", [("clone", "package"), ("package", "clone"), ("package", "by name")])
def test_edits_of_the_user_and_what_git_does_are_the_same_by_any_route(tmp_path, routes, there, here):  # noqa: F811
    clone = make(tmp_path / "clone")
    call(install, *routes[there])
    place = clone / "small/logx.py"
    place.write_text(place.read_text().replace("print(self", "print('mine', self"))
    (clone / "small/serialise.py").write_text(SERIALISER)
    printed = said(status, *routes[here])[1]
    assert "edited " in printed and "drifted " in printed
    assert call(install, *routes[here]) == call(uninstall, *routes[here]) == 0
    assert place.read_text() == LOGGER.replace("print(self", "print('mine', self")
    assert not list(clone.rglob(HIDDEN)) and not list(clone.rglob("neptune_writer"))


@pytest.mark.parametrize("there, here", [("clone", "package"), ("package", "clone")])
def test_update_by_the_other_route(tmp_path, there, here):
    clones = Clones(tmp_path)
    folders = {"clone": clones.clone, "package": clones.clone / "small"}
    call(install, folders[there])
    clones.commit({"small/logx.py": LOGGER.replace("print(self", "print('|', self")})
    code, printed, notes = said(update, folders[here])
    assert code == 0 and "1 commit" in printed
    assert notes == [f"update: {folders[here]}: working on {folders[there]}, which it was installed through"]
    assert said(status, folders[there])[1].count("applied ") == 2
    assert call(uninstall, folders[here]) == 0
    assert clones.git("status", "--short", "--ignored") == ""


def test_the_same_file_may_be_named_by_any_route(tmp_path):
    before = snapshot(make(tmp_path))
    for folder, name in ((tmp_path, "small/logx.py"), (tmp_path / "small", "logx.py"), (tmp_path, "small/logx.py")):
        assert call(install, folder, "--file", name) == 0
        assert len(list(tmp_path.rglob(HIDDEN))) == 1
    assert call(uninstall, tmp_path / "small") == 0
    assert snapshot(tmp_path) == before
    call(install, tmp_path / "small")
    assert call(install, tmp_path, "--file", "small/logx.py") == 0
    assert [path.parent for path in tmp_path.rglob(HIDDEN)] == [tmp_path / "small"]


def test_a_folder_whose_name_begins_alike_is_another(tmp_path):
    make(tmp_path, {"small2/logx.py": LOGGER})
    call(install, tmp_path)
    make(tmp_path, {"small/logx.py": LOGGER})
    assert call(install, tmp_path / "small") == 0
    assert (tmp_path / "small" / HIDDEN).is_dir()


def test_lines_to_put_back_are_shown_by_a_command_that_runs_by_any_route(tmp_path, monkeypatch):
    clones = Clones(tmp_path)
    call(install, clones.clone / "small")
    place = clones.clone / "small/logx.py"
    place.write_text(place.read_text().replace('"Epoch")', '"Epochs")'))
    monkeypatch.chdir(tmp_path)
    last = said(status, "clone")[1].splitlines()[-1].partition("next: ")[2]
    shown = subprocess.run(last, shell=True, check=True, capture_output=True, text=True).stdout
    assert last.startswith("git -C clone/small diff -- logx.py") and "Epochs" in shown


# What is named is what is searched

def test_by_way_of_a_part_nothing_beside_it_is_installed_into(tmp_path):
    call(install, make(tmp_path))
    make(tmp_path, {"other/table.py": LOGGER, "small/table.py": LOGGER})
    assert call(install, tmp_path / "small") == 0
    assert (tmp_path / "other/table.py").read_text() == LOGGER
    assert "neptune" in (tmp_path / "small/table.py").read_text()
    assert len(list(tmp_path.rglob(HIDDEN))) == 1
    assert call(uninstall, tmp_path / "small") == 0
    assert (tmp_path / "small/table.py").read_text() == LOGGER and not list(tmp_path.rglob("neptune_writer"))


def test_what_is_left_beside_it_of_a_file_that_is_gone_is_taken_out_all_the_same(tmp_path):
    make(tmp_path, {"small/logx.py": LOGGER, "other/serialise.py": SERIALISER})
    call(install, tmp_path)
    (tmp_path / "other/serialise.py").unlink()
    assert call(uninstall, tmp_path / "small") == 0
    assert not list(tmp_path.rglob("neptune_writer")) and not list(tmp_path.rglob(HIDDEN))


def test_a_logger_beside_the_install_of_a_part_gets_one_of_its_own(tmp_path):
    before = snapshot(make(tmp_path))
    call(install, tmp_path / "small")
    part = snapshot(tmp_path / "small")
    make(tmp_path, {"other/table.py": LOGGER})
    code, printed, notes = said(install, tmp_path)
    assert code == 0 and "applied     other/table.py" in printed
    assert notes == ["install: small: left alone, an install of its own is in it; name that folder"]
    assert snapshot(tmp_path / "small") == part
    assert call(uninstall, tmp_path) == call(uninstall, tmp_path / "small") == 0
    (tmp_path / "other/table.py").unlink()
    (tmp_path / "other").rmdir()
    assert snapshot(tmp_path) == before


def test_a_logger_of_others_beside_it_is_no_reason_to_look_away(tmp_path):
    make(tmp_path, {"small/logx.py": LOGGER, "mine.py": FOREIGN})
    call(install, tmp_path / "small")
    assert "applied     logx.py" in said(status, tmp_path)[1]
    assert call(uninstall, tmp_path) == 0
    assert (tmp_path / "small/logx.py").read_text() == LOGGER


def test_a_framework_that_was_not_named_is_not_taken_out(tmp_path):
    """As in site-packages, installed at once into all that is there."""
    make(tmp_path, {"small/logx.py": LOGGER, **{f"other/{path}": text for path, text in STABLE_BASELINES3.items()}})
    before = snapshot(tmp_path)
    call(install, tmp_path)
    there = snapshot(tmp_path)
    code, _, lines = said(uninstall, tmp_path / "small")
    assert code == 1 and snapshot(tmp_path) == there
    assert lines[1:] == [
        f"uninstall: small: has no install of its own; it is part of that of {tmp_path}, which has "
        f"stable_baselines3 as well; name {tmp_path} to take out all, then install what is to stay"]
    assert call(uninstall, tmp_path) == 0
    assert snapshot(tmp_path) == before
