"""patches/dreamerv3_torch.py: the scalars of a write, its fps included, and the config of the script."""
import pytest
from before_after import added
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


def test_the_logger_and_the_script():
    assert added(PATCH, DREAMERV3_TORCH)[1:] == ["neptune_writer.write(self, locals())  # neptune"]
    assert added(PATCH, DREAMER, companion=True)[1:] == ["neptune_writer.configure(config)  # neptune"]


@pytest.mark.parametrize("change", [
    ("scalars = list(self._scalars.items())", "found = list(self._scalars.items())"),
    ("self._videos", "self._other"), ("def video", "def film")])
def test_its_relatives_are_left_alone(change):
    text = DREAMERV3_TORCH.replace(*change).replace("scalars.append", "found.append").replace(", scalars)", ")")
    assert apply_patch(PATCH, text.encode()) is None


def test_other_scripts_are_left_alone():
    assert apply_patch(PATCH, DREAMER.replace("main(config)", "main(config, other)").encode()) is None
    assert apply_patch(PATCH, DREAMER.replace("logger, dataset", "data").encode()) is None


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
