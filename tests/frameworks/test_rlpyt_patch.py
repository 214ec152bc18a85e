"""patches/rlpyt.py: rllab's module, which knows the iteration, and may be disabled."""
from before_after import added
from small_tables import MODULE, RLPYT
from tables_driven import drive, installed, runs, taken_out

from patches import apply_patch
from patches.rlpyt import PATCH


def test_the_module():
    assert added(PATCH, RLPYT)[1:] == [
        "if not _disabled: neptune_writer.write_row(__name__, _tabular, "
        'step=("Diagnostics/Iteration", _iteration), '
        "folder=_snapshot_dir or _tabular_outputs)  # neptune"]
    assert apply_patch(PATCH, MODULE.encode()) is None


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
