"""patches/dowel.py and frameworks/dowel.py: tables that go through the logger before it learns their step."""
from before_after import check_noop, check_patched
from small_tables import DOWEL
from tables_driven import drive, installed, runs, taken_out

from patches.dowel import PATCH


def test_one_that_cannot_dump_one_kind_of_output_is_another():
    check_noop(PATCH, DOWEL.replace("def dump_output_type", "def dump_some"))


def test_the_logger():
    check_patched(
        PATCH,
        before='''\
class Logger:
    def __init__(self):
        self._outputs = []

    def log(self, data):
        for output in self._outputs:
            output.record(data)

    def add_output(self, output):
        self._outputs.append(output)

    def dump_output_type(self, output_type, step=None):
        for output in self._outputs:
            output.dump(step=step)

    def dump_all(self, step=None):
        """Dump all outputs."""
        for output in self._outputs:
            output.dump(step=step)
''',
        after='''\
neptune_writer = __import__("neptune_writer.frameworks.dowel", globals(), fromlist=["dump"], level=1 if __package__ else 0)  # neptune
class Logger:
    def __init__(self):
        self._outputs = []

    def log(self, data):
        neptune_writer.keep(self, data, self._outputs)  # neptune
        for output in self._outputs:
            output.record(data)

    def add_output(self, output):
        self._outputs.append(output)

    def dump_output_type(self, output_type, step=None):
        for output in self._outputs:
            output.dump(step=step)

    def dump_all(self, step=None):
        """Dump all outputs."""
        neptune_writer.dump(self, step, self._outputs)  # neptune
        for output in self._outputs:
            output.dump(step=step)
''',
    )


def test_names_are_those_of_the_file():
    check_patched(
        PATCH,
        before='''\
class Logger:
    def __init__(me):
        me._outputs = []

    def log(me, what):
        me._outputs[0].record(what)

    def add_output(me, output):
        me._outputs.append(output)

    def dump_output_type(me, output_type, at=None):
        me.dump_all(at)

    def dump_all(me, at=None):
        me._outputs[0].dump(step=at)
''',
        after='''\
neptune_writer = __import__("neptune_writer.frameworks.dowel", globals(), fromlist=["dump"], level=1 if __package__ else 0)  # neptune
class Logger:
    def __init__(me):
        me._outputs = []

    def log(me, what):
        neptune_writer.keep(me, what, me._outputs)  # neptune
        me._outputs[0].record(what)

    def add_output(me, output):
        me._outputs.append(output)

    def dump_output_type(me, output_type, at=None):
        me.dump_all(at)

    def dump_all(me, at=None):
        neptune_writer.dump(me, at, me._outputs)  # neptune
        me._outputs[0].dump(step=at)
''',
    )


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
