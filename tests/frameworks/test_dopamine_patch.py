"""patches/dopamine.py: iterations, from the runner or its dispatcher, and the agent's training steps beside them."""
import pytest
from before_after import added
from small_checkout import call, make
from small_loggers import DISPATCHER, DOPAMINE
from tables_driven import drive, installed, runs, taken_out

from patches import apply_patch
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


def test_the_runners_and_the_dispatcher():
    assert added(PATCH, DOPAMINE)[1:] == ["neptune_writer.summaries(self, locals())  # neptune"] * 2
    assert added(PATCH, DISPATCHER)[1:] == ["neptune_writer.describe(self, base_dir)  # neptune",
                                            "neptune_writer.write(self, statistics, collector_allowlist)  # neptune"]


@pytest.mark.parametrize("name", ["collector_allowlist", "_collectors", "flush"])
def test_what_only_writes_and_flushes_is_left_alone(name):
    assert apply_patch(PATCH, DISPATCHER.replace(name, "other").encode()) is None


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
