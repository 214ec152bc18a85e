"""scripts/runs/readers: frameworks that write files of their own form, each as its own code lays them out."""
import json
import math

import numpy as np
import pytest
from report_runs import points, read


def only(*paths):
    runs, problems = read(*paths)
    assert len(runs) == 1 and not problems, (runs, problems)
    return runs[0]


def lines(path, *objects):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(entry) + "\n" for entry in objects))


def test_dreamer(tmp_path):
    lines(tmp_path / "metrics.jsonl", {"step": 10, "train/loss": 0.5, "episode/score": 1.0},
          {"step": 20, "train/loss": 0.25, "report/image": "none", "episode/score": 2.0})
    lines(tmp_path / "scores.jsonl", {"step": 10, "episode/score": 1.0}, {"step": 20, "episode/score": 2.0})
    (tmp_path / "config.yaml").write_text("task: dmc_walker_walk\nseed: 3\n")
    run = only(tmp_path)
    assert points(run, "train/loss") == [(10, 0.5), (20, 0.25)] and points(run, "episode/score") == [(10, 1), (20, 2)]
    assert run.config == {"task": "dmc_walker_walk", "seed": 3}


@pytest.mark.parametrize("suffix", [".csv", ".log"])
def test_drq_and_its_relatives(tmp_path, suffix):
    train = [{"frame": 100, "episode_reward": 1.5}, {"frame": 300, "episode_reward": 2.5}]
    evaluation = [{"frame": 0, "episode_reward": 0.5}, {"frame": 200, "episode_reward": 2.0}]
    for kind, rows in (("train", train), ("eval", evaluation)):
        if suffix == ".log":
            lines(tmp_path / f"{kind}.log", *rows)
        else:
            (tmp_path / f"{kind}.csv").write_text("frame,episode_reward\n" + "".join(
                "%d,%r\n" % tuple(row.values()) for row in rows))
    run = only(tmp_path)
    assert points(run, "train/episode_reward") == [(100, 1.5), (300, 2.5)]
    assert points(run, "eval/episode_reward") == [(0, 0.5), (200, 2.0)]


def test_tables_of_such_names_that_count_no_steps_are_somebody_elses(tmp_path):
    (tmp_path / "train.csv").write_text("sepal,petal\n1,2\n")
    runs, problems = read(tmp_path)
    assert not runs and "nothing else that a framework or a tracker left" in problems[0].what


def test_d3rlpy(tmp_path):
    (tmp_path / "CQL_20260101").mkdir()
    (tmp_path / "CQL_20260101" / "params.json").write_text('{"batch_size": 256, "seed": 1}')
    (tmp_path / "CQL_20260101" / "loss.csv").write_text("1,1000,0.5\n2,2000,0.25\n")
    (tmp_path / "CQL_20260101" / "environment.csv").write_text("2,2000,12.5\n")
    run = only(tmp_path)
    assert points(run, "loss") == [(1000, 0.5), (2000, 0.25)] and points(run, "environment") == [(2000, 12.5)]
    assert run.config == {"batch_size": 256, "seed": 1}


def test_offlinerl_kit(tmp_path):
    record = tmp_path / "td3bc" / "seed_1" / "record"
    record.mkdir(parents=True)
    (record / "policy_training_progress.csv").write_text("loss/actor,timestep\n0.5,1000\n0.25,2000\n")
    (record / "hyper_param.json").write_text('{"task": "hopper-medium-v2", "seed": 1}')
    run = only(tmp_path)
    assert points(run, "loss/actor") == [(1000, 0.5), (2000, 0.25)] and run.name == "seed_1"
    assert run.config == {"task": "hopper-medium-v2", "seed": 1}


def test_lightnings_metrics_whose_rows_have_gaps(tmp_path):
    for seed in (1, 2):
        folder = tmp_path / "lightning_logs" / f"version_{seed}"
        folder.mkdir(parents=True)
        (folder / "metrics.csv").write_text("epoch,step,loss,val_loss\n0,49,0.5,\n0,99,,0.25\n1,149,0.125,\n")
        (folder / "hparams.yaml").write_text(f"lr: 1e-3\nseed: {seed}\n")
    runs, problems = read(tmp_path)
    assert not problems and len(runs) == 2 and len({run.group for run in runs}) == 1
    assert points(runs[0], "loss") == [(49, 0.5), (149, 0.125)] and points(runs[0], "val_loss") == [(99, 0.25)]


def test_a_log_of_torch_ac(tmp_path):
    (tmp_path / "log.csv").write_text("update,frames,FPS,rreturn_mean\n1,2048,900,0.25\n2,4096,950,0.5\n")
    assert points(only(tmp_path), "rreturn_mean") == [(2048, 0.25), (4096, 0.5)]


def test_a_table_that_counts_nothing_is_none_of_a_training(tmp_path):
    (tmp_path / "log.csv").write_text("name,price\na,1\nb,2\n")
    runs, _ = read(tmp_path)
    assert not runs


def test_evaluations_of_stable_baselines3_join_the_run_beside_them(tmp_path):
    (tmp_path / "progress.csv").write_text("rollout/ep_rew_mean,time/total_timesteps\n10,1000\n20,2000\n")
    np.savez(tmp_path / "evaluations.npz", timesteps=[1000, 2000], results=[[1.0, 3.0], [5.0, 7.0]],
             ep_lengths=[[10, 20], [30, 40]])
    run = only(tmp_path)
    assert points(run, "eval/mean_reward") == [(1000, 2), (2000, 6)]
    assert points(run, "eval/mean_ep_length") == [(1000, 15), (2000, 35)]
    assert points(run, "rollout/ep_rew_mean") == [(1000, 10), (2000, 20)]


