"""patches/drqv2.py: two groups of averages, one run; train and eval are names."""
from before_after import check_noop, check_patched
from small_loggers import DRQV2
from tables_driven import drive, installed, runs, taken_out

from patches.drqv2 import PATCH

TRAINING = """
import json, os
from lib.logger import Logger
for seed in (1, 2):
    folder = "log/cartpole-05-22-s%d-pixel" % seed
    os.makedirs(folder)
    with open(folder + "/args.json", "w") as file:
        json.dump({"domain_name": "cartpole", "task_name": "swingup", "seed": seed, "lr": 0.1}, file)
    logger = Logger(folder)
    for step in (10, 20):
        logger.log("train/loss", step, step)
        logger.log("train/loss", step + 2, step)
        logger.dump(step, save=step > 10)
        if step > 10:
            logger.log("eval/episode_reward", 7.0, step)
            logger.log("train/loss", 0.5, step)
            logger.dump(step, ty="eval")
    logger.dump(30)
    logger.dump(40)
"""


def test_a_group_alone_is_no_logger():
    check_noop(PATCH, DRQV2.partition("class Logger")[0])


def test_the_logger():
    check_patched(
        PATCH,
        before='''\
from collections import defaultdict


class Logger(object):
    def __init__(self, log_dir):
        self._train_mg = Group(log_dir + "/train.log")
        self._eval_mg = Group(log_dir + "/eval.log")

    def log(self, key, value, step):
        (self._train_mg if key.startswith("train") else self._eval_mg).log(key, value)

    def dump(self, step, save=True, ty=None):
        self._train_mg.dump(step)
        self._eval_mg.dump(step)
''',
        after='''\
from collections import defaultdict
neptune_writer = __import__("neptune_writer.idioms.meters", globals(), fromlist=["dump"], level=1 if __package__ else 0)  # neptune


class Logger(object):
    def __init__(self, log_dir):
        self._train_mg = Group(log_dir + "/train.log")
        self._eval_mg = Group(log_dir + "/eval.log")

    def log(self, key, value, step):
        (self._train_mg if key.startswith("train") else self._eval_mg).log(key, value)

    def dump(self, step, save=True, ty=None):
        neptune_writer.dump(self, step, locals())  # neptune
        self._train_mg.dump(step)
        self._eval_mg.dump(step)
''',
    )


def test_driven(tmp_path):
    before = installed(tmp_path, "drqv2")
    _, errors = drive(tmp_path, TRAINING, NEPTUNE_EXPERIMENT="journal")
    one, two = runs(tmp_path)
    assert one.points == {"train/loss": [(20, 21), (30, 0.5)], "eval/episode_reward": [(20, 7)]}
    assert (one.name, one.framework, one.config["lr"]) == ("cartpole_swingup", "drqv2", 0.1)
    assert one.group == two.group and (one.config["seed"], two.config["seed"]) == (1, 2)
    assert taken_out(tmp_path, before)


def test_nothing_configured(tmp_path):
    installed(tmp_path, "drqv2")
    assert drive(tmp_path, TRAINING) == ("", "")
    assert runs(tmp_path) == []


def test_the_config_of_hydra_is_read_where_the_training_reads_yaml(tmp_path):
    installed(tmp_path, "drqv2")
    drive(tmp_path, """
import os, sys, types
from lib.logger import Logger

sys.modules["yaml"] = types.SimpleNamespace(safe_load=lambda text: dict(
    line.split(": ") for line in text.splitlines()))
os.makedirs(".hydra")
open(".hydra/config.yaml", "w").write("env: cheetah_run\\nlr: high\\n")
logger = Logger(".")
logger.log("train/loss", 1, 1)
logger.dump(1)
""", NEPTUNE_EXPERIMENT="journal")
    run, = runs(tmp_path)
    assert (run.name, run.config) == ("cheetah_run", {"env": "cheetah_run", "lr": "high"})
