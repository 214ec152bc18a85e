"""A wheel, built of this repository and used outside of it: one package, and one command with a subcommand a script."""
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from environment import interpreters
from packaging.requirements import Requirement
from small_checkout import git, snapshot
from trainings import ROOT, STANDIN

from scripts import this_release

NAME = "neptune-rl-logging"
PRESENT = interpreters()
SCRIPTS = {"compare", "demo", "diff", "drift", "export", "figure", "install", "replay", "report",
           "run", "status", "uninstall", "update", "vendor", "watch"}


def run(*command, folder, status=0, **variables):
    done = subprocess.run([*map(str, command)], cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL,
                          env=dict(os.environ, PYTHONDONTWRITEBYTECODE="1", **variables))
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A clone of this repository with one commit, in which a file has been renamed since an earlier build."""
    folder = tmp_path_factory.mktemp("clone")
    for name in ("setup.cfg", "pyproject.toml", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    for name in ("patches", "scripts", "vendored"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    old = folder / "build" / "lib" / "neptune_rl_logging" / "scripts" / "old_name.py"
    old.parent.mkdir(parents=True)
    old.write_text('if __name__ == "__main__":\n    pass\n')
    folder.joinpath(".gitignore").write_text("build/\n*.egg-info/\n")
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "x")
    return folder


@pytest.fixture(scope="module")
def wheel(clone, tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-index", "--no-deps", "--no-build-isolation", "-w",
        folder, clone, folder=folder)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def site_packages(wheel, tmp_path_factory):
    """Those of an environment that has the wheel, and for what it needs the packages of this one."""
    environment = tmp_path_factory.mktemp("environment")
    venv.create(environment)
    python = environment / "bin" / "python"
    folder = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", folder="/").strip())
    folder.joinpath("needed.pth").write_text("\n".join(path for path in sys.path if path.endswith("site-packages")))
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-index", "--no-deps",
        "--no-compile", wheel, folder="/")
    return folder


@pytest.fixture(scope="module")
def command(site_packages):
    """Runs the installed command."""
    program = site_packages.parents[2] / "bin" / NAME

    def command(*arguments, folder, status=0):
        return run(program, *arguments, folder=folder, status=status)
    return command


@pytest.mark.slow
def test_one_package_is_installed_and_nothing_else(site_packages):
    found = {path.name.split("-")[0] for path in site_packages.iterdir()} - {"needed.pth"}
    assert found == {"neptune_rl_logging"}
    package = site_packages / "neptune_rl_logging"
    assert {path.name for path in package.iterdir()} == {"REVISION", "patches", "scripts", "vendored"}
    for folder in ("patches", "scripts", "vendored"):
        ours, theirs = ({path.relative_to(root) for path in (root / folder).rglob("*")
                         if path.is_file() and "__pycache__" not in path.parts} for root in (ROOT, package))
        assert {path for path in ours - theirs if path.suffix not in (".png", ".md")} == set() == theirs - ours


@pytest.mark.slow
def test_the_version_says_release_and_revision(clone, command, tmp_path):
    commit = git(clone, "rev-parse", "--short=7", "HEAD").stdout.decode().strip()
    assert command("--version", folder=tmp_path) == f"{NAME} {this_release.release()} ({commit})\n"
    assert run(sys.executable, clone / "scripts", "--version", folder=tmp_path) == command("--version", folder=tmp_path)


def test_a_changed_clone_says_so(clone, tmp_path):
    changed = shutil.copytree(clone, tmp_path / "changed")
    changed.joinpath("setup.cfg").write_text(changed.joinpath("setup.cfg").read_text() + "\n")
    assert run(sys.executable, changed / "scripts", "--version", folder=tmp_path).endswith("-dirty)\n")


def test_what_is_no_clone_and_lies_in_one_is_not_that_commit(clone, tmp_path):
    git(tmp_path, "init", "-q")
    copy = shutil.copytree(clone, tmp_path / "copy", ignore=shutil.ignore_patterns(".git"))
    assert run(sys.executable, copy / "scripts", "--version", folder=tmp_path).endswith("(unknown revision)\n")


def test_every_script_is_a_subcommand(command, tmp_path):
    lines = command("--help", folder=tmp_path).partition("\ncommands:\n")[2].replace("\n" + " " * 13, " ").splitlines()
    assert {line.split()[0] for line in lines} == SCRIPTS
    assert all(len(line.split()) > 3 for line in lines)


@pytest.mark.parametrize("name", [name if name in ("install", "replay") else pytest.param(name, marks=pytest.mark.slow)
                                  for name in sorted(SCRIPTS)])
def test_a_subcommand_has_the_help_of_its_script(command, name, tmp_path):
    one = command(name, "--help", folder=tmp_path)
    other = run(sys.executable, ROOT / "scripts" / f"{name}.py", "--help", folder=tmp_path)
    assert [script for script in SCRIPTS if f"{script}.py" in one] == []  # a user of pip has no scripts
    assert one.split() == other.replace(f"{name}.py", f"{NAME} {name}").replace(
        f"(default: {ROOT}/", "(default: ").replace(f"default: {ROOT}/", "default: ").split()


@pytest.mark.parametrize("arguments, status", [
    ([], 2), (["nothing"], 2), (["status", "/nowhere"], 1), pytest.param(["install"], 2, marks=pytest.mark.slow),
    pytest.param(["report", "/nowhere"], 1, marks=pytest.mark.slow),
    pytest.param(["replay", "."], 2, marks=pytest.mark.slow)])
def test_the_exit_codes_are_those_of_the_scripts(command, arguments, status, tmp_path):
    command(*arguments, folder=tmp_path, status=status)


def test_the_whole_way(command, tmp_path):
    """Install, train, see the runs, send them again, take it out."""
    checkout = shutil.copytree(STANDIN / "toyrl", tmp_path / "toyrl", ignore=shutil.ignore_patterns("__pycache__"))
    before = snapshot(checkout)
    said = command("install", checkout, folder=tmp_path)
    assert "applied " in said and f"{NAME} uninstall {checkout}" in said
    run(sys.executable, "-m", "toyrl.train", "--exp_name", "toy", "--output_dir", "out", "--epochs", "4",
        folder=tmp_path, PYTHONPATH=str(checkout), NEPTUNE_EXPERIMENT="journal")
    assert command("report", "out", folder=tmp_path).endswith("1 run, 8 metrics: report.html\n")
    assert "4 rows" in command("replay", "out", "--to", f"tensorboard:{tmp_path / 'events'}", "--dry-run",
                               folder=tmp_path)
    command("uninstall", checkout, folder=tmp_path)
    assert snapshot(checkout) == before


@pytest.mark.parametrize("version", [pytest.param(version, marks=pytest.mark.skipif(
    version not in PRESENT, reason=f"no Python {version} on this machine")) for version in ("3.6", "3.7", "3.8")])
def test_a_python_that_is_too_old_is_named_by_the_build(version):
    """pip asks for what we need first, and lists every setuptools there is; a person who trains on such a Python has
    it in every shell."""
    said = run(PRESENT[version], ROOT / "scripts" / "building" / "backend.py", folder="/", status=1)
    assert said.startswith(f"neptune-rl-logging: this is Python {version}, and its commands need 3.10 or newer;")
    needed = list(map(Requirement, re.findall(r'"(setuptools.*?)"', ROOT.joinpath("pyproject.toml").read_text())))
    met = [one for one in needed if one.marker is None or one.marker.evaluate({"python_version": version})]
    assert len(needed) == 2 and [str(one.specifier) for one in met] == [""]
