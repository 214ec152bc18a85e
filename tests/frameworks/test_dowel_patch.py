"""patches/dowel.py and frameworks/dowel.py: tables that go through the logger before it learns their step."""
from before_after import added
from small_tables import DOWEL
from tables_driven import drive, installed, runs, taken_out

from patches import apply_patch
from patches.dowel import PATCH


def test_the_logger():
    assert added(PATCH, DOWEL)[1:] == ["neptune_writer.keep(self, data, self._outputs)  # neptune",
                                       "neptune_writer.dump(self, step, self._outputs)  # neptune"]
    other = DOWEL.replace("step", "at").replace("data", "what").replace("self", "me")
    assert added(PATCH, other)[1:] == ["neptune_writer.keep(me, what, me._outputs)  # neptune",
                                       "neptune_writer.dump(me, at, me._outputs)  # neptune"]
    assert apply_patch(PATCH, DOWEL.replace("def dump_output_type", "def dump_some").encode()) is None


HEAD = """
import json, os
from lib.logger import CsvOutput, TabularInput, logger, tabular
os.makedirs("out/trpo_1")
with open("out/trpo_1/variant.json", "w") as file:
    json.dump({"lr": 0.1}, file)
logger.add_output(CsvOutput("out/trpo_1/progress.csv"))
"""


def test_driven(tmp_path):
    before = installed(tmp_path, "dowel")
    drive(tmp_path, HEAD + """
for step in (10, 20, 30):
    tabular.record("Return", step * 0.5)
    tabular.record("Figure", object())
    logger.log("a text"); logger.log(tabular)
    if step != 20:
        tabular.clear()
    more = TabularInput(); more.record("Loss", -step); logger.log(more)
    logger.dump_all(step)
    logger.dump_all(step)  # nothing is left to dump
logger.remove_all()
""", NEPTUNE_EXPERIMENT="journal")
    run, = runs(tmp_path)
    assert run.points == {"Return": [(10, 5), (20, 10), (30, 15)], "Loss": [(10, -10), (20, -20), (30, -30)]}
    assert (run.name, run.framework, run.config) == ("trpo_1", "dowel", {"lr": 0.1})
    assert taken_out(tmp_path, before)


def test_rows_that_nobody_dumps_are_rows_as_well(tmp_path):
    installed(tmp_path, "dowel")
    drive(tmp_path, HEAD + """
for epoch in range(3):
    tabular.record("Epoch", epoch); tabular.record("Return", epoch * 2)
    logger.log(tabular)
logger.dump_all()
""", NEPTUNE_EXPERIMENT="journal")
    run, = runs(tmp_path)
    assert run.points["Return"] == [(0, 0), (1, 2), (2, 4)]