@pytest.mark.parametrize("has_logger", [True, False])
@pytest.mark.parametrize("evaluations", ["", "eval"])
def test_monitors_and_evaluations_are_of_one_run(tmp_path, has_logger, evaluations):
    """Each of both joined a run alone; together they were two runs more. Kind: several things lie beside a run."""
    if has_logger:
        (tmp_path / "progress.csv").write_text("rollout/ep_rew_mean,time/total_timesteps\n10,1000\n20,2000\n")
    (tmp_path / "monitor.csv").write_text('#{"t_start": 1.5, "env_id": "CartPole-v1"}\nr,l,t\n7.0,700,0.5\n')
    (tmp_path / evaluations).mkdir(exist_ok=True)
    np.savez(tmp_path / evaluations / "evaluations.npz", timesteps=[1000], results=[[1.0, 3.0]])
    run = only(tmp_path)
    assert points(run, "monitor/episode_return") == [(700, 7)] and points(run, "eval/mean_reward") == [(1000, 2)]
    assert ("rollout/ep_rew_mean" in run.series) == has_logger


def test_two_that_tell_the_same_beside_a_run_are_runs_of_their_own(tmp_path):
    (tmp_path / "progress.csv").write_text("rollout/ep_rew_mean,time/total_timesteps\n10,1000\n20,2000\n")
    for name in ("ppo", "a2c"):
        (tmp_path / f"{name}.monitor.csv").write_text('#{"t_start": 1.5}\nr,l,t\n7.0,700,0.5\n')
    np.savez(tmp_path / "evaluations.npz", timesteps=[1000], results=[[1.0, 3.0]])
    runs, _ = read(tmp_path)
    assert sorted(len(run.series) for run in runs) == [2, 2, 3]


@pytest.mark.parametrize("content", [b"", b"PK\3\4 torn", b"no zip at all"])
def test_evaluations_that_are_broken_are_named(tmp_path, content):
    (tmp_path / "evaluations.npz").write_bytes(content)
    runs, (problem,) = read(tmp_path)
    assert not runs and problem.what.startswith("not read: ")


def test_evaluations_without_numbers_are_no_run(tmp_path):
    np.savez(tmp_path / "evaluations.npz", timesteps=[1000, 2000])
    runs, (problem,) = read(tmp_path)
    assert not runs and problem.what == "evaluations without a number in them"


def test_one_array_of_evaluations_that_is_a_pickle_costs_itself(tmp_path):
    """It cost all of them. Kind: a value that costs more than itself."""
    np.savez(tmp_path / "evaluations.npz", timesteps=[1, 2], results=[[0.5], [1.5]],
             successes=np.array([[True], [True, False]], dtype=object))
    (run,), (problem,) = read(tmp_path)
    assert points(run, "eval/mean_reward") == [(1, 0.5), (2, 1.5)]
    assert problem.what.startswith("successes is left out: Object arrays")


def test_an_integer_of_400_digits_costs_its_own_value(tmp_path):
    (tmp_path / "metrics.jsonl").write_text('{"step": 1, "loss": 0.5, "huge": 1%s}\n{"step": 2, "loss": 0.25}\n' % (
        "0" * 400))
    run = only(tmp_path)
    assert points(run, "loss") == [(1, 0.5), (2, 0.25)] and list(run.series) == ["loss"]


def test_a_pickle_in_evaluations_is_not_run(tmp_path):
    np.savez(tmp_path / "evaluations.npz", timesteps=np.array([print], dtype=object))
    runs, (problem,) = read(tmp_path)
    assert not runs and problem.what.startswith("not read: ")


def test_a_config_of_sacred_with_arrays_and_tuples(tmp_path):
    """They were entries of what they are made of: ``dims/dtype``, ``dims/py/object``."""
    (tmp_path / "run.json").write_text("{}")
    (tmp_path / "metrics.json").write_text('{"loss": {"steps": [1], "values": [0.5]}}')
    (tmp_path / "config.json").write_text(json.dumps({
        "__doc__": "", "dims": {"dtype": "float64", "py/object": "numpy.ndarray", "values": [1.0, 2.0]},
        "lr": {"dtype": "float32", "py/object": "numpy.float32", "value": 0.5},
        "net": {"sizes": {"py/tuple": [64, 32]}}, "values": {"value": 1}}))
    assert only(tmp_path).config == {"dims": "[1.0, 2.0]", "lr": 0.5, "net/sizes": "[64, 32]", "values/value": 1}


def test_sacred_with_the_lists_of_pymarl(tmp_path):
    folder = tmp_path / "sacred" / "1"
    folder.mkdir(parents=True)
    (folder / "run.json").write_text('{"status": "COMPLETED", "experiment": {"name": "qmix"}}')
    (folder / "config.json").write_text('{"seed": 4, "env_args": {"map_name": "3m"}}')
    (folder / "metrics.json").write_text(json.dumps({"loss": {"steps": [10, 20], "values": [0.5, 0.25], "timestamps": [
        "2026-01-01T00:00:00.0", "2026-01-01T00:00:01.0"]}}))
    (folder / "info.json").write_text(json.dumps({"loss": [9], "loss_T": [9], "return_mean": [
        1.5, {"dtype": "float64", "py/object": "numpy.float64", "value": 2.5}], "return_mean_T": [10, 20]}))
    run = only(tmp_path)
    assert points(run, "loss") == [(10, 0.5), (20, 0.25)] and points(run, "return_mean") == [(10, 1.5), (20, 2.5)]
    assert run.name == "qmix" and run.config == {"seed": 4, "env_args/map_name": "3m"} and not math.isnan(run.times[0])
