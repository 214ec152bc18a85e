"""patches/tdmpc2.py: categories are names, not runs; iterations before there are steps."""
from before_after import added
from small_loggers import TDMPC2
from tables_driven import drive, installed, runs, taken_out

from patches import apply_patch
from patches.tdmpc2 import PATCH

TRAINING = """
import os
from types import SimpleNamespace
from lib.logger import Logger
for seed in (1, 2):
    folder = "logs/dog-run/%d/default" % seed
    os.makedirs(folder)
    logger = Logger(SimpleNamespace(task="dog-run", exp_name="default", seed=seed,
                                    work_dir=folder, save_agent=True, lr=1))
    logger.log({"iteration": 7, "loss": 0.5}, "pretrain")
    for step in (0, 500):
        logger.log({"step": step, "episode_reward": step + 1.5}, "eval")
        logger.log({"step": step, "episode_reward": step + seed})
"""


def test_the_logger():
    assert added(PATCH, TDMPC2)[1:] == ["neptune_writer.describe(self, cfg)  # neptune",
                                        "neptune_writer.log(self, d, category)  # neptune"]


def test_without_a_tracker_of_its_own_it_is_another():
    assert apply_patch(PATCH, TDMPC2.replace("_wandb", "_other").encode()) is None


def test_driven(tmp_path):
    before = installed(tmp_path, "tdmpc2")
    drive(tmp_path, TRAINING, NEPTUNE_EXPERIMENT="journal")
    one, two = runs(tmp_path)
    assert one.points["eval/episode_reward"] == [(0, 1.5), (500, 501.5)]
    assert one.points["train/episode_reward"] == [(0, 1), (500, 501)]
    assert one.points["pretrain/loss"] == [(7, 0.5)]
    assert (one.name, one.framework, one.config["lr"]) == ("dog-run-default", "tdmpc2", 1)
    assert one.group == two.group and (one.config["seed"], two.config["seed"]) == (1, 2)
    assert taken_out(tmp_path, before)


def test_another_rank_is_silent(tmp_path):
    installed(tmp_path, "tdmpc2")
    drive(tmp_path, TRAINING.replace("lr=1))", "lr=1)); logger.rank = 1"), NEPTUNE_EXPERIMENT="journal")
    assert runs(tmp_path) == []
