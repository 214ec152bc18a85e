"""scripts/checkout/route.py: one install, whatever way it is named; what merely lies inside is another checkout."""
import contextlib
import io
import os
import subprocess
import sys

import pytest
from clones import Clones
from small_checkout import FOREIGN, LOGGER, SERIALISER, call, git, make, snapshot
from small_formats import BASELINES, STABLE_BASELINES3
from small_trees import small_package  # noqa: F401

from scripts import diff, install, status, uninstall, update, vendor
from scripts.checkout import transaction

pytestmark = pytest.mark.usefixtures("small_package")
HIDDEN = ".neptune-rl-logging"
FRAMEWORKS = {"spinningup": None, "stable_baselines": BASELINES, "stable_baselines3": STABLE_BASELINES3}


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """The Python of a virtual environment, and the file that names what is installed in place, as `pip install -e`."""
    folder = tmp_path_factory.mktemp("venv")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    site_packages, = folder.glob("lib/python*/site-packages")
    return str(folder / "bin/python"), site_packages / "clone.pth"


@pytest.fixture
def routes(tmp_path, environment):
    """Name -> what the scripts take: ways to one clone."""
    python, editable = environment
    clone = tmp_path / "clone"
    editable.write_text(str(clone))
    (tmp_path / "link").symlink_to("clone/small")
    return {"clone": [clone], "package": [clone / "small"], "inside": [tmp_path / "clone/train/../small/"],
            "link": [tmp_path / "link"], "by name": ["--python", python, "small"]}


def said(command, *arguments):
    """Run a command; its exit status, what it prints, and its lines on stderr."""
    out, errors = io.TextIOWrapper(io.BytesIO(), write_through=True), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        code = call(command, *arguments)
    return code, out.buffer.getvalue().decode(), errors.getvalue().splitlines()


@pytest.mark.parametrize("there", ["clone", "package", "by name", "link"])
@pytest.mark.parametrize("here", ["clone", "package", "by name", "inside"])
@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_installed_by_one_route_every_command_does_its_work_by_another(tmp_path, routes, framework, there, here):
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
def test_one_note_says_which_folder_it_took(tmp_path, routes, command, there, here):
    make(tmp_path / "clone")
    call(install, *routes[there])
    more = ["--output", tmp_path / "build"] if command is vendor else []
    assert said(command, *routes[here], *more)[2] == [
        f"{command.__name__.split('.')[1]}: {routes[here][0]}: working on {routes[there][0]}, which it was installed "
        "through"]
    assert not any("working on" in line for line in said(command, *routes[there], *more)[2])


def test_the_folder_is_said_as_it_was_typed(tmp_path, routes, monkeypatch):
    call(install, make(tmp_path / "clone"))
    monkeypatch.chdir(tmp_path)
    assert said(status, "clone/small")[2] == [
        "status: clone/small: working on clone, which it was installed through"]
    monkeypatch.chdir(tmp_path / "clone/small")
    assert said(status, ".")[2] == ["status: .: working on .., which it was installed through"]


@pytest.mark.parametrize("there, here", [("clone", "package"), ("package", "clone"), ("package", "by name")])
def test_edits_of_the_user_and_what_git_does_are_the_same_by_any_route(tmp_path, routes, there, here):
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
        f"uninstall: small: expected an install of its own, found it in that of {tmp_path}, which has "
        f"stable_baselines3 as well; name {tmp_path} to take out all, then install what is to stay"]
    assert call(uninstall, tmp_path) == 0
    assert snapshot(tmp_path) == before


# What merely lies inside

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
    assert "found none outside of third_party/clone, where installs of their own are; name one of these" in lines[0]
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
        assert code == 1 and "found none outside of one, two, where installs of their own are" in lines[0]
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("named", [["logx.py", "part/logx.py"], ["part/logx.py"]])
def test_a_file_of_another_install_is_refused_beside_one_that_is_none(tmp_path, named):
    make(tmp_path, {"logx.py": LOGGER, "part/logx.py": LOGGER})
    call(install, tmp_path / "part")
    if "logx.py" not in named:
        call(install, tmp_path)  # it has a record of its own then
    before = snapshot(tmp_path)
    code, _, lines = said(install, tmp_path, *(word for name in named for word in ("--file", name)))
    assert (code, lines) == (1, ["install: part/logx.py: expected a file that no other install has, found that of "
                                 "part; name that folder for it"])
    assert snapshot(tmp_path) == before


# Records that cannot be had

@pytest.mark.parametrize("text", ["{", "[]", '{"files": 3}', '{"files": [1]}'])
def test_a_damaged_record_above_is_refused_by_its_place(tmp_path, text):
    call(install, make(tmp_path))
    (tmp_path / HIDDEN / "manifest.json").write_text(text)
    before = snapshot(tmp_path)
    code, _, lines = said(install, tmp_path / "small")
    assert code == 1 and len(lines) == 1
    assert f"{tmp_path}/{HIDDEN}/manifest.json: expected what install wrote there, found " in lines[0]
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
def test_a_command_that_was_cut_short_is_taken_back_by_any_route(tmp_path, routes, monkeypatch, there, here):
    """Before it had written any record: what it was going to do says which files are its."""
    clone = make(tmp_path / "clone")
    before = snapshot(clone)
    with monkeypatch.context() as patched:
        patched.setattr(transaction, "recover", lambda root: False)
        patched.setattr(transaction.files, "write", failing_at(transaction.files.write, "manifest.json"))
        assert call(install, *routes[there]) == 1
    assert said(status, *routes[here])[2] == [
        f"status: {routes[there][0]}: an install or uninstall was cut short there; run it again, that puts the "
        "checkout right first"]
    code, _, lines = said(install, *routes[here])
    assert code == 0 and "install: took back what an interrupted command had left half done" in lines
    assert len(list(clone.rglob(HIDDEN))) == 1
    assert call(uninstall, *routes[there]) == 0
    assert snapshot(clone) == before


def test_of_two_records_the_one_that_was_cut_short_is_taken_back_first(tmp_path, monkeypatch):
    call(install, make(tmp_path))
    two_records(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(transaction, "recover", lambda root: False)
        patched.setattr(transaction.files, "write", failing_at(transaction.files.write, "logx.py"))
        assert call(uninstall, tmp_path / "small") == 1
    (tmp_path / "small" / HIDDEN / "manifest.json").unlink()
    assert "cut short there" in said(status, tmp_path / "small")[2][0]


def test_a_dry_run_keeps_nobody_out_and_is_kept_out_by_nobody(tmp_path):
    with transaction.exclusive(str(make(tmp_path)), print):
        assert call(install, tmp_path, "--dry-run") == call(uninstall, tmp_path, "--dry-run") == 0


@pytest.mark.parametrize("there, here", [("clone", "package"), ("package", "clone")])
def test_while_another_is_at_work_it_says_so_by_any_route(tmp_path, routes, there, here):
    call(install, *routes[there]) if make(tmp_path / "clone") else None
    with transaction.exclusive(str(routes[there][0]), print):
        code, _, lines = said(uninstall, *routes[here])
    assert code == 1 and "another install or uninstall is at work there" in lines[0]


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


def snapshot_below(found, folder):
    """What a snapshot holds below a folder."""
    return {path[len(folder) + 1:]: content for path, content in found.items() if path.startswith(folder + os.sep)}


def two_records(clone):
    """Give the package of an installed clone a record of its own besides, as naming it did once."""
    aside = clone.parent / "aside"
    (clone / HIDDEN).rename(aside)
    assert call(install, clone / "small") == 0
    aside.rename(clone / HIDDEN)
