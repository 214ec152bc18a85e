"""The READMEs as their readers take them: commands to type, options, links; and a small world in which they run."""
import os
import re
import shlex
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import NamedTuple

from report_runs import write_journal, write_spinningup
from small_checkout import LOGGER, SERIALISER, git, make
from small_formats import STABLE_BASELINES3

ROOT = Path(__file__).resolve().parents[1]
READMES = ("README.md", "patches/README.md", "vendored/README.md", "scripts/README.md", "tests/README.md",
           "tests/standin/README.md")
TOOL = "neptune-rl-logging"
METRIC = "rollout/ep_rew_mean"


class Block(NamedTuple):
    """What stands between two fences."""

    language: str
    text: str

    @property
    def commands(self):
        """Its lines without comments, each a command."""
        lines = (" ".join(shlex.split(line, comments=True)) and re.sub(r"\s+# .*$", "", line)
                 for line in self.text.splitlines())
        return [line for line in lines if line]


def text_of(name):
    """A README, as it stands there."""
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name, language=None):
    """Its fenced blocks, in order."""
    found = [Block(*pair) for pair in re.findall(r"^```(\w*)\n(.*?)^```$", text_of(name), re.DOTALL | re.MULTILINE)]
    return [block for block in found if language in (None, block.language)]


def commands(name):
    """Every command of a README, in order."""
    return [command for block in blocks(name, "sh") for command in block.commands]


def prose(name):
    """A README without its fenced blocks."""
    return re.sub(r"^```.*?^```$", "", text_of(name), flags=re.DOTALL | re.MULTILINE)


def anchors(path):
    """Those of a file's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


class World:
    """A user's: a package that their Python imports, a clone with an upstream, trainings, and runs of earlier ones.

    Each has its names of the READMEs: `python`, `stable_baselines3`, `../spinningup`, `train.py`, `runs`, `CLONE`.
    """

    def __init__(self, folder):
        self.folder, self.work, self.home = folder, folder / "work", folder / "home"
        for path in (self.work, self.home, folder / "bin"):
            path.mkdir(parents=True)
        self.package = self._environment() / "stable_baselines3"
        self.clone = self._clone()
        self._trainings()
        write_spinningup(self.clone / "data" / "ppo_s0")
        for name in ("scripts", "tests", ".venv", "vendored", "patches"):
            (self.work / name).symlink_to(ROOT / name)
        (self.work / "CLONE").symlink_to(self.clone)
        self.program(TOOL, f'exec {sys.executable} {ROOT / "scripts"} "$@"')
        self.program("browser", f'echo "$1" >> {folder / "shown"}')
        self.variables = dict(
            {name: value for name, value in os.environ.items() if not name.startswith("NEPTUNE_")},
            HOME=str(self.home), BROWSER=str(folder / "bin" / "browser"), PYTHONDONTWRITEBYTECODE="1",
            PATH=os.pathsep.join([str(folder / "bin"), os.environ["PATH"]]))
        self.variables.pop("XDG_CACHE_HOME", None)

    def run(self, command, folder=None):
        """Run a command in the user's shell; what it printed. AssertionError where it fails."""
        done = subprocess.run(["sh", "-ec", command], cwd=folder or self.work, env=self.variables, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert done.returncode == 0, f"$ {command}\n{done.stdout}"
        return done.stdout

    def take(self, interpreter, framework):
        """Train with a real framework: that of this folder, and in this interpreter's environment."""
        shutil.rmtree(self.folder / "environment")
        shutil.rmtree(self.work / "runs")
        packages = subprocess.run([interpreter, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
                                  check=True, capture_output=True, text=True).stdout
        subprocess.run([interpreter, "-m", "venv", "--without-pip", str(self.folder / "environment")], check=True)
        site_packages = next((self.folder / "environment").glob("lib/python*/site-packages"))
        (site_packages / "needed.pth").write_text(packages)
        self.package = site_packages / "stable_baselines3"
        shutil.copytree(framework / "stable_baselines3", self.package)
        train = (ROOT / "scripts" / "examples" / "stable_baselines3_ppo.py").read_text()
        (self.work / "train.py").write_text(train.replace("default=20000", "default=4096"))
        (self.work / "resume.py").write_text(
            "import stable_baselines3\nmodel = stable_baselines3.PPO('MlpPolicy', 'CartPole-v1', seed=0)\n"
            "model.learn(2048, reset_num_timesteps=False)\n")
        self.variables.update(PIP_CACHE_DIR=os.path.expanduser("~/.cache/pip"), OMP_NUM_THREADS="1",
                              PYTHONWARNINGS="ignore")

    def source(self):
        """A copy of this repository, where pip may build."""
        folder = self.folder / "source"
        if not folder.exists():
            for name in ("patches", "scripts", "vendored"):
                shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
            for name in ("setup.cfg", "pyproject.toml", "LICENSE"):
                shutil.copy(ROOT / name, folder)
        return folder

    def program(self, name, text):
        """Put a program on the user's PATH."""
        path = self.folder / "bin" / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    def _environment(self):
        """The site-packages of the Python that trains, with a small Stable-Baselines3."""
        place = self.folder / "environment"
        venv.create(place)
        self.program("python", f'exec {place / "bin" / "python"} "$@"')
        packages = next(place.glob("lib/python*/site-packages"))
        make(packages, {path.replace("small", "stable_baselines3"):
                        text.replace("small", "stable_baselines3").replace("rollout/reward", METRIC)
                        for path, text in STABLE_BASELINES3.items()})
        return packages

    def _clone(self):
        upstream = make(self.folder / "upstream", {
            "spinup/__init__.py": "", "spinup/logx.py": LOGGER.replace("small.", "spinup."),
            "spinup/serialise.py": SERIALISER, ".gitignore": "data/\n"})
        for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
            git(upstream, *command)
        git(self.folder, "clone", "-q", str(upstream), str(self.folder / "spinningup"))
        return self.folder / "spinningup"

    def _trainings(self):
        walk = ("import types\nfrom stable_baselines3.common.models import Walk\n"
                "class CartPole:\n    spec = types.SimpleNamespace(id='CartPole-v1')\n")
        train = walk + ("for rate in (0.1, 0.2):\n    for seed in (0, 1, 2):\n"
                        "        Walk('MlpPolicy', CartPole(), learning_rate=rate, seed=seed).learn(300)\n")
        resume = walk + "Walk('MlpPolicy', CartPole(), seed=0).learn(300, reset_num_timesteps=False)\n"
        drive = "from spinup.logx import Logger\nlog = Logger('out')\nlog.log_tabular('Epoch', 1)\nlog.dump_tabular()\n"
        make(self.work, {"train.py": train, "resume.py": resume,
                         "drive.py": "import sys\nsys.path.insert(0, 'CLONE')\n" + drive})
        for seed in range(3):
            for rate in (0.1, 0.2):
                rows = [(100 * n, {METRIC: n * rate + seed}) for n in range(1, 4)]
                write_journal(self.work / "runs" / f"neptune-{rate}-{seed}.jsonl", *rows, run=f"{rate}-{seed}",
                              config={"algorithm": "PPO", "env": "CartPole-v1", "learning_rate": rate, "seed": seed})
