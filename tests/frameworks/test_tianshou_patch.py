"""patches/tianshou.py: environment steps, gradient steps and epochs are three counts of one run."""
import re

import pytest
from before_after import check_noop, check_patched
from small_loggers import TIANSHOU
from tables_driven import drive, installed, runs, taken_out

from neptune_writer.idioms import tables
from patches.tianshou import PATCH

TRAINING = """
import os, sys
from lib.logger import TensorboardLogger
class Writer:
    def __init__(self, log_dir):
        self.log_dir = log_dir
        os.makedirs(log_dir)
    def add_scalar(self, *arguments, **named): print(arguments, named)
class Array:
    shape = (4,)
    def __repr__(self): return "array"
for seed in (0, 1):
    logger = TensorboardLogger(Writer("log/CartPole-v1/dqn/%d/240101-120000" % seed))
    EXTRA
    for epoch in (1, 2):
        logger.write("train/env_step", epoch * 1000, {PRE"train/reward": 3.0 * epoch, PRE"train/lens": Array()})
        logger.write("update/gradient_step", epoch * 10, {PRE"update/loss": 0.5})
        logger.write("test/env_step", epoch * 1000, {PRE"test/reward": 4.0 + seed})
        logger.write("info/epoch", epoch, {PRE"info/best_reward": 4.0})
    logger.save_data(2, 2000, 20)
"""
EXPECTED = {"train/reward": [(1000, 3), (2000, 6)], "update/loss": [(10, 0.5), (20, 0.5)],
            "test/reward": [(1000, 4), (2000, 4)], "info/best_reward": [(1, 4), (2, 4)],
            "save/epoch": [(2, 2)], "save/gradient_step": [(20, 20)]}


@pytest.mark.parametrize("old, new", [
    ("self.writer = writer", "self.writer = self.tensorboard_logger = writer"),
    ("last_save_step", "last_step"), ("def restore_data", "def restore")])
def test_its_relatives_are_left_alone(old, new):
    check_noop(PATCH, TIANSHOU.replace(old, new))


def test_the_logger():
    check_patched(
        PATCH,
        before='''\
class TensorboardLogger:
    def __init__(self, writer):
        self.writer = writer
        self.last_save_step = -1

    def write(self, step_type, step, data):
        for name, value in data.items():
            self.writer.add_scalar(name, value, global_step=step)

    def save_data(self, epoch, env_step, gradient_step, save_checkpoint_fn=None):
        self.write("save/epoch", epoch, {"save/epoch": epoch})

    def restore_data(self):
        return 0, 0, 0
''',
        after='''\
neptune_writer = __import__("neptune_writer.frameworks.tianshou", globals(), fromlist=["write"], level=1 if __package__ else 0)  # neptune
class TensorboardLogger:
    def __init__(self, writer):
        self.writer = writer
        self.last_save_step = -1

    def write(self, step_type, step, data):
        neptune_writer.write(self, step_type, step, data)  # neptune
        for name, value in data.items():
            self.writer.add_scalar(name, value, global_step=step)

    def save_data(self, epoch, env_step, gradient_step, save_checkpoint_fn=None):
        self.write("save/epoch", epoch, {"save/epoch": epoch})

    def restore_data(self):
        return 0, 0, 0
''',
    )


def test_driven(tmp_path):
    before = installed(tmp_path, "tianshou")
    code = TRAINING.replace("PRE", "").replace("    EXTRA", "")
    plain, _ = drive(tmp_path, code.replace('"log/', '"plain/'))
    assert drive(tmp_path, code, NEPTUNE_EXPERIMENT="journal")[0] == plain
    one, two = runs(tmp_path)
    assert one.points == EXPECTED
    assert (one.name, one.framework) == ("CartPole-v1_dqn", "tianshou") and one.group == two.group
    assert taken_out(tmp_path, before)


def test_names_without_what_they_are_of_are_those_of_its_own_files(tmp_path):
    """Since 1.1."""
    installed(tmp_path, "tianshou")
    code = re.sub(r'PRE"\w+/', '"', TRAINING).replace("logger.save_data(2, 2000, 20)", "")
    drive(tmp_path, code.replace("EXTRA", "logger.exclude_arrays = True", 1), NEPTUNE_EXPERIMENT="journal")
    one, _ = runs(tmp_path)
    expected = {name: points for name, points in EXPECTED.items() if "save" not in name}
    assert {name: one.points[name] for name in expected} == expected
    assert one.points["update/gradient_step"] == [(10, 10), (20, 20)]


def test_folders_called_by_numbers_have_no_name():
    assert tables.names_of("/log/CartPole-v1/dqn/0/240101-120000", 2) == ["CartPole-v1", "dqn"]
    assert tables.name_of("/exp/2021.07.02/131415") == "exp"
    assert tables.names_of("/1", 2) == []
