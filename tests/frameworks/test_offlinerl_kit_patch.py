"""patches/offlinerl_kit.py: the baselines' logger with handlers and a timestep."""
from before_after import added
from small_formats import BASELINES
from small_tables import OFFLINERL_KIT
from tables_driven import drive, installed, runs, taken_out

from patches import apply_patch
from patches.offlinerl_kit import PATCH


def test_the_logger():
    assert added(PATCH, OFFLINERL_KIT)[1:] == [
        "neptune_writer.write_row(self, self._name2val, step=self._timestep, folder=self._dir)  # neptune"]
    assert apply_patch(PATCH, BASELINES["small/logger.py"].encode()) is None
    assert apply_patch(PATCH, OFFLINERL_KIT.replace("_output_handlers", "output_formats").encode()) is None


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
