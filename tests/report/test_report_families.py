"""The report of journals that several families wrote: their points and their groups, two seeds of each in one."""
from placed import points_of
from report_runs import index_of, points, read, report
from pymarl_training import training
from tables_driven import drive, installed
from trainings import journals

TIANSHOU = """
import os
from types import SimpleNamespace
from lib.logger import TensorboardLogger
class Writer:
    def __init__(self, log_dir):
        self.log_dir = log_dir
        os.makedirs(log_dir)
    def add_scalar(self, *arguments, **named): pass
def main(args):
    logger = TensorboardLogger(Writer("results/log/%s/dqn/%d" % (args.task, args.seed)))
    for step in (1000, 2000):
        logger.write("train/env_step", step, {"train/reward": step + args.seed})
        logger.write("update/gradient_step", step // 10, {"update/loss": 0.5})
for seed in (1, 2):
    main(SimpleNamespace(task="CartPole-v1", lr=0.1, seed=seed))
"""


def test_two_seeds_of_two_families_are_two_groups_with_the_points_of_their_journals(tmp_path, capsys):
    installed(tmp_path, "tianshou")
    drive(tmp_path, TIANSHOU, NEPTUNE_EXPERIMENT="journal")
    installed(tmp_path / "pymarl", "pymarl")
    for seed in (1, 2):
        drive(tmp_path / "pymarl", training(seed).replace("results/", "../results/"), NEPTUNE_EXPERIMENT="journal")
    capsys.readouterr()  # what installing said
    said = report(tmp_path / "results", "-o", tmp_path / "r.html", capsys=capsys).splitlines()
    assert said[0] == "4 runs in 2 groups (algo; seeds 1-2)"
    index = index_of(tmp_path / "r.html")
    assert [(run["framework"], index["groups"][run["group"]], run["label"]) for run in index["runs"]] == [
        ("tianshou", "dqn", "dqn seed 1"), ("tianshou", "dqn", "dqn seed 2"),
        ("pymarl", "qmix", "qmix seed 1"), ("pymarl", "qmix", "qmix seed 2")]
    found, problems = read(tmp_path / "results")
    assert not problems and {run.source: {name: points(run, name) for name in run.series} for run in found} == {
        str(journal): points_of(journal) for journal in journals(tmp_path / "results")}
