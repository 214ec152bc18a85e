"""Packages as pip installs them: named with `--python`, reinstalled and removed behind our back, linked by uv."""
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from environment import interpreters
from small_checkout import call, make, run, snapshot
from small_formats import STABLE_BASELINES3
from small_wheels import wheel

from scripts import diff, install, status, uninstall
from scripts.checkout import environment
from scripts.refusal import Refusal

LOGGER = "small/common/logger.py"


class Environment:
    """A virtual environment with packages that pip has installed.

    Args:
        template: one to make a copy of, which takes no time; otherwise it is a new one.
    """

    def __init__(self, folder, template=None):
        if template is None:
            subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
        else:
            shutil.copytree(template.folder, folder, symlinks=True)
        self.folder = folder
        self.python = str(folder / "bin" / "python")
        self.site_packages, = folder.glob("lib/python*/site-packages")
        self.package = self.site_packages / "small"

    def pip(self, *arguments):
        pip = [sys.executable, "-m", "pip", "--python", self.python, "--disable-pip-version-check"]
        subprocess.run([*pip, *arguments], check=True, capture_output=True)

    def install(self, version="3.5", files=STABLE_BASELINES3):
        """Install the small framework from a wheel, as from the package index."""
        self.pip("install", "--no-index", "--no-deps", "--no-compile",
                 "--force-reinstall", str(wheel(self.folder, version, files)))

    @property
    def target(self):
        """What the scripts take."""
        return ["--python", self.python, "small"]


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """What `env` is a copy of: pip takes a second, and no path of its own is in what it leaves."""
    made = Environment(tmp_path_factory.mktemp("template") / "venv")
    made.install()
    return made


@pytest.fixture
def env(tmp_path, template):
    """One with the small framework."""
    return Environment(tmp_path / "venv", template)


def states(target, capsys):
    """Path -> state."""
    capsys.readouterr()
    call(status, *target, "--json")
    return {file["path"]: file["state"] for file in json.loads(capsys.readouterr().out)["files"]}


BOTH = ["common/logger.py", "common/models.py"]


@pytest.mark.slow
@pytest.mark.parametrize("target", ["by name", "site-packages", "package", "environment"])
def test_any_way_to_a_package_installs_and_comes_back_byte_for_byte(env, capsys, target):
    target = {"by name": env.target, "site-packages": [env.site_packages], "package": [env.package],
              "environment": [env.folder]}[target]
    before = snapshot(env.folder)
    assert call(install, *target) == 0
    assert [state for path, state in states(target, capsys).items() if path.endswith(".py")] == ["applied"] * 2
    train = "from small.common.models import Walk; Walk('P', None).learn(200)"
    done = subprocess.run([env.python, "-B", "-c", train], env=dict(os.environ, NEPTUNE_EXPERIMENT="journal"),
                          cwd=env.folder, capture_output=True, text=True, check=True)
    journal = Path(done.stderr.split("neptune: journal ")[1].split(";")[0])
    assert journal.read_text().count('"values"') == 2
    journal.unlink()
    journal.parent.rmdir()
    assert call(uninstall, *target) == 0
    assert snapshot(env.folder) == before


@pytest.mark.slow
def test_every_command_takes_it_and_names_it_again(env, capsys):
    for command in (status, diff, install, uninstall):
        assert call(command, *env.target) == 0
        output = capsys.readouterr().out
        assert f"--python {env.python} small" in output or command is diff and "+++ b/common/logger.py" in output


@pytest.mark.slow
def test_the_name_may_be_the_one_that_pip_knows(env):
    assert environment.folder_of(env.python, "small") == str(env.package)
    make(env.site_packages, {"very_small/__init__.py": ""})
    assert environment.folder_of(env.python, "very-small") == str(env.site_packages / "very_small")


def test_the_working_directory_is_not_searched(env, tmp_path, monkeypatch):
    monkeypatch.chdir(make(tmp_path / "clone", STABLE_BASELINES3))
    assert environment.folder_of(env.python, "small") == str(env.package)


@pytest.mark.slow
def test_a_clone_that_is_installed_in_place_is_found(env, tmp_path):
    env.pip("uninstall", "-y", "small")
    clone = make(tmp_path / "clone", STABLE_BASELINES3)
    (env.site_packages / "clone.pth").write_text(str(clone))
    assert environment.folder_of(env.python, "small") == str(clone / "small")


def test_any_python_3_finds_its_packages():
    for version, python in interpreters().items():
        assert os.path.basename(environment.folder_of(str(python), "json")) == "json", version


