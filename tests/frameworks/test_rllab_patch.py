"""patches/rllab.py: a module of functions."""
import pytest
from before_after import check_noop, check_patched
from small_checkout import call, make
from small_tables import CLASS, PEARL, RLPYT
from tables_driven import drive, installed, runs, taken_out

from patches.rllab import PATCH
from scripts import install


@pytest.mark.parametrize("text", [CLASS, PEARL, RLPYT])
def test_relatives_are_another_family(text):
    check_noop(PATCH, text)


def test_the_module():
    check_patched(
        PATCH,
        before='''\
from rllab.misc.tabulate import tabulate

_tabular = []
_snapshot_dir = None
_tabular_outputs = []


def record_tabular(key, val):
    _tabular.append((str(key), str(val)))


def dump_tabular(*args, **kwargs):
    print(tabulate(_tabular))
''',
        after='''\
from rllab.misc.tabulate import tabulate
neptune_writer = __import__("neptune_writer.idioms.tables", globals(), fromlist=["write_row"], level=1 if __package__ else 0)  # neptune

_tabular = []
_snapshot_dir = None
_tabular_outputs = []


def record_tabular(key, val):
    _tabular.append((str(key), str(val)))


def dump_tabular(*args, **kwargs):
    neptune_writer.write_row(__name__, _tabular, folder=_snapshot_dir or _tabular_outputs)  # neptune
    print(tabulate(_tabular))
''',
    )


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


def test_a_module_that_is_disabled_says_nothing(tmp_path):
    """As in the first rlpyt, and its forks, which have no `set_iteration` yet: all ranks but one are disabled."""
    older = RLPYT.replace("set_iteration", "other").replace("_iteration", "_other")
    make(tmp_path, {"lib/__init__.py": "", "lib/logger.py": older})
    assert call(install, tmp_path) == 0
    drive(tmp_path, """
from lib import logger
logger.set_snapshot_dir("out")
for number in (1, 2, 3):
    if number == 3:
        logger.disable()
    logger.record_tabular("Iteration", number)
    logger.dump_tabular()
""", NEPTUNE_EXPERIMENT="journal")
    run, = runs(tmp_path)
    assert run.points == {"Iteration": [(1, 1), (2, 2)]} and run.framework == "rllab"
