"""patches/stable_baselines3.py: before/after pairs, the files it leaves alone first."""
import pytest
from before_after import added
from small_formats import BASELINES, STABLE_BASELINES3

from patches import apply_patch, discover
from patches.edits import Refused
from patches.stable_baselines3 import PATCH

LOGGER, MODELS = STABLE_BASELINES3["small/common/logger.py"], STABLE_BASELINES3["small/common/models.py"]
IMPORT = ('neptune_writer = __import__("neptune_writer.frameworks.stable_baselines3", globals(), fromlist=["begin"], '
          'level=1 if __package__ else 0)  # neptune')


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
    assert apply_patch(PATCH, text.encode()) is None


def test_it_is_discovered_without_a_registry():
    assert PATCH in discover()


def test_the_logger():
    assert added(PATCH, LOGGER) == [
        IMPORT,
        "class NeptuneOutputFormat(neptune_writer.OutputFormat, KVWriter): pass  # neptune",
        'if _format == "neptune": return NeptuneOutputFormat(folder=log_dir)  # neptune',
        "output_formats = neptune_writer.with_neptune(output_formats, folder, NeptuneOutputFormat)  # neptune"]
    new = apply_patch(PATCH, LOGGER.encode()).new.decode()
    assert '"""Make a format."""\n    if _format == "neptune":' in new


def test_the_models_begin_once_they_have_their_logger():
    assert added(PATCH, MODELS, companion=True) == [IMPORT, "neptune_writer.begin(self, self._logger)  # neptune"]
    new = apply_patch(PATCH, MODELS.encode()).new.decode()
    assert "        neptune_writer.begin(self, self._logger)  # neptune\n        return total, None\n" in new


def test_before_1_1_all_models_share_the_logger_of_a_module():
    before = MODELS.replace("_logger", "_other").replace("import Logger, configure", "import logger, configure")
    assert added(PATCH, before, companion=True) == [
        IMPORT, "neptune_writer.begin(self, logger.Logger.CURRENT)  # neptune"]


def test_models_without_any_logger_are_refused():
    before = MODELS.replace("_logger", "_other")
    with pytest.raises(Refused, match="expected BaseAlgorithm._logger once, found none"):
        apply_patch(PATCH, before.encode())
