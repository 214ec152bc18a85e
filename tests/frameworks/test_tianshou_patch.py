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
        neptune_writer.describe(self)  # neptune
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


@pytest.mark.slow
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


CONFIGS = {  # what makes a logger and then writes to it, in a FOLDER, with a SEED and a learning rate LR
    "args": """
def main(args):
    log(TensorboardLogger(Writer(FOLDER + "/CartPole-v1/dqn/%d" % args.seed)))
main(SimpleNamespace(task="CartPole-v1", lr=LR, seed=SEED, logdir="log"))
""",
    "args of a module": """
args = SimpleNamespace(task="CartPole-v1", lr=LR, seed=SEED)
log(TensorboardLogger(Writer(FOLDER + "/CartPole-v1/dqn/%d" % SEED)))
""",
    "cfg, as hydra's": """
class Config(UserDict): pass
def main(cfg):
    def learn():
        cfg.seed = cfg["seed"]
        log(TensorboardLogger(Writer(FOLDER + "/CartPole-v1/dqn/%d" % cfg.seed)))
    learn()
main(Config(task="CartPole-v1", lr=LR, seed=SEED))
""",
    "config_dict of a factory, which returns before rows are written": """
def create_logger(log_dir, config_dict):
    return TensorboardLogger(Writer(log_dir))
log(create_logger(FOLDER + "/CartPole-v1/dqn/seed=%d" % SEED, {
    "experiment": "Experiment[\\n  seed=%d]" % SEED, "experiment_config": {"seed": SEED}, "policy_params": {"lr": LR}}))
""",
    "the trainer's": """
class Policy: pass
class Worker: env = SimpleNamespace(spec=SimpleNamespace(id="CartPole-v1"))
class Trainer:
    def __init__(self, policy, max_epoch, lr, test_collector):
        self.policy, self.max_epoch, self.lr, self.test_collector = policy, max_epoch, lr, test_collector
        self.best_reward = 7.0
    def run(self): log(self.logger)
trainer = Trainer(Policy(), 3, LR, SimpleNamespace(env=SimpleNamespace(workers=[Worker()])))
trainer.logger = TensorboardLogger(Writer(FOLDER + "/CartPole-v1/dqn/%d" % SEED))
trainer.run()
""",
    "that of the trainer's parameters, since 2.0": """
class Params:
    def __init__(self, max_epochs, lr, test_collector):
        self.max_epochs, self.lr, self.test_collector = max_epochs, lr, test_collector
class Trainer:
    def __init__(self, algorithm, params): self.algorithm, self.params = algorithm, params
    def run(self): log(self.logger)
class Worker: pass  # of an environment in another process
trainer = Trainer(Params(3, 3, None), Params(3, LR, SimpleNamespace(env=SimpleNamespace(workers=[Worker()]))))
trainer.logger = TensorboardLogger(Writer(FOLDER + "/CartPole-v1/dqn/%d" % SEED))
trainer.run()
""",
}


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """case -> its runs: two seeds, and a third with another learning rate."""
    folder = tmp_path_factory.mktemp("trained")
    installed(folder, "tianshou")
    drive(folder, "from collections import UserDict\nfrom types import SimpleNamespace\n" + TRAINING.split(
        "class Array")[0] + """
def log(logger): logger.write("train/env_step", 1000, {"train/reward": 3.0})
for FOLDER, code in %r.items():
    for SEED, LR in ((0, 0.1), (1, 0.1), (2, 0.2)):
        exec(code, dict(globals()))
""" % CONFIGS, NEPTUNE_EXPERIMENT="journal")
    return {case: runs(folder / case) for case in CONFIGS}


@pytest.mark.parametrize("case", CONFIGS)
def test_the_config_is_that_of_whoever_makes_the_logger(trained, case):
    """Kind: a family whose logger knows of no config. Seeds are one group, another learning rate is another."""
    one, two, other = trained[case]
    assert one.group == two.group != other.group and one.name == "CartPole-v1_dqn"
    known = dict(one.config, **one.config.get("policy_params", {}))
    assert known["lr"] == 0.1 and "experiment" not in known and "best_reward" not in known
    if "max_epoch" in known:
        assert one.config == {"max_epoch": 3, "lr": 0.1, "algorithm": "Policy", "env": "CartPole-v1"}


def test_a_config_that_cannot_be_asked_costs_no_row(tmp_path):
    installed(tmp_path, "tianshou")
    _, errors = drive(tmp_path, TRAINING.split("class Array")[0] + """
class Proxy:
    def __getattr__(self, name): raise RuntimeError("not now")
    def run(self):
        for step in (1000, 2000):
            self.__dict__["logger"].write("train/env_step", step, {"train/reward": 3.0})
proxy = Proxy()
proxy.__dict__["logger"] = TensorboardLogger(Writer("log/a"))
proxy.run()
""", NEPTUNE_EXPERIMENT="journal")
    run, = runs(tmp_path)
    assert run.points == {"train/reward": [(1000, 3), (2000, 3)]} and run.config is None
    assert errors.count("the config was not read") == 1


def test_folders_called_by_numbers_have_no_name():
    assert tables.names_of("/log/CartPole-v1/dqn/0/240101-120000", 2) == ["CartPole-v1", "dqn"]
    assert tables.name_of("/exp/2021.07.02/131415") == "exp"
    assert tables.names_of("/1", 2) == []
