"""patches/dopamine.py: iterations, from the runner or its dispatcher, and the agent's training steps beside them."""
import pytest
from before_after import check_noop, check_patched
from small_checkout import call, make
from small_loggers import DISPATCHER, DOPAMINE
from tables_driven import drive, installed, runs, taken_out

from patches.dopamine import PATCH
from scripts import install

GIN = """
import os, sys, types
gin = sys.modules["gin"] = types.ModuleType("gin")
gin.config_str = lambda: '''
# Parameters for Runner:
# ====
Runner.training_steps = 250000
JaxDQNAgent.seed = SEED
create_agent.agent_name = \\\\
    'dqn'
atari_lib.create_atari_environment.game_name = 'Pong'
JaxDQNAgent.optimizer = @create_optimizer()
'''
os.makedirs("out")
"""
EVAL = {"Eval/NumEpisodes": [(0, 2), (1, 2)], "Eval/AverageReturns": [(0, 2.5), (1, 3.5)],
        "Train/NumEpisodes": [(0, 3), (1, 3)], "Train/AverageReturns": [(0, 1.5), (1, 1.5)]}


@pytest.mark.parametrize("name", ["collector_allowlist", "_collectors", "flush"])
def test_what_only_writes_and_flushes_is_left_alone(name):
    check_noop(PATCH, DISPATCHER.replace(name, "other"))


def test_the_runners():
    check_patched(
        PATCH,
        before='''\
class Runner(object):
    def __init__(self, base_dir):
        self._base_dir = base_dir
        self._summary_writer = print

    def run_experiment(self):
        self._save_tensorboard_summaries(0, 3, 1.5, 2, 2.5)

    def _save_tensorboard_summaries(self, iteration, num_episodes_train, average_reward_train, num_episodes_eval,
                                    average_reward_eval):
        self._summary_writer(iteration, average_reward_eval)


class TrainRunner(Runner):
    def run_experiment(self):
        self._save_tensorboard_summaries(0, 3, 1.5)

    def _save_tensorboard_summaries(self, iteration, num_episodes, average_reward):
        self._summary_writer(iteration, average_reward)
''',
        after='''\
neptune_writer = __import__("neptune_writer.frameworks.dopamine", globals(), fromlist=["write"], level=1 if __package__ else 0)  # neptune
class Runner(object):
    def __init__(self, base_dir):
        self._base_dir = base_dir
        self._summary_writer = print

    def run_experiment(self):
        self._save_tensorboard_summaries(0, 3, 1.5, 2, 2.5)

    def _save_tensorboard_summaries(self, iteration, num_episodes_train, average_reward_train, num_episodes_eval,
                                    average_reward_eval):
        neptune_writer.summaries(self, locals())  # neptune
        self._summary_writer(iteration, average_reward_eval)


class TrainRunner(Runner):
    def run_experiment(self):
        self._save_tensorboard_summaries(0, 3, 1.5)

    def _save_tensorboard_summaries(self, iteration, num_episodes, average_reward):
        neptune_writer.summaries(self, locals())  # neptune
        self._summary_writer(iteration, average_reward)
''',
    )


def test_the_dispatcher():
    check_patched(
        PATCH,
        before='''\
class CollectorDispatcher(object):
    def __init__(self, base_dir, collectors=()):
        self._collectors = list(collectors)

    def write(self, statistics, collector_allowlist=()):
        for collector in self._collectors:
            if not collector_allowlist or collector.name in collector_allowlist:
                collector.write(statistics)

    def flush(self):
        pass

    def close(self):
        pass
''',
        after='''\
neptune_writer = __import__("neptune_writer.frameworks.dopamine", globals(), fromlist=["write"], level=1 if __package__ else 0)  # neptune
class CollectorDispatcher(object):
    def __init__(self, base_dir, collectors=()):
        neptune_writer.describe(self, base_dir)  # neptune
        self._collectors = list(collectors)

    def write(self, statistics, collector_allowlist=()):
        neptune_writer.write(self, statistics, collector_allowlist)  # neptune
        for collector in self._collectors:
            if not collector_allowlist or collector.name in collector_allowlist:
                collector.write(statistics)

    def flush(self):
        pass

    def close(self):
        pass
''',
    )


