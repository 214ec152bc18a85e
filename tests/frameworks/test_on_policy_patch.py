"""patches/on_policy.py: whatever goes to the writer of MAPPO and HARL, or to W&B, is a point of one run."""
import pytest
from before_after import check_noop, check_patched
from small_checkout import call, make
from small_loggers import ON_POLICY
from small_writers import TORCH
from tables_driven import drive, installed, runs, taken_out

from patches.on_policy import PATCH
from scripts import install

TRAINING = """
import os, sys, types
from types import SimpleNamespace
from lib.logger import Runner
class Writer:
    def add_scalar(self, tag, value, global_step=None): print(tag, value, global_step)
    def add_scalars(self, tag, values, global_step=None): print(tag, values, global_step)
wandb = sys.modules["wandb"] = types.ModuleType("wandb")
wandb.log = lambda data, step=None: print(sorted(data), step)
class Video: pass
for seed in (1, 2):
    folder = "results/3m/run%d" % seed
    os.makedirs(folder)
    args = SimpleNamespace(algorithm_name="mappo", env_name="SMAC", map_name="3m", experiment_name="check", lr=0.1,
                           seed=seed, use_wandb=WANDB)
    runner = Runner({"all_args": args, "run_dir": folder, "writer": Writer()})
    for step in (100, 200):
        runner.log_train({"loss": step + seed}, step)
        if WANDB:
            wandb.log({"eval_win_rate": 0.5}, step=step)
            wandb.log({"video": Video()}, step=step)
        else:
            runner.writter.add_scalars("eval_win_rate", {"eval_win_rate": 0.5}, step)
            runner.writter.add_scalar("score", 1.0, step)
            runner.writter.add_scalars("rewards", {"mean": 2.0}, global_step=step)
        runner.log_env({"episode_rewards": [1, 3]}, step)
"""
HARL = """
class OffPolicyBaseRunner:
    def __init__(self, args):
        self.run_dir, self.writter = args

    def warmup(self): pass
    def eval(self, step): self.writter.add_scalar("eval", 1.0, step)
    def restore(self): pass
    def close(self): self.writter.close()
"""


@pytest.mark.parametrize("text", [
    HARL.replace("self.run_dir,", "self.run_dir, self.logger,"), ON_POLICY.replace("writter", "writer")])
def test_its_relatives_are_left_alone(text):
    check_noop(PATCH, text)


def test_the_runner_of_mappo():
    """One that leaves its constructor to a base is followed there."""
    check_patched(
        PATCH,
        before='''\
import wandb


class Runner(object):
    def __init__(self, config):
        self.run_dir = config["run_dir"]
        self.writter = config["writer"]

    def log_train(self, train_infos, total_num_steps):
        self.writter.add_scalars("train", train_infos, total_num_steps)

    def log_env(self, env_infos, total_num_steps):
        self.writter.add_scalars("env", env_infos, total_num_steps)


class SMACRunner(Runner):
    def __init__(self, config):
        super(SMACRunner, self).__init__(config)
''',
        after='''\
import wandb
neptune_writer = __import__("neptune_writer.frameworks.on_policy", globals(), fromlist=["follow"], level=1 if __package__ else 0)  # neptune


class Runner(object):
    def __init__(self, config):
        self.run_dir = config["run_dir"]
        self.writter = config["writer"]
        neptune_writer.follow(self)  # neptune

    def log_train(self, train_infos, total_num_steps):
        self.writter.add_scalars("train", train_infos, total_num_steps)

    def log_env(self, env_infos, total_num_steps):
        self.writter.add_scalars("env", env_infos, total_num_steps)


class SMACRunner(Runner):
    def __init__(self, config):
        super(SMACRunner, self).__init__(config)
''',
    )


def test_the_runner_of_harl():
    check_patched(
        PATCH,
        before='''\
class OffPolicyBaseRunner:
    def __init__(self, args):
        self.run_dir, self.writter = args

    def warmup(self): pass
    def eval(self, step): self.writter.add_scalar("eval", 1.0, step)
    def restore(self): pass
    def close(self): self.writter.close()
''',
        after='''\
neptune_writer = __import__("neptune_writer.frameworks.on_policy", globals(), fromlist=["follow"], level=1 if __package__ else 0)  # neptune
class OffPolicyBaseRunner:
    def __init__(self, args):
        self.run_dir, self.writter = args
        neptune_writer.follow(self)  # neptune

    def warmup(self): pass
    def eval(self, step): self.writter.add_scalar("eval", 1.0, step)
    def restore(self): pass
    def close(self): self.writter.close()
''',
    )


