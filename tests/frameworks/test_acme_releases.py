"""Acme's releases of the package index, with the install script's patch in them: their loggers, driven.

Their light dependencies are enough, on a current Python; 0.4.0 imports Launchpad, too.
"""
import subprocess
import sys

import pytest
from real_training import patched, python, release, run, script
from small_checkout import snapshot
from trainings import journals, only_journal

pytestmark = pytest.mark.training
RELEASES = [("0.1.8", "acme-loggers"), ("0.2.0", "acme-loggers"), ("0.2.4", "acme-loggers"), ("0.4.0", "acme-py39")]
releases = pytest.mark.parametrize("version, environment", RELEASES)

DRIVE = """
import numpy as np
import acme
from acme.utils import loggers
from acme.utils.loggers import AggregateFilter, NeptuneLogger, SmoothingFilter, make_neptune_logger

default = loggers.make_default_logger("train_loop", save_data=False)
smooth = make_neptune_logger("journal", "train", smoothing_regex="return")
evaluation = make_neptune_logger("journal", "eval", aggregate_regex="return")
for number in range(1, 5):
    row = {"episode_return": np.float32(number), "steps": 10 * number, "nothing": None}
    for logger in (default, smooth, evaluation):
        assert isinstance(logger, loggers.Logger)
        logger.write(row)
evaluation.dump()
for kind in (NeptuneLogger, SmoothingFilter, AggregateFilter):
    assert issubclass(kind, loggers.Logger)
for logger in (smooth, evaluation):
    logger.close()
"""
LOOP = """
import acme, dm_env, numpy as np
from acme import specs


class Walk(dm_env.Environment):
    def reset(self):
        self.left = 3
        return dm_env.restart(np.zeros(1, np.float32))
    def step(self, action):
        self.left -= 1
        made = dm_env.transition if self.left else dm_env.termination
        return made(1.0, np.zeros(1, np.float32))
    def observation_spec(self):
        return specs.Array((1,), np.float32)
    def action_spec(self):
        return specs.DiscreteArray(2)

class Actor(acme.Actor):
    def select_action(self, observation):
        return 0
    def observe_first(self, timestep): pass
    def observe(self, action, next_timestep): pass
    def update(self, wait=False): pass

acme.EnvironmentLoop(Walk(), Actor()).run(num_episodes=50)
"""


def assert_emits(interpreter, checkout, folder):
    """Its loggers, and an `EnvironmentLoop` that names none and never closes the one it gets."""
    for name, text in (("drive", DRIVE), ("loop", LOOP)):
        place = folder / name
        place.mkdir()
        (place / "train.py").write_text(text)
        run(interpreter, checkout, place, "-W", "ignore", "train.py", HOME=place, NEPTUNE_EXPERIMENT="journal")
    streams = {}
    for row in only_journal(folder / "drive").rows:
        streams.setdefault(row["clock"], []).append(row)
    for label in ("train_loop", "train"):
        assert [row["step"] for row in streams[label]] == [10, 20, 30, 40]
    assert streams["train"][0]["values"]["train/episode_return_smoothed_0.99"] == 1.0
    row, = streams["eval"]
    assert row["step"] == 40 and row["values"]["eval/episode_return_mean"] == 2.5
    loop = only_journal(folder / "loop").rows
    assert [row["step"] for row in loop] == [3 * number for number in range(1, 51)]
    assert {row["values"]["environment_loop/episode_return"] for row in loop} == {3.0}


@releases
def test_unpacked(version, environment, tmp_path):
    checkout = release("dm-acme==%s" % version, tmp_path)
    before = snapshot(checkout)
    patched(checkout)
    assert_emits(python(environment), checkout, tmp_path)
    script("uninstall.py", checkout)
    assert snapshot(checkout) == before


@releases
def test_installed_with_pip(version, environment, tmp_path):
    """In an environment of its own, which borrows the dependencies, named by its Python."""
    interpreter = python(environment)
    unpacked = release("dm-acme==%s" % version, tmp_path)
    subprocess.run([interpreter, "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True)
    own = str(tmp_path / "venv" / "bin" / "python")
    site_packages, = (tmp_path / "venv").glob("lib/python*/site-packages")
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile", "--target",
                    str(site_packages), str(unpacked)], check=True, capture_output=True)
    borrowed = subprocess.run([interpreter, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
                              check=True, capture_output=True, text=True).stdout
    (site_packages / "borrowed.pth").write_text(borrowed)
    before = snapshot(site_packages)
    script("install.py", "--python", own, "acme")
    assert_emits(own, tmp_path / "nothing", tmp_path)
    script("uninstall.py", "--python", own, "acme")
    assert snapshot(site_packages) == before
    assert not journals(site_packages)