def test_driven(tmp_path):
    before = installed(tmp_path, "dopamine")
    found = []
    for seed in "12":
        (tmp_path / seed).mkdir()
        drive(tmp_path, f"import os; os.chdir({seed!r})" + GIN.replace("SEED", seed) + """
from lib.logger import Runner, TrainRunner
Runner("out").run_experiment()
if SEED == 2: TrainRunner("out2").run_experiment()
""".replace("SEED", seed), NEPTUNE_EXPERIMENT="journal")
    found = runs(tmp_path)
    one, two, train = found
    assert one.points == two.points == EVAL
    assert train.points == {"Train/NumEpisodes": [(0, 3)], "Train/AverageReturns": [(0, 1.5)]}
    assert (one.name, one.framework) == ("dqn_Pong", "dopamine") and one.group == two.group
    assert one.config["Runner"] == {"training_steps": 250000} and two.config["JaxDQNAgent"]["seed"] == 2
    assert taken_out(tmp_path, before)


def test_a_runner_with_a_dispatcher_is_one_run(tmp_path):
    make(tmp_path, {"lib/__init__.py": "", "lib/runner.py": DOPAMINE, "lib/dispatcher.py": DISPATCHER})
    assert call(install, tmp_path) == 0
    drive(tmp_path, GIN.replace("SEED", "1") + """
from types import SimpleNamespace as One
from lib.dispatcher import CollectorDispatcher
from lib.runner import Runner
runner = Runner("out")
runner._collector_dispatcher = CollectorDispatcher("out")
for iteration in range(2):
    for step in (40, 80):
        runner._collector_dispatcher.write([One(name="Loss", value=0.5, step=iteration * 100 + step)], ("tensorboard",))
    runner._collector_dispatcher.write([One(name="Eval/AverageReturns", value=2.5, step=iteration)])
runner.run_experiment()
""", NEPTUNE_EXPERIMENT="journal")
    run, = runs(tmp_path)
    assert run.points == {"Loss": [(40, 0.5), (80, 0.5), (140, 0.5), (180, 0.5)],
                          "Eval/AverageReturns": [(0, 2.5), (1, 2.5)]}


BATCH_RL = """
class FixedReplayRunner(run_experiment.Runner):
    def _run_one_iteration(self, iteration):
        self._save_tensorboard_summaries(iteration, 2, 2.5 + iteration)

    def _save_tensorboard_summaries(self, iteration, num_episodes_eval, average_reward_eval):
        self._summary_writer.append((iteration, average_reward_eval))
"""


@pytest.mark.parametrize("name", ["_save_tensorboard_summaries", "_run_one_iteration", "_summary_writer"])
def test_a_runner_of_a_users_is_known_by_all_its_symbols_together(name):
    check_noop(PATCH, BATCH_RL.replace(name, name + "_other"))


def test_a_runner_that_is_derived_from_the_packages(tmp_path):
    """As in batch_rl: it summarises by itself, so that the patched package never hears of its iterations."""
    base = "class Runner:\n    def __init__(self, base_dir): self._base_dir, self._summary_writer = base_dir, []\n"
    make(tmp_path, {"lib/__init__.py": "", "lib/run_experiment.py": base,
                    "lib/fixed.py": "from lib import run_experiment\n" + BATCH_RL})
    assert call(install, tmp_path) == 0
    drive(tmp_path, GIN.replace("SEED", "7") + """
from lib.fixed import FixedReplayRunner
runner = FixedReplayRunner("out")
for iteration in range(2):
    runner._run_one_iteration(iteration)
""", NEPTUNE_EXPERIMENT="journal")
    run, = runs(tmp_path)
    assert run.points == {name: EVAL[name] for name in ("Eval/NumEpisodes", "Eval/AverageReturns")}
    assert run.config["JaxDQNAgent"]["seed"] == 7


def test_a_runner_with_more_numbers_names_them_as_the_others(tmp_path):
    """As the tandem's: an active and a passive agent. What upstream calls otherwise was dropped without a word."""
    source = BATCH_RL.replace("num_episodes_eval, average_reward_eval)", "active_num_episodes_eval, "
                              "passive_average_reward_eval, average_steps_per_second, note='a')").replace(
        "(iteration, average_reward_eval)", "iteration").replace("2.5 + iteration", "2.5 + iteration, 60.0")
    make(tmp_path, {"lib/__init__.py": "", "lib/fixed.py": source.replace("run_experiment.Runner", "object")})
    assert call(install, tmp_path) == 0
    drive(tmp_path, GIN.replace("SEED", "7") + """
from lib.fixed import FixedReplayRunner
runner = FixedReplayRunner()
runner._base_dir, runner._summary_writer = "out", []
for iteration in range(2):
    runner._run_one_iteration(iteration)
""", NEPTUNE_EXPERIMENT="journal")
    run, = runs(tmp_path)
    assert run.points == {"Eval/ActiveNumEpisodes": [(0, 2), (1, 2)], "Train/AverageStepsPerSecond": [(0, 60), (1, 60)],
                          "Eval/PassiveAverageReturns": [(0, 2.5), (1, 3.5)]}
