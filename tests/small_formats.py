"""Small frameworks whose loggers write to output formats: files of our own writing, as the patches know them.

`BASELINES` is of the family of OpenAI baselines, one logger for all models; `STABLE_BASELINES3` has one a model. Each
maps path -> text, as `small_checkout.make` takes it; they run on every Python from 3.6 on, without dependencies.
"""
import pytest

_BASELINES_LOGGER = '''\
import os
import sys


class KVWriter(object):
    def writekvs(self, kvs):
        raise NotImplementedError


class Table(KVWriter):
    def __init__(self, file):
        self.file = file

    def writekvs(self, kvs):
        self.file.write(" ".join("%s=%s" % pair for pair in sorted(kvs.items())) + "\\n")

    def close(self):
        pass


def make_output_format(format, ev_dir):
    os.makedirs(ev_dir, exist_ok=True)
    if format == "stdout":
        return Table(sys.stdout)
    raise ValueError("Unknown format specified: %s" % (format,))


class Logger(object):
    DEFAULT = None
    CURRENT = None

    def __init__(self, dir, output_formats):
        self.name2val = {}
        self.dir = dir
        self.output_formats = output_formats

    def dumpkvs(self):
        for fmt in self.output_formats:
            if isinstance(fmt, KVWriter):
                fmt.writekvs(self.name2val)
        self.name2val.clear()

    def close(self):
        for fmt in self.output_formats:
            fmt.close()


Logger.DEFAULT = Logger.CURRENT = Logger(dir=None, output_formats=[Table(sys.stdout)])


def configure(dir, format_strs=("stdout",)):
    Logger.CURRENT = Logger(dir, [make_output_format(name, dir) for name in format_strs])


def logkvs(kvs):
    Logger.CURRENT.name2val.update(kvs)


def dumpkvs():
    Logger.CURRENT.dumpkvs()
'''

_BASELINES_MODELS = '''\
from abc import ABC

from small import logger


class BaseModel(ABC):
    def __init__(self, policy, env, gamma=0.99, verbose=0):
        self.policy = policy
        self.env = env
        self.gamma = gamma
        self.verbose = verbose
        self.num_timesteps = 0

    def _setup_learn(self, seed):
        if self.env is None:
            raise ValueError("no environment")
        self.episodes = 0


class Walk(BaseModel):
    def __init__(self, policy, env, learning_rate=0.1, **kwargs):
        super().__init__(policy, env, **kwargs)
        self.learning_rate = learning_rate

    def learn(self, total, seed=None, every=100, reset=True):
        if reset:
            self.num_timesteps = 0
        self._setup_learn(seed)
        for _ in range(total // every):
            self.num_timesteps += every
            if self.verbose:
                logger.logkvs({"total_timesteps": self.num_timesteps, "reward": 0.5 * self.num_timesteps})
                logger.dumpkvs()
        return self
'''

BASELINES = {"small/__init__.py": '__version__ = "1.5"\n', "small/logger.py": _BASELINES_LOGGER,
             "small/common/__init__.py": "", "small/common/models.py": _BASELINES_MODELS}

_SB3_LOGGER = '''\
import os
import sys
import tempfile


class HParam:
    def __init__(self, hparam_dict, metric_dict):
        self.hparam_dict = hparam_dict
        self.metric_dict = metric_dict


class Video:
    def __init__(self, frames):
        self.frames = frames


class KVWriter:
    def write(self, key_values, key_excluded, step=0):
        raise NotImplementedError

    def close(self):
        raise NotImplementedError


class Table(KVWriter):
    def __init__(self, file):
        self.file = file

    def write(self, key_values, key_excluded, step=0):
        shown = [(name, value) for name, value in sorted(key_values.items()) if "stdout" not in key_excluded[name]]
        self.file.write(" ".join("%s=%s" % pair for pair in shown) + "\\n")

    def close(self):
        pass


def make_output_format(_format, log_dir):
    """Make a format."""
    os.makedirs(log_dir, exist_ok=True)
    if _format == "stdout":
        return Table(sys.stdout)
    raise ValueError("Unknown format specified: " + _format)


class Logger:
    """Logs."""

    def __init__(self, folder, output_formats):
        self.name_to_value = {}
        self.name_to_excluded = {}
        self.dir = folder
        self.output_formats = output_formats

    def record(self, key, value, exclude=()):
        self.name_to_value[key] = value
        self.name_to_excluded[key] = exclude

    def dump(self, step=0):
        for _format in self.output_formats:
            if isinstance(_format, KVWriter):
                _format.write(self.name_to_value, self.name_to_excluded, step)
        self.name_to_value.clear()
        self.name_to_excluded.clear()

    def close(self):
        for _format in self.output_formats:
            _format.close()


def configure(folder=None, format_strings=("stdout",)):
    folder = folder or os.path.join(tempfile.gettempdir(), "SB3-2026-01-02-03-04-05-678901")
    return Logger(folder, [make_output_format(name, folder) for name in format_strings if name])
'''

_SB3_MODELS = '''\
from abc import ABC
from small.common.logger import Logger, configure


class BaseAlgorithm(ABC):
    def __init__(self, policy, env, learning_rate, verbose=0, seed=None):
        self.policy_class = policy
        self.env = env
        self.learning_rate = learning_rate
        self.verbose = verbose
        self.seed = seed
        self.num_timesteps = 0
        self._logger = None
        self._custom_logger = False

    def set_logger(self, logger):
        self._logger = logger
        self._custom_logger = True

    def _setup_learn(self, total, reset_num_timesteps=True):
        if reset_num_timesteps:
            self.num_timesteps = 0
        if not self._custom_logger:
            self._logger = configure(None, ["stdout"] if self.verbose else [""])
        return total, None


class Walk(BaseAlgorithm):
    def __init__(self, policy, env, learning_rate=0.1, n_steps=100, **kwargs):
        super().__init__(policy, env, learning_rate, **kwargs)
        self.n_steps = n_steps

    def learn(self, total, reset_num_timesteps=True):
        total, _ = self._setup_learn(total, reset_num_timesteps)
        for _ in range(total // self.n_steps):
            self.num_timesteps += self.n_steps
            self._logger.record("rollout/reward", 0.5 * self.num_timesteps)
            self._logger.record("time/total_timesteps", self.num_timesteps, exclude=("tensorboard",))
            self._logger.dump(step=self.num_timesteps)
        return self
'''

STABLE_BASELINES3 = {"small/__init__.py": '__version__ = "3.5"\n', "small/common/__init__.py": "",
                     "small/common/logger.py": _SB3_LOGGER, "small/common/models.py": _SB3_MODELS}

FRAMEWORKS = {"baselines": BASELINES, "stable-baselines3": STABLE_BASELINES3}
both = pytest.mark.parametrize("framework", sorted(FRAMEWORKS))

_WALK = """\
import copy, os, pickle, sys, types
from small.common.models import Walk
class CartPole:
    spec = types.SimpleNamespace(id="CartPole-v1")
"""
PROLOGUES = {"baselines": "from small import logger\nfrom small.logger import Logger\n" + _WALK,
             "stable-baselines3": "from small.common import logger\nfrom small.common.logger import *\n" + _WALK}
"""What a script on each framework begins with; `TRAIN` is one that never touches the logger."""
TRAIN = "Walk('MlpPolicy', CartPole(), verbose=1).learn(300)"
JOURNAL = dict(NEPTUNE_EXPERIMENT="journal")
