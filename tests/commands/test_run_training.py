"""scripts/run.py on real frameworks: the journals of an installed one, and every file as it was (issue 26)."""
import os
import re
import subprocess
import sys

import pytest
import real_training
from real_training import EXAMPLES, ROOT, copy_of, patched, python, release
from small_checkout import snapshot
from trainings import journals, stored

pytestmark = pytest.mark.training
RUN = [ROOT / "scripts/run.py", "--to", "journal", "--"]
MOUNT = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"'
READ_ONLY = ["unshare", "-m", "sh", "-c", MOUNT, "sh"]
TIMES = re.compile(r"(?i)time|fps|sps")

STABLE_BASELINES3 = """
from stable_baselines3 import PPO
for seed in (1, 2):
    PPO("MlpPolicy", "CartPole-v1", n_steps=128, seed=seed, device="cpu").learn(512)
"""
SUMMARY_WRITER = """
from tensorboardX import SummaryWriter
writer = SummaryWriter("runs/CartPole-v1__ppo__1")
writer.add_text("hyperparameters", "|param|value|\\n|-|-|\\n|learning_rate|0.1|\\n|seed|1|")
for step in range(0, 1000, 50):
    writer.add_scalar("charts/episodic_return", step / 3, step)
    writer.add_scalar("losses/value_loss", 1 / (1 + step), step)
writer.close()
"""


def recorded(folder, *places):
    """What the journals hold, but for places and times."""
    found = []
    for path in journals(folder):
        run = stored(path)
        header = {name: run.header[name] for name in ("tags", "framework", "framework_version")}
        rows = [(row["step"], row["clock"], {name: value for name, value in row["values"].items()
                                             if not TIMES.search(name)}) for row in run.rows]
        text = repr((header, run.configs, rows, run.ended))
        for place in places:
            text = text.replace(str(place), "PLACE")
        found.append(text)
    return sorted(found)


def run(interpreter, checkout, folder, *arguments, before=(), **variables):
    """Train by `run`, with a cache of its own: the first training has the files patched."""
    folder.mkdir(exist_ok=True)
    command = [*before, sys.executable, *map(str, RUN), interpreter, *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, env=dict(
        real_training.variables_of(interpreter, checkout, variables), XDG_CACHE_HOME=str(folder / "cache")))
    assert done.returncode == 0, (done.stdout[-3000:], done.stderr[-3000:])
    return done.stderr


@pytest.mark.parametrize("environment, requirement, code, runs", [
    ("stable-baselines3", "stable_baselines3==2.9.2", STABLE_BASELINES3, 2),
    ("tensorboardx-py311", "tensorboardX==2.6.5", SUMMARY_WRITER, 1)])
def test_the_journals_are_those_of_an_installed_one(tmp_path, environment, requirement, code, runs):
    """The framework's folder is mounted read-only where this machine can, and the same, byte for byte."""
    interpreter, checkout = python(environment), release(requirement, tmp_path)
    for name in ("run", "installed"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "train.py").write_text(code)
    before, mounting = snapshot(checkout), [*READ_ONLY, str(checkout)]
    if subprocess.run([*mounting, "true"], capture_output=True).returncode:
        mounting = []
    errors = run(interpreter, checkout, tmp_path / "run", "-W", "ignore", "train.py", before=mounting)
    assert snapshot(checkout) == before and errors.count("neptune: ") == runs
    (tmp_path / "other").mkdir()
    real_training.run(interpreter, patched(copy_of(checkout, tmp_path / "other")), tmp_path / "installed",
                      "-W", "ignore", "train.py", NEPTUNE_EXPERIMENT="journal")
    found = recorded(tmp_path / "run", tmp_path / "run")
    assert len(found) == runs and found == recorded(tmp_path / "installed", tmp_path / "installed")


def test_spinningup_of_python_3_7_is_patched_by_a_newer_one(upstream, tmp_path):  # noqa: F811
    """TensorFlow 1, by its own command, in two processes of MPI: one run, of rank 0."""
    interpreter, clone = python("spinningup-py37"), copy_of(upstream, tmp_path)
    before = snapshot(clone)
    errors = run(interpreter, clone, tmp_path / "place", "-W", "ignore", "-m", "spinup.run", "ppo_tf1", "--env",
                 "CartPole-v1", "--epochs", 1, "--steps_per_epoch", 400, "--hid", "[8]", "--exp_name", "first",
                 "--cpu", 2, "--data_dir", tmp_path / "place/data")
    path, = journals(tmp_path / "place")
    assert errors.count("neptune: ") == 1 and snapshot(clone) == before
    assert stored(path).header["framework"] == "spinningup" and stored(path).rows[-1]["step"] == 400


def test_rllib_trains_through_tune(tmp_path):
    """Ray as it is in its environment; its own result.json has what the journal has."""
    from ray_training import NEW_STACK, Ray, assert_journal_is_the_trial

    class Unpatched(Ray):
        def __init__(self):
            self.client = self.interpreter = sys.executable
            self.home, self.checkout = os.path.join("/tmp", "ray-%d" % os.getpid()), tmp_path
            os.mkdir(self.home)

    ray = Unpatched()
    try:
        ray.run(tmp_path, *RUN, python("ray-py311"), "-W", "ignore", EXAMPLES / "rllib_ppo.py", "--iterations", 2,
                "--lr", 0.001, "--batch", 300, "--storage", tmp_path / "results",
                XDG_CACHE_HOME=str(tmp_path / "cache"))
    finally:
        ray.close()
    path, = journals(tmp_path)
    assert_journal_is_the_trial(path, NEW_STACK)
