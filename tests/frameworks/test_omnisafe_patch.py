"""patches/omnisafe.py: a row that is there only at the end of `dump_tabular`, on one of several ranks."""
from before_after import check_noop, check_patched
from small_tables import OMNISAFE
from tables_driven import drive, installed, runs, taken_out

from patches.omnisafe import PATCH

ROW = ('neptune_writer.write_row(self, self._current_row, step=("TotalEnvSteps", self._epoch), folder=self._log_dir)'
       "  # neptune")


def test_one_of_before_that_is_of_spinningup():
    check_noop(PATCH, OMNISAFE + "\n    def log_tabular(self): pass\n")


def test_the_logger():
    check_patched(
        PATCH,
        before='''\
import json


class Logger:
    def __init__(self, output_dir, rank=0):
        self._log_dir = output_dir
        self._maste_proc = rank == 0
        self._epoch = 0
        self._current_row = {}

    def register_key(self, key):
        self._current_row[key] = 0

    def store(self, **kwargs):
        self._current_row.update(kwargs)

    def dump_tabular(self):
        if self._maste_proc:
            print(self._current_row)
''',
        after='''\
import json
neptune_writer = __import__("neptune_writer.idioms.tables", globals(), fromlist=["write_row"], level=1 if __package__ else 0)  # neptune


class Logger:
    def __init__(self, output_dir, rank=0):
        self._log_dir = output_dir
        self._maste_proc = rank == 0
        self._epoch = 0
        self._current_row = {}

    def register_key(self, key):
        self._current_row[key] = 0

    def store(self, **kwargs):
        self._current_row.update(kwargs)

    def dump_tabular(self):
        if self._maste_proc:
            print(self._current_row)
        if self._maste_proc:  # neptune
            neptune_writer.write_row(self, self._current_row, step=("TotalEnvSteps", self._epoch), folder=self._log_dir)  # neptune
''',
    )


def test_one_that_does_not_know_its_rank():
    check_patched(
        PATCH,
        before='''\
class Logger:
    def __init__(self, output_dir):
        self._log_dir, self._epoch, self._current_row = output_dir, 0, {}

    def register_key(self, key):
        self._current_row[key] = 0

    def store(self, **kwargs):
        self._current_row.update(kwargs)

    def dump_tabular(self):
        print(self._current_row)
''',
        after='''\
neptune_writer = __import__("neptune_writer.idioms.tables", globals(), fromlist=["write_row"], level=1 if __package__ else 0)  # neptune
class Logger:
    def __init__(self, output_dir):
        self._log_dir, self._epoch, self._current_row = output_dir, 0, {}

    def register_key(self, key):
        self._current_row[key] = 0

    def store(self, **kwargs):
        self._current_row.update(kwargs)

    def dump_tabular(self):
        print(self._current_row)
        neptune_writer.write_row(self, self._current_row, step=("TotalEnvSteps", self._epoch), folder=self._log_dir)  # neptune
''',
    )


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