@pytest.mark.parametrize("python, name, reason", [
    ("{python}", "nothing", "nothing: {python} imports no package of that name"),
    ("{python}", "alone", "alone: in {python} this is not a package in one folder, but a single module"),
    ("{python}", "split", "split: in {python} this is not a package in one folder, but /"),
    ("{folder}/none", "small", "{folder}/none: not a Python 3 (there is no such file or command); name one"),
    ("{folder}", "small", "{folder}: not a Python 3 (Permission denied)"),
    ("/bin/true", "small", "/bin/true: not a Python 3 (no answer)"),
    ("", "small", "'': not a Python 3 ("),
    ("{python}", "", "'': the name is empty, and --python takes the name of a package that {python} imports; leave"),
    ("{python}", "{folder}/lib",
     "{folder}/lib: this is a path, and --python takes the name of a package that {python} imports; leave it out to"),
])
def test_refusals(env, capsys, python, name, reason):
    make(env.site_packages, {"alone.py": "", "split/a.py": "", "more.pth": str(env.folder / "more")})
    make(env.folder, {"more/split/b.py": ""})
    known = {"python": env.python, "folder": env.folder}
    assert call(install, "--python", python.format(**known), name.format(**known)) == 1
    line, = capsys.readouterr().err.splitlines()
    assert line.startswith("install: " + reason.format(**known))


def test_a_package_is_found_by_the_name_that_pip_has_for_it(env, capsys):
    """rsl-rl-lib, Torch, tensorboardx. Kind: names under which people know what they import by another."""
    make(env.site_packages, {"rl/__init__.py": "", "rl_lib-1.0.dist-info/METADATA": "Name: rl-lib\nVersion: 1.0\n",
                             "rl_lib-1.0.dist-info/RECORD": "rl/__init__.py,,\nrl_lib-1.0.dist-info/METADATA,,\n"})
    for name, near in (("rl-lib", "rl"), ("Small", "small"), ("smal", "small")):
        assert call(install, "--python", env.python, name) == 1
        assert f"imports no package of that name (did you mean {near}" in capsys.readouterr().err


def test_a_python_that_says_why_it_cannot_is_quoted(tmp_path):
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho no module named site >&2\nexit 1\n")
    python.chmod(0o755)
    with pytest.raises(Refusal, match=r"not a Python 3 \(no module named site\)"):
        environment.folder_of(str(python), "small")


# pip behind our back

@pytest.mark.slow
def test_reinstalled_it_is_drifted_and_both_commands_handle_it(env, capsys):
    before = snapshot(env.package)
    for command, after in ((install, "applied"), (uninstall, "clean")):
        call(install, *env.target)
        env.install()
        assert states(env.target, capsys) == dict.fromkeys(BOTH, "drifted")
        assert call(command, *env.target) == 0
        assert states(env.target, capsys) == dict.fromkeys(BOTH, after)
    assert snapshot(env.package) == before


@pytest.mark.slow
def test_another_version_is_drifted_and_comes_back_as_that_version(env, capsys):
    call(install, *env.target)
    env.install("3.6", {**STABLE_BASELINES3, LOGGER: STABLE_BASELINES3[LOGGER] + "\nNEW = True\n"})
    assert states(env.target, capsys) == dict.fromkeys(BOTH, "drifted")
    assert call(install, *env.target) == call(uninstall, *env.target) == 0
    assert (env.site_packages / LOGGER).read_text() == STABLE_BASELINES3[LOGGER] + "\nNEW = True\n"


@pytest.mark.slow
def test_removed_by_pip_it_is_named_and_uninstall_leaves_nothing_of_it(env, capsys):
    call(install, *env.target)
    env.pip("uninstall", "-y", "small")
    assert states(env.target, capsys) == {}
    assert call(status, *env.target) == 0
    assert "common/logger.py: install patched this file, which is gone" in capsys.readouterr().err
    assert call(install, *env.target) == 1
    assert call(uninstall, *env.target) == 0
    assert not env.package.exists()  # else Python would import an empty package of that name


# Environments that share files

def test_files_that_are_linked_into_another_environment_are_never_changed_there(env, tmp_path):
    """As uv does it: one inode for all environments."""
    other = tmp_path / "other"
    for path in sorted(env.site_packages.rglob("*.py")):
        place = other / path.relative_to(env.site_packages)
        place.parent.mkdir(parents=True, exist_ok=True)
        os.link(path, place)
    before = snapshot(other)
    assert call(install, *env.target) == 0
    assert snapshot(other) == before
    assert call(uninstall, *env.target) == 0
    assert snapshot(other) == before


# One install inside another

@pytest.mark.parametrize("first, second", [("by name", "site-packages"), ("site-packages", "by name")])
def test_a_package_and_the_folder_it_is_in_are_one_install(env, capsys, first, second):
    targets = {"by name": env.target, "site-packages": [env.site_packages]}
    before = snapshot(env.folder)
    call(install, *targets[first])
    capsys.readouterr()
    assert call(install, *targets[second]) == 0
    assert "already installed" in capsys.readouterr().out
    assert call(uninstall, *targets[second]) == 0
    assert snapshot(env.folder) == before


@pytest.mark.slow
def test_from_the_shell(env):
    done = run("install", *env.target)
    assert done.returncode == 0 and "applied" in done.stdout, done.stderr
