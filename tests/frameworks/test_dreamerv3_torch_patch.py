"""patches/dreamerv3_torch.py: the scalars of a write, its fps included, and the config of the script."""
import pytest
from before_after import check_noop, check_patched
from small_checkout import call, make, snapshot
from small_loggers import DREAMER, DREAMERV3_TORCH
from tables_driven import drive, runs, taken_out

from patches import apply_patch
from patches.dreamerv3_torch import PATCH
from scripts import install

FILES = {"lib/__init__.py": "", "lib/logger.py": DREAMERV3_TORCH, "lib/dreamer.py": DREAMER}
TRAINING = """
import argparse, os
from lib import dreamer
for seed in (1, 2):
    folder = "logdir/walker_%d" % seed
    os.makedirs(folder)
    dreamer.main(argparse.Namespace(
        task="dmc_walker_walk", seed=seed, lr=0.1, logdir=folder, traindir=folder + "/train"))
"""


@pytest.mark.parametrize("old, new", [("self._videos", "self._films"), ("def video", "def film")])
def test_its_relatives_are_left_alone(old, new):
    check_noop(PATCH, DREAMERV3_TORCH.replace(old, new))


def test_one_that_collects_its_scalars_elsewhere_is_left_alone():
    check_noop(PATCH, '''\
class Logger:
    def __init__(self):
        self._scalars, self._videos = {}, {}

    def scalar(self, name, value): self._scalars[name] = value
    def video(self, name, value): self._videos[name] = value
    def write(self): print(self._scalars)
''')


@pytest.mark.parametrize("old, new", [("main(config)", "main(config, other)"), ("logger, dataset", "data")])
def test_other_scripts_are_left_alone(old, new):
    check_noop(PATCH, DREAMER.replace(old, new))


def test_the_logger():
    check_patched(
        PATCH,
        before='''\
import torch


class Logger:
    def __init__(self, logdir, step):
        self._scalars = {}
        self._videos = {}
        self.step = step

    def scalar(self, name, value):
        self._scalars[name] = float(value)

    def video(self, name, value):
        self._videos[name] = value

    def write(self, fps=False, step=False):
        scalars = list(self._scalars.items())
        if fps:
            scalars.append(("fps", 60.0))
        print(step or self.step, scalars)
''',
        after='''\
import torch
neptune_writer = __import__("neptune_writer.frameworks.dreamerv3_torch", globals(), fromlist=["write"], level=1 if __package__ else 0)  # neptune


class Logger:
    def __init__(self, logdir, step):
        self._scalars = {}
        self._videos = {}
        self.step = step

    def scalar(self, name, value):
        self._scalars[name] = float(value)

    def video(self, name, value):
        self._videos[name] = value

    def write(self, fps=False, step=False):
        scalars = list(self._scalars.items())
        if fps:
            scalars.append(("fps", 60.0))
        print(step or self.step, scalars)
        neptune_writer.write(self, locals())  # neptune
''',
    )


def test_the_script():
    check_patched(
        PATCH,
        before='''\
import tools


class Dreamer:
    def __init__(self, obs_space, act_space, config, logger, dataset):
        self._logger = logger


def main(config):
    """Train."""
    Dreamer(None, None, config, tools.Logger(config.logdir, 0), None)
''',
        after='''\
import tools
neptune_writer = __import__("neptune_writer.frameworks.dreamerv3_torch", globals(), fromlist=["write"], level=1 if __package__ else 0)  # neptune


class Dreamer:
    def __init__(self, obs_space, act_space, config, logger, dataset):
        self._logger = logger


def main(config):
    """Train."""
    neptune_writer.configure(config)  # neptune
    Dreamer(None, None, config, tools.Logger(config.logdir, 0), None)
''',
        companion=True,
    )


@pytest.mark.slow
def test_driven(tmp_path):
    make(tmp_path, FILES)
    before = snapshot(tmp_path)
    plain = drive(tmp_path, TRAINING.replace("logdir/", "plain/"))
    assert call(install, tmp_path) == 0
    assert drive(tmp_path, TRAINING.replace("logdir/", "unconfigured/")) == plain
    drive(tmp_path, TRAINING, NEPTUNE_EXPERIMENT="journal")
    one, two = runs(tmp_path)
    assert one.points == {"train_return": [(0, 1), (100, 100), (200, 200)], "fps": [(100, 60), (200, 60)],
                          "eval_return": [(150, 2)]}
    assert (one.name, one.framework, one.folder) == ("dmc_walker_walk", "dreamerv3_torch", "walker_1")
    assert one.group == two.group and (one.config["seed"], two.config["seed"]) == (1, 2)
    assert taken_out(tmp_path, before)


def test_a_script_that_calls_its_logger_otherwise():
    """As in a fork with another logger beside it: the config was never found."""
    fork = DREAMER.replace("config, logger, dataset", "config, tlogger, dataset")
    assert fork != DREAMER
    assert b"neptune_writer.configure(config)" in apply_patch(PATCH, fork.encode()).new
