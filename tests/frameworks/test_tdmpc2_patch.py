"""patches/tdmpc2.py: categories are names, not runs; iterations before there are steps."""
from before_after import check_noop, check_patched
from small_loggers import TDMPC2
from tables_driven import drive, installed, runs, taken_out

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


def test_without_a_tracker_of_its_own_it_is_another():
    check_noop(PATCH, TDMPC2.replace("_wandb", "_other"))


def test_the_logger():
    check_patched(
        PATCH,
        before='''\
class Logger:
    def __init__(self, cfg):
        self._wandb = None

    def save_agent(self, agent=None, identifier="final"):
        print(identifier)

    def pprint_multitask(self, d, cfg):
        print(d)

    def log(self, d, category="train"):
        """Print a row."""
        print(category, d)
''',
        after='''\
neptune_writer = __import__("neptune_writer.frameworks.tdmpc2", globals(), fromlist=["log"], level=1 if __package__ else 0)  # neptune
class Logger:
    def __init__(self, cfg):
        neptune_writer.describe(self, cfg)  # neptune
        self._wandb = None

    def save_agent(self, agent=None, identifier="final"):
        print(identifier)

    def pprint_multitask(self, d, cfg):
        print(d)

    def log(self, d, category="train"):
        """Print a row."""
        neptune_writer.log(self, d, category)  # neptune
        print(category, d)
''',
    )


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
