"""RL Zoo's two trees, ``logs/ppo/CartPole-v1_3`` and ``tb/CartPole-v1/PPO_1``: scripts/runs/joined/rl_zoo.py."""
import numpy as np
from framework_files import events
from report_runs import read

from scripts.runs.groups import grouping

PAIRS = "!!python/object/apply:collections.OrderedDict\n- - - algo\n    - ppo\n  - - seed\n    - %d\n" \
        "  - - hyperparams\n    - learning_rate: %s\n"
CONFIG = "!!python/object/apply:collections.OrderedDict\n- - - learning_rate\n    - %s\n"


def train(root, number, logger, lr="0.1", seed=1, began=100.0, returns=(1.5, 2.5), evaluated=(1000, 2000)):
    """What a training of RL Zoo leaves: eight monitors there, two here."""
    folder = root / "logs" / "ppo" / f"CartPole-v1_{number}"
    (folder / "CartPole-v1").mkdir(parents=True)
    for environment in range(2):
        (folder / f"{environment}.monitor.csv").write_text(
            '#{"t_start": %f, "env_id": "CartPole-v1"}\nr,l,t\n9.0,9,0.5\n8.0,8,1.5\n' % began)
    np.savez(folder / "evaluations.npz", timesteps=list(evaluated), results=[[value] for value in returns],
             ep_lengths=[[9], [9]])
    (folder / "CartPole-v1" / "args.yml").write_text(PAIRS % (seed, lr))
    (folder / "CartPole-v1" / "config.yml").write_text(CONFIG % lr)
    events(root / "tb" / "CartPole-v1" / f"PPO_{logger}", [
        (256, 20.5, "rollout/ep_rew_mean"), *((1000, value, "eval/mean_reward") for value in returns[:1]),
        (2048, 30.5, "rollout/ep_rew_mean")])


def test_each_training_is_one_run_with_its_parameters(tmp_path):
    """Four trainings were twelve runs in nine groups. Side by side, so that only the evaluations tell which is which;
    the two trees count their own."""
    for number, (lr, seed) in enumerate([("0.1", 1), ("0.1", 2), ("1e-2", 1), ("1e-2", 2)], 1):
        train(tmp_path, number, 5 - number, lr, seed, returns=(number + 0.5, 9.5))
    runs, problems = read(tmp_path)
    assert not problems and grouping.line(runs) == "4 runs in 2 groups (learning_rate; seeds 1-2)"
    for run in runs:
        number = int(run.path[-1].rpartition("_")[2])
        assert set(run.series) == {"monitor/episode_return", "monitor/episode_length", "eval/mean_reward",
                                   "eval/mean_ep_length", "rollout/ep_rew_mean"}
        assert run.series["eval/mean_reward"].values.tolist() == [number + 0.5, 9.5]
        assert run.steps[run.series["rollout/ep_rew_mean"].rows].tolist() == [256, 2048]
        assert run.steps[run.series["monitor/episode_return"].rows].tolist() == [9, 18, 26, 34]


def test_without_a_common_evaluation_the_times_are_enough(tmp_path):
    train(tmp_path, 1, 1, evaluated=(1001, 2001))
    (run,), _ = read(tmp_path)
    assert len(run.series) == 5


def test_what_was_written_at_another_time_stays_apart(tmp_path):
    train(tmp_path, 1, 1, began=900.0)
    assert len(read(tmp_path)[0]) == 2


def test_of_two_that_may_be_it_none_is(tmp_path):
    for number in (1, 2):
        train(tmp_path, number, number)
    assert len(read(tmp_path)[0]) == 4


def test_other_evaluations_are_of_another_training(tmp_path):
    train(tmp_path / "one", 1, 1)
    train(tmp_path / "other", 1, 1, returns=(8.5, 9.5))
    runs, _ = read(tmp_path / "one" / "logs", tmp_path / "other" / "tb")
    assert len(runs) == 2
