"""patches/rllab.py: a module of functions."""
from before_after import added
from small_tables import CLASS, MODULE, PEARL, RLPYT
from tables_driven import drive, installed, runs, taken_out

from patches import apply_patch
from patches.rllab import PATCH


def test_the_module():
    assert added(PATCH, MODULE)[1:] == [
        "neptune_writer.write_row(__name__, _tabular, folder=_snapshot_dir or _tabular_outputs)  # neptune"]


def test_relatives_are_another_family():
    for text in (CLASS, PEARL, RLPYT):
        assert apply_patch(PATCH, text.encode()) is None


def test_driven(tmp_path):
    before = installed(tmp_path, "rllab")
    drive(tmp_path, """
import json, os
from lib import logger
os.makedirs("out/exp_2020_01_02_03_04_05_0001")
with open("out/exp_2020_01_02_03_04_05_0001/params.json", "w") as file:
    json.dump({"seed": 1, "args_data": "gANj"}, file)
logger.set_snapshot_dir("out/exp_2020_01_02_03_04_05_0001")
for iteration in range(3):
    logger.record_tabular("Iteration", iteration * 10)
    logger.record_tabular("AverageReturn", 0.1 + iteration)
    logger.record_tabular("Std", float("nan"))
    logger.dump_tabular(with_prefix=False)
""", NEPTUNE_EXPERIMENT="journal")
    run, = runs(tmp_path)
    assert (run.name, run.framework, run.config) == ("exp", "rllab", {"seed": 1})
    assert run.points["AverageReturn"] == [(0, 0.1), (10, 1.1), (20, 2.1)]
    assert [x for x, _ in run.points["Std"]] == [0, 10, 20]
    assert taken_out(tmp_path, before)
