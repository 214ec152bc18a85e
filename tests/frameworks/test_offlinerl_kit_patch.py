"""patches/offlinerl_kit.py: the baselines' logger with handlers and a timestep."""
import pytest
from before_after import check_noop, check_patched
from small_formats import BASELINES
from small_tables import OFFLINERL_KIT
from tables_driven import drive, installed, runs, taken_out

from patches.offlinerl_kit import PATCH


@pytest.mark.parametrize("text", [
    BASELINES["small/logger.py"], OFFLINERL_KIT.replace("_output_handlers", "output_formats")])
def test_relatives_are_another_family(text):
    check_noop(PATCH, text)


def test_the_logger():
    check_patched(
        PATCH,
        before='''\
class Logger(object):
    def __init__(self, dir):
        self._dir = dir
        self._name2val = {}
        self._timestep = 0

    def logkv(self, key, val):
        self._name2val[key] = val

    def set_timestep(self, timestep):
        self._timestep = timestep

    def dumpkvs(self, exclude=None):
        print(self._timestep, self._name2val)
        self._name2val.clear()
''',
        after='''\
neptune_writer = __import__("neptune_writer.idioms.tables", globals(), fromlist=["write_row"], level=1 if __package__ else 0)  # neptune
class Logger(object):
    def __init__(self, dir):
        self._dir = dir
        self._name2val = {}
        self._timestep = 0

    def logkv(self, key, val):
        self._name2val[key] = val

    def set_timestep(self, timestep):
        self._timestep = timestep

    def dumpkvs(self, exclude=None):
        neptune_writer.write_row(self, self._name2val, step=self._timestep, folder=self._dir)  # neptune
        print(self._timestep, self._name2val)
        self._name2val.clear()
''',
    )


@pytest.mark.slow
def test_driven(tmp_path):
    before = installed(tmp_path, "offlinerl_kit")
    drive(tmp_path, """
import json, os
from lib.logger import Logger
folder = "log/hopper/cql/seed_0&timestamp_23-0101-120000"
os.makedirs(folder + "/record")
with open(folder + "/record/hyper_param.json", "w") as file:
    json.dump({"task": "hopper", "lr": 0.1}, file)
logger = Logger(folder)
for epoch in range(3):
    logger.logkv("loss", 0.5 * epoch)
    logger.set_timestep(100 * (epoch + 1))
    logger.dumpkvs(exclude=["dynamics"])
""", NEPTUNE_EXPERIMENT="journal")
    run, = runs(tmp_path)
    assert run.points == {"loss": [(100, 0), (200, 0.5), (300, 1)]}
    assert (run.name, run.framework, run.config) == ("cql", "offlinerl_kit", {"task": "hopper", "lr": 0.1})
    assert taken_out(tmp_path, before)
