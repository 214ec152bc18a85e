"""patches/stable_baselines3.py: whole files before and after, those that it leaves alone first."""
import pytest
from before_after import check_noop, check_patched
from small_formats import BASELINES, STABLE_BASELINES3

from patches import apply_patch, discover
from patches.edits import Refused
from patches.stable_baselines3 import PATCH

MODELS = STABLE_BASELINES3["small/common/models.py"]


@pytest.mark.parametrize("text", [
    "", "x = 1\n",
    "class Mine(logger.KVWriter):\n    def write(self, key_values, key_excluded, step=0): pass\n",
    "class Mine(logger.Logger):\n    def dump(self, step=0):\n        self.output_formats\n",
    "class Disk:\n    def write(self, data): pass\n    def dump(self): self.output_formats\n",
    BASELINES["small/logger.py"], BASELINES["small/common/models.py"],
    "class Mine(BaseAlgorithm):\n    def _setup_learn(self, total, reset_num_timesteps=True):\n"
    "        return super()._setup_learn(total, reset_num_timesteps)\n",  # as OffPolicyAlgorithm has it
])
def test_a_file_without_logger_or_models_is_left_alone(text):
    check_noop(PATCH, text)


def test_it_is_discovered_without_a_registry():
    assert PATCH in discover()


def test_the_logger():
    check_patched(
        PATCH,
        before='''\
import sys


class KVWriter:
    def write(self, key_values, key_excluded, step=0):
        raise NotImplementedError


class Table(KVWriter):
    def write(self, key_values, key_excluded, step=0):
        print(step, key_values)


def make_output_format(_format, log_dir):
    """Make a format."""
    return Table()


class Logger:
    """Logs."""

    def __init__(self, folder, output_formats):
        self.name_to_value = {}
        self.output_formats = output_formats

    def dump(self, step=0):
        for _format in self.output_formats:
            _format.write(self.name_to_value, {}, step)
''',
        after='''\
import sys
neptune_writer = __import__("neptune_writer.frameworks.stable_baselines3", globals(), fromlist=["begin"], level=1 if __package__ else 0)  # neptune


class KVWriter:
    def write(self, key_values, key_excluded, step=0):
        raise NotImplementedError
class NeptuneOutputFormat(neptune_writer.OutputFormat, KVWriter):  # neptune
    pass  # neptune


class Table(KVWriter):
    def write(self, key_values, key_excluded, step=0):
        print(step, key_values)


def make_output_format(_format, log_dir):
    """Make a format."""
    if _format == "neptune":  # neptune
        return NeptuneOutputFormat(folder=log_dir)  # neptune
    return Table()


class Logger:
    """Logs."""

    def __init__(self, folder, output_formats):
        output_formats = neptune_writer.with_neptune(output_formats, folder, NeptuneOutputFormat)  # neptune
        self.name_to_value = {}
        self.output_formats = output_formats

    def dump(self, step=0):
        for _format in self.output_formats:
            _format.write(self.name_to_value, {}, step)
''',
    )


def test_the_models_begin_once_they_have_their_logger():
    check_patched(
        PATCH,
        before='''\
from abc import ABC

from small.common import utils


class BaseAlgorithm(ABC):
    def __init__(self, policy):
        self._logger = None

    def _setup_learn(self, total, reset_num_timesteps=True):
        self._logger = utils.configure_logger()
        return total, None
''',
        after='''\
from abc import ABC

from small.common import utils
neptune_writer = __import__("neptune_writer.frameworks.stable_baselines3", globals(), fromlist=["begin"], level=1 if __package__ else 0)  # neptune


class BaseAlgorithm(ABC):
    def __init__(self, policy):
        self._logger = None

    def _setup_learn(self, total, reset_num_timesteps=True):
        self._logger = utils.configure_logger()
        neptune_writer.begin(self, self._logger)  # neptune
        return total, None
''',
        companion=True,
    )


def test_before_1_1_all_models_share_the_logger_of_a_module():
    check_patched(
        PATCH,
        before='''\
from abc import ABC

from small.common import logger


class BaseRLModel(ABC):
    def _setup_learn(self, total, reset_num_timesteps=True):
        logger.configure()
        return total, None
''',
        after='''\
from abc import ABC

from small.common import logger
neptune_writer = __import__("neptune_writer.frameworks.stable_baselines3", globals(), fromlist=["begin"], level=1 if __package__ else 0)  # neptune


class BaseRLModel(ABC):
    def _setup_learn(self, total, reset_num_timesteps=True):
        logger.configure()
        neptune_writer.begin(self, logger.Logger.CURRENT)  # neptune
        return total, None
''',
        companion=True,
    )


def test_models_without_any_logger_are_refused():
    before = MODELS.replace("_logger", "_other")
    with pytest.raises(Refused, match="BaseAlgorithm._logger is missing"):
        apply_patch(PATCH, before.encode())
