"""patches/rlpyt.py: rllab's module, which knows the iteration, and may be disabled."""
from before_after import check_noop, check_patched
from small_tables import MODULE
from tables_driven import drive, installed, runs, taken_out

from patches.rlpyt import PATCH


def test_relatives_are_another_family():
    check_noop(PATCH, MODULE)


def test_the_module():
    check_patched(
        PATCH,
        before='''\
_tabular = []
_snapshot_dir = None
_tabular_outputs = []
_disabled = False
_iteration = 0


def set_iteration(iteration):
    global _iteration
    _iteration = iteration


def record_tabular(key, val):
    _tabular.append((str(key), str(val)))


def dump_tabular(*args, **kwargs):
    if not _disabled:
        print(_tabular)
''',
        after='''\
neptune_writer = __import__("neptune_writer.idioms.tables", globals(), fromlist=["write_row"], level=1 if __package__ else 0)  # neptune
_tabular = []
_snapshot_dir = None
_tabular_outputs = []
_disabled = False
_iteration = 0


def set_iteration(iteration):
    global _iteration
    _iteration = iteration


def record_tabular(key, val):
    _tabular.append((str(key), str(val)))


def dump_tabular(*args, **kwargs):
    if not _disabled:  # neptune
        neptune_writer.write_row(__name__, _tabular, step=("Diagnostics/Iteration", _iteration), folder=_snapshot_dir or _tabular_outputs)  # neptune
    if not _disabled:
        print(_tabular)
''',
    )


def test_driven(tmp_path):
    before = installed(tmp_path, "rlpyt")
    drive(tmp_path, """
from lib import logger
for run in range(2):
    logger.set_snapshot_dir("out/run_%d" % run)
    if run == 1:  # evaluated before the first iteration, while the module has the last one of the training before
        logger.record_tabular("Diagnostics/Iteration", 0); logger.record_tabular("Return", -1.0)
        logger.dump_tabular()
    for iteration in (99, 199):
        logger.set_iteration(iteration)
        logger.record_tabular("Return", iteration)
        logger.dump_tabular()
logger.disable()
logger.record_tabular("Return", 1000)
logger.dump_tabular()
""", NEPTUNE_EXPERIMENT="journal")
    one, two = runs(tmp_path)
    assert one.points["Return"] == [(99, 99), (199, 199)] and one.name == two.name == "out"
    assert two.points["Return"] == [(0, -1), (99, 99), (199, 199)]
    assert taken_out(tmp_path, before)
