"""patches/tdmpc2.py: categories are names, not runs; iterations before there are steps."""
import pytest
from before_after import check_noop, check_patched
from small_checkout import call, make, snapshot
from small_loggers import TDMPC, TDMPC2
from tables_driven import drive, installed, runs, taken_out

from patches import apply_patch
from patches.tdmpc2 import PATCH
from scripts import install

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


def test_a_fork_that_saves_no_agent_is_one_as_well():
    """As danijar's: the method is commented out."""
    fork = TDMPC2.replace("    def save_agent(self, agent=None, identifier=\"final\"):\n        print(identifier)\n", "")
    assert "def save_agent" not in fork
    assert apply_patch(PATCH, fork.encode())


@pytest.mark.parametrize("name", ["def finish", "def _format", "def _print", "_wandb", "_eval", "_group", "_model_dir"])
def test_tdmpc_is_known_by_all_its_symbols_together(name):
    check_noop(PATCH, TDMPC.replace(name, name + "_other"))


def test_tdmpc_before_it_stands_at_the_steps_of_the_environment(tmp_path):
    """An older release of the family: it repeats actions, so it has two steps, and W&B gets ``env_step``."""
    before = make(tmp_path, {"lib/__init__.py": "", "lib/logger.py": TDMPC}) and snapshot(tmp_path)
    assert call(install, tmp_path) == 0
    drive(tmp_path, """
import os
from types import SimpleNamespace
from lib.logger import Logger
for seed in (1, 2):
    folder = "logs/dog-run/state/default/%d" % seed
    os.makedirs(folder)
    logger = Logger(folder, SimpleNamespace(task="dog-run", exp_name="default", seed=seed, lr=1))
    for step in (500, 1000):
        common = {"episode": step // 500, "step": step, "env_step": 2 * step, "episode_reward": step + seed}
        logger.log(dict(common, pi_loss=0.5), category="train")
        logger.log(common, category="eval")
    logger.finish("agent")
""", NEPTUNE_EXPERIMENT="journal")
    one, two = runs(tmp_path)
    assert one.points["train/pi_loss"] == [(1000, 0.5), (2000, 0.5)]
    assert one.points["eval/episode_reward"] == [(1000, 501), (2000, 1001)]
    assert (one.name, one.config["lr"]) == ("dog-run-default", 1)
    assert one.group == two.group and (one.config["seed"], two.config["seed"]) == (1, 2)
    assert taken_out(tmp_path, before)
