"""patches/omnisafe.py: a row that is there only at the end of `dump_tabular`, on one of several ranks."""
from before_after import added
from small_tables import OMNISAFE
from tables_driven import drive, installed, runs, taken_out

from patches import apply_patch
from patches.omnisafe import PATCH

ROW = ('neptune_writer.write_row(self, self._current_row, step=("TotalEnvSteps", self._epoch), folder=self._log_dir)'
       "  # neptune")


def test_the_logger():
    assert added(PATCH, OMNISAFE)[1:] == [f"if self._maste_proc: {ROW}"]
    assert added(PATCH, OMNISAFE.replace("_maste_proc", "_main_proc"))[1:] == [f"if self._main_proc: {ROW}"]
    assert added(PATCH, OMNISAFE.replace("_maste_proc", "_first"))[1:] == [ROW]
    assert apply_patch(PATCH, OMNISAFE.encode()).new.endswith(f"        if self._maste_proc: {ROW}\n".encode())


def test_one_of_before_that_is_of_spinningup():
    assert apply_patch(PATCH, (OMNISAFE + "\n    def log_tabular(self): pass\n").encode()) is None


def test_driven(tmp_path):
    before = installed(tmp_path, "omnisafe")
    drive(tmp_path, """
from lib.logger import Logger
for rank in (1, 0):
    for seed in (0, 5):
        logger = Logger("out/PPOLag-{Env-v0}", seed, {"lr": 0.1, "seed": seed}, rank)
        keys = ["Loss"] + ["TotalEnvSteps"] * (seed == 0)
        for key in keys:
            logger.register_key(key)
        for epoch in range(3):
            logger.store(**dict.fromkeys(keys, 1000 * (epoch + 1)))
            logger.dump_tabular()
""", NEPTUNE_EXPERIMENT="journal")
    one, two = runs(tmp_path)
    assert one.points["Loss"] == [(1000, 1000), (2000, 2000), (3000, 3000)]
    assert two.points["Loss"] == [(1, 1000), (2, 2000), (3, 3000)]  # without environment steps, the epoch
    assert one.name == "PPOLag-{Env-v0}" and one.group == two.group and two.config == {"lr": 0.1, "seed": 5}
    assert taken_out(tmp_path, before)
