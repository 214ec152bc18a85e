"""A training that logs as PyMARL's does: one number per call."""

TRAINING = """
import os, sys
from lib.logger import Logger


class Observer:
    dir = os.path.abspath("results/sacred/" + sys.argv[1])

class Run:
    config = {"name": "qmix", "seed": int(sys.argv[1]), "lr": 0.1, "env": "sc2",
              "env_args": {"map_name": "3m", "seed": 1}}
    info, observers = {}, [object(), Observer()]

os.makedirs(Observer.dir)
logger = Logger(None)
logger.setup_sacred(Run())
for t in (100, 200):
    for name in ("return_mean", "ep_length_mean"):
        logger.log_stat(name, t / 10, t)
    logger.log_stat("episode", t, t)
    logger.print_recent_stats()
    logger.log_stat("test_return_mean", t / 2, t)  # behind the print, as the last evaluation is
"""


def training(seed):
    return TRAINING.replace("sys.argv[1]", repr(str(seed)))
