"""patches/fsrl.py: averages before they are reset."""
import pytest
from before_after import check_patched
from tables_driven import drive, installed, runs, taken_out

from patches.fsrl import PATCH

TRAINING = """
import json, os
from lib.logger import BaseLogger, DummyLogger
for seed, mark in ((1, "1a2b"), (2, "ffff")):
    folder = "logs/fast-safe-rl/Ball-cost-10/ppol_lr0.1-" + mark
    os.makedirs(folder)
    with open(folder + "/config.yaml", "w") as file:
        json.dump({"task": "Ball", "seed": seed, "name": "ppol_lr0.1-" + mark}, file)
    logger = BaseLogger(folder, "ppol_lr0.1-" + mark)
    for step in (100, 200):
        logger.store("train", reward=step)
        logger.write_without_reset(step - 50)
        logger.store("train", reward=step + seed)
        logger.write(step)
DummyLogger().write(300)
"""


def test_the_logger():
    """And not the one that does nothing."""
    check_patched(
        PATCH,
        before='''\
class BaseLogger:
    def __init__(self, log_dir=None, name=None):
        self.log_dir = log_dir
        self.reset_data()

    def reset_data(self):
        self.log_data = {}

    def write(self, step, display=False):
        print(step, self.stats_mean)
        self.reset_data()

    def write_without_reset(self, *args, **kwarg):
        """For event files."""

    @property
    def stats_mean(self):
        return self.log_data


class DummyLogger(BaseLogger):
    def write(self, *args, **kwarg):
        """Nothing."""
''',
        after='''\
neptune_writer = __import__("neptune_writer.frameworks.fsrl", globals(), fromlist=["write"], level=1 if __package__ else 0)  # neptune
class BaseLogger:
    def __init__(self, log_dir=None, name=None):
        self.log_dir = log_dir
        self.reset_data()

    def reset_data(self):
        self.log_data = {}

    def write(self, step, display=False):
        neptune_writer.write(self, step)  # neptune
        print(step, self.stats_mean)
        self.reset_data()

    def write_without_reset(self, *args, **kwarg):
        """For event files."""

    @property
    def stats_mean(self):
        return self.log_data


class DummyLogger(BaseLogger):
    def write(self, *args, **kwarg):
        """Nothing."""
''',
    )


@pytest.mark.slow
def test_driven(tmp_path):
    before = installed(tmp_path, "fsrl")
    plain = drive(tmp_path, TRAINING.replace("logs/", "plain/"))
    assert drive(tmp_path, TRAINING, NEPTUNE_EXPERIMENT="journal")[0] == plain[0]
    one, two = runs(tmp_path)
    assert one.points == {"train/reward": [(100, 100.5), (200, 200.5)], "update/env_step": [(100, 100), (200, 200)]}
    assert (one.name, one.framework, one.config["seed"]) == ("Ball-cost-10_ppol_lr0.1", "fsrl", 1)
    assert one.group == two.group and two.config["name"] == "ppol_lr0.1"
    assert taken_out(tmp_path, before)