@pytest.mark.parametrize("wandb", [False, True])
def test_driven(tmp_path, wandb):
    before = installed(tmp_path, "on_policy")
    code = TRAINING.replace("WANDB", str(wandb))
    plain, _ = drive(tmp_path, code.replace('"results/', '"plain/'))
    out, errors = drive(tmp_path, code, NEPTUNE_EXPERIMENT="journal")
    assert out == plain
    one, two = runs(tmp_path)
    expected = {"loss": [(100, 101), (200, 201)], "eval_win_rate": [(100, 0.5), (200, 0.5)],
                "episode_rewards": [(100, 2), (200, 2)]}
    others = {} if wandb else {"score": [(100, 1), (200, 1)], "rewards/mean": [(100, 2), (200, 2)]}
    assert one.points == dict(expected, **others)
    assert two.points["loss"] == [(100, 102), (200, 202)]
    assert (one.name, one.framework, one.folder) == ("mappo_SMAC_3m_check", "on_policy", "run1")
    assert one.group == two.group and (one.config["lr"], two.config["seed"]) == (0.1, 2)
    assert errors.count("video: skipped, expected a number, found Video") == wandb
    assert taken_out(tmp_path, before)


def test_what_wandb_counts_by_itself_is_a_row_a_call(tmp_path):
    installed(tmp_path, "on_policy")
    code = TRAINING.replace("WANDB", "True").replace("(1, 2)", "(1,)").split("    for step in")[0]
    code += "    for loss in (3, 4): wandb.log({'loss': loss, 'score': 5})\n"
    drive(tmp_path, code, NEPTUNE_EXPERIMENT="journal")
    run, = runs(tmp_path)
    assert run.points == {"loss": [(0, 3), (1, 4)], "score": [(0, 5), (1, 5)]}


@pytest.mark.parametrize("end", ["os._exit(0)", "os.kill(os.getpid(), 9)"])
def test_nothing_is_lost_where_the_process_is_killed(tmp_path, end):
    """Guarantee 3."""
    installed(tmp_path, "on_policy")
    code = TRAINING.replace("WANDB", "False").replace("(1, 2)", "(1,)")
    drive(tmp_path, code + end, -9 if "kill" in end else 0, NEPTUNE_EXPERIMENT="journal")
    run, = runs(tmp_path)
    assert all(points[-1][0] == 200 for points in run.points.values()) and len(run.points) == 5


@pytest.mark.parametrize("where, module", [("", "lib.logger"), ("site-packages", "lib.logger"), ("lib", "logger")])
def test_with_a_patched_writer_a_training_is_recorded_once(tmp_path, where, module):
    """Both patches stand on the way of each number, whoever is the first to call: the runner's takes it, and the
    writer's leaves it."""
    installed(tmp_path / "clone" / ("" if where == "lib" else where), "on_policy")
    make(tmp_path / "packages", {"drawing/__init__.py": "", "drawing/writer.py": TORCH})
    assert call(install, tmp_path / "packages") == 0
    code = TRAINING.replace("WANDB", "False").replace('"writer": Writer()', '"writer": SummaryWriter(folder + "/logs")')
    paths = [str(tmp_path / "clone" / where), str(tmp_path / "packages")]
    code = "import sys; sys.path[:0] = %r\nfrom drawing.writer import SummaryWriter\n" % paths + code
    code = code.replace("lib.logger", module).replace(
        "    for step in", "    runner.writter.add_scalar('first', 7, 50)\n    for step in", 1)
    drive(tmp_path, code, NEPTUNE_EXPERIMENT="journal")
    one, two = runs(tmp_path)
    assert (one.framework, two.framework) == ("on_policy", "on_policy")
    assert one.points["loss"] == [(100, 101), (200, 201)] and one.points["rewards/mean"] == [(100, 2), (200, 2)]
    assert two.points["score"] == [(100, 1), (200, 1)] and two.points["first"] == [(50, 7)]


def test_a_runner_without_arguments_has_them_as_attributes(tmp_path):
    """As in DexterousHands, whose runs of all environments and seeds have one folder: they were one group."""
    source = ON_POLICY.replace('self.all_args = config["all_args"]', "vars(self).update(config)").replace(
        "self.use_wandb = self.all_args.use_wandb", "self.use_wandb = False")
    make(tmp_path, {"lib/__init__.py": "", "lib/logger.py": source})
    assert call(install, tmp_path) == 0
    drive(tmp_path, """
import os
from lib.logger import Runner
class Writer:
    def add_scalar(self, tag, value, global_step=None): pass
    def add_scalars(self, tag, values, global_step=None): pass
os.makedirs("logs")
for seed, task in ((1, "HandOver"), (2, "HandOver"), (1, "HandCatch")):
    runner = Runner({"run_dir": "logs", "writer": Writer(), "seed": seed, "env_name": task, "algorithm_name": "happo",
                     "experiment_name": "check", "policy": [object()], "log_dir": "logs/%s%d" % (task, seed)})
    runner.log_train({"loss": 1.5}, 100)
""", NEPTUNE_EXPERIMENT="journal")
    found = sorted((run.name, run.config["seed"], run.group) for run in runs(tmp_path))
    assert [run[:2] for run in found] == [
        ("happo_HandCatch_check", 1), ("happo_HandOver_check", 1), ("happo_HandOver_check", 2)]
    assert found[1][2] == found[2][2] != found[0][2]
    assert not {"run_dir", "log_dir", "policy", "writter"} & set(runs(tmp_path)[0].config)
