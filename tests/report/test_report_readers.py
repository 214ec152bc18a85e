"""scripts/report/readers: the numbers of each format, as its own files have them."""
import csv
import datetime
import functools
import json
import math

import pytest
from framework_files import exported, exported_point
from report_runs import points, read, write_journal, write_spinningup

from neptune_writer.journal import journal
from neptune_writer.recording.config import plain

from scripts.runs import growing_journals
from scripts.runs.groups import grouping


def only(*paths):
    runs, problems = read(*paths)
    assert len(runs) == 1 and not problems, (runs, problems)
    return runs[0]


# Journals

def test_a_journal_is_read_to_the_last_bit(tmp_path):
    values = [0.1 + 0.2, 1 / 3, -1e-300, 5e300, math.inf]
    write_journal(tmp_path / "neptune-1.jsonl", *[(10 * n, {"loss": value}) for n, value in enumerate(values)])
    run = only(tmp_path)
    assert points(run, "loss") == [(10.0 * n, value) for n, value in enumerate(values)]
    assert (run.name, run.group, run.config, run.ended) == ("ppo", "ppo-1", {"seed": 0, "lr": 0.001}, True)
    assert run.began == 1000.0 and run.times.tolist() == [1001.5 + n for n in range(5)]
    assert [path.name for path in tmp_path.iterdir()] == ["neptune-1.jsonl"]


def test_a_journal_that_grows_while_it_is_read_is_not_torn(tmp_path, monkeypatch):
    path = write_journal(tmp_path / "neptune-1.jsonl", (1, {"loss": 1.0}), ended=False)

    def slow(*arguments, read=growing_journals._read):
        found = read(*arguments)
        with path.open("ab") as file:
            file.write(journal.encode({"t": 1002.5, "step": 2, "segment": 0, "values": {"loss": 0.5}}))
        return found
    monkeypatch.setattr(growing_journals, "_read", slow)
    assert points(only(tmp_path), "loss") == [(1, 1.0)]


def test_later_rows_of_a_resumed_run_supersede_earlier_ones(tmp_path):
    write_journal(tmp_path / "a" / "neptune-1.jsonl", *[(n, {"loss": n}) for n in range(8)], run="first")
    write_journal(tmp_path / "b" / "neptune-2.jsonl", *[(n, {"loss": -n}) for n in range(5, 9)], run="second",
                  resumes="first", t=1500.0)
    (run,), (said,) = read(tmp_path)
    assert points(run, "loss") == [(n, n) for n in range(5)] + [(n, -n) for n in range(5, 9)]
    assert said.what.startswith("3 points at 5 to 7 superseded by later ones")


def test_a_run_that_has_not_ended_says_so(tmp_path):
    write_journal(tmp_path / "neptune-1.jsonl", (1, {"loss": 1}), ended=False)
    assert only(tmp_path).ended is False


def test_what_a_patched_framework_writes_beside_its_journal_is_the_same_run(tmp_path):
    write_spinningup(tmp_path)
    write_journal(tmp_path / "neptune-1.jsonl", (4000, {"AverageEpRet": 20.0}))
    assert points(only(tmp_path), "AverageEpRet") == [(4000, 20)]


# SpinningUp

def test_progress_txt_has_x_time_and_config(tmp_path):
    write_spinningup(tmp_path / "ppo_s3", seed=3, api_token="s3cr3t-abcdefghijkl1234")
    run = only(tmp_path)
    assert points(run, "AverageEpRet") == [(4000 * n, 20.123456789 * n + 3) for n in (1, 2, 3)]
    assert run.times[1] - run.times[0] == pytest.approx(2.5, abs=0.01)
    assert run.config["gamma"] == 0.99 and run.config["env_fn"] == "<lambda>"
    assert "s3cr3t" not in str(run.config) and "EpochLogger" not in str(run.config)


@pytest.mark.parametrize("shown, value", [
    ("<function main.<locals>.<lambda> at 0x7f12>", lambda: 1),
    ("<function only at 0x7f12>", only),
    ("functools.partial(<function only at 0x7f12>, 'CartPole-v1')", functools.partial(only, "CartPole-v1")),
    ("<builtins.object object at 0x7f12>", object()),
], ids=["lambda", "function", "partial", "object"])
def test_seeds_from_before_an_install_and_after_it_are_one_group(tmp_path, shown, value):
    """The kind: what has no text of its own reads alike in a config.json and in a journal."""
    write_spinningup(tmp_path / "ppo" / "ppo_s0", 0, env_fn=shown)
    write_spinningup(tmp_path / "ppo" / "ppo_s1", 1, env_fn=shown)
    write_journal(tmp_path / "ppo" / "ppo_s1" / "neptune-1.jsonl", (4000, {"AverageEpRet": 20.0}), name="ppo",
                  config=plain({"seed": 1, "gamma": 0.99, "env_fn": value}))
    runs, _ = read(tmp_path)
    assert len({run.source for run in runs}) == 2 and len(set(grouping.of(runs).of)) == 1, [run.config for run in runs]


def test_seeds_are_one_group_and_settings_are_another(tmp_path):
    for seed in (0, 1):
        write_spinningup(tmp_path / "a" / str(seed), seed)
    write_spinningup(tmp_path / "b", 0, gamma=0.9)
    runs, _ = read(tmp_path)
    assert [run.group == runs[0].group for run in runs] == [True, True, False]


# Stable Baselines

CSV = "time/total_timesteps,rollout/ep_rew_mean,train/loss\n1024,21.5,\n2048,24.25,0.125\n2048,25,0.25\n"
MONITOR = '#{"t_start": 100.0, "env_id": "CartPole-v1"}\nr,l,t\n10.0,10,1.0\n30.0,30,4.0\n'


def test_progress_csv_may_lack_cells_and_repeat_a_step(tmp_path):
    (tmp_path / "progress.csv").write_text(CSV)
    run = only(tmp_path)
    assert points(run, "rollout/ep_rew_mean") == [(1024, 21.5), (2048, 24.25), (2048, 25)]
    assert points(run, "train/loss") == [(2048, 0.125), (2048, 0.25)]


def test_progress_json_is_read_where_there_is_no_table(tmp_path):
    lines = [{"total timesteps": 100, "mean 100 episode reward": 1.5, "note": "text"}, {"total timesteps": 200}]
    (tmp_path / "progress.json").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert points(only(tmp_path), "mean 100 episode reward") == [(100, 1.5)]


def test_a_second_learn_goes_on_where_the_first_one_ended(tmp_path):
    (tmp_path / "progress.csv").write_text("total_timesteps,loss\n512,1\n1024,2\n512,3\n1024,4\n")
    assert points(only(tmp_path), "loss") == [(512, 1), (1024, 2), (1536, 3), (2048, 4)]


def test_episodes_of_several_environments_are_one_series_of_the_run_beside_them(tmp_path):
    folder = tmp_path / "PPO_1"
    folder.mkdir()
    (folder / "progress.csv").write_text(CSV)
    (folder / "0.monitor.csv").write_text(MONITOR)
    (folder / "1.monitor.csv").write_text(MONITOR.replace("10.0,10,1.0", "20.0,20,2.0"))
    run = only(tmp_path)
    assert points(run, "monitor/episode_return") == [(10, 10), (30, 20), (60, 30), (90, 30)]
    assert points(run, "rollout/ep_rew_mean") == [(1024, 21.5), (2048, 24.25), (2048, 25)]
    assert (run.name, run.group, run.config) == ("PPO_1", "PPO", {"env_id": "CartPole-v1"})


def test_what_lies_in_folders_of_its_own_below_a_run_is_the_runs(tmp_path):
    """RL Zoo's and many a script's: the monitor in ``monitor``, the evaluations in ``eval``."""
    folder = tmp_path / "PPO_1"
    (folder / "monitor").mkdir(parents=True)
    (folder / "eval").mkdir()
    (folder / "progress.csv").write_text(CSV)
    (folder / "monitor" / "0.monitor.csv").write_text(MONITOR)
    (folder / "eval" / "monitor.csv").write_text(MONITOR.replace("10.0,10,1.0", "20.0,20,2.0"))
    run = only(tmp_path)
    assert [value for _, value in points(run, "monitor/episode_return")] == [10, 30]
    assert [value for _, value in points(run, "eval/episode_return")] == [20, 30]
    assert points(run, "rollout/ep_rew_mean") == [(1024, 21.5), (2048, 24.25), (2048, 25)]


def test_a_folder_below_a_run_that_tells_of_the_same_metrics_is_a_run_of_its_own(tmp_path):
    folder = tmp_path / "PPO_1"
    (folder / "monitor").mkdir(parents=True)
    (folder / "progress.csv").write_text(CSV)
    (folder / "monitor.csv").write_text(MONITOR)
    (folder / "monitor" / "monitor.csv").write_text(MONITOR)
    assert len(read(tmp_path)[0]) == 2


# RLlib

def test_a_trial_has_its_results_and_its_params(tmp_path):
    trial = tmp_path / "ppo_cartpole" / "PPO_CartPole-v1_0001_00000"
    trial.mkdir(parents=True)
    (trial / "params.json").write_text(json.dumps({"lr": 0.001, "env": "CartPole-v1", "model": {"dim": 84}}))
    (trial / "progress.csv").write_text("training_iteration\n1\n")
    with (trial / "result.json").open("w") as file:
        for iteration in (1, 2):
            file.write(json.dumps({
                "training_iteration": iteration, "num_env_steps_sampled_lifetime": 1000.0 * iteration, "pid": 77,
                "env_runners": {"episode_return_mean": 20.5 * iteration, "hist": [1, 2]}, "timestamp": 500 + iteration,
                "config": {"lr": 0.001}, "done": False, "date": "today", "nan": float("nan")}) + "\n")
    run = only(tmp_path)
    assert points(run, "env_runners/episode_return_mean") == [(1000, 20.5), (2000, 41)]
    assert run.config == {"lr": 0.001, "env": "CartPole-v1", "model/dim": 84} and run.name == "ppo_cartpole"
    assert run.times.tolist() == [501, 502] and "pid" not in run.series and math.isnan(run.series["nan"].values[0])


# Acme

def test_labels_of_a_process_are_one_run_with_an_axis_each(tmp_path):
    rows = {"environment_loop": [("environment_loop_steps", "episode_return"), (200, -1500.5), (400, -1400.25)],
            "learner": [("critic_loss", "learner_steps"), (0.5, 10), (0.25, 20), (0.125, 30)]}
    for label, lines in rows.items():
        folder = tmp_path / "20260101-120000" / "logs" / label
        folder.mkdir(parents=True)
        with (folder / "logs.csv").open("w", newline="") as file:
            csv.writer(file).writerows(lines)
    run = only(tmp_path)
    assert points(run, "environment_loop/episode_return") == [(200, -1500.5), (400, -1400.25)]
    assert points(run, "learner/critic_loss") == [(10, 0.5), (20, 0.25), (30, 0.125)]


# What clients leave

def test_an_offline_run_of_neptunes_own_client(tmp_path, monkeypatch):
    import neptune
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEPTUNE_DISABLE_TELEMETRY", "1")
    run = neptune.init_run(mode="offline", name="ppo", source_files=[], git_ref=False, capture_stdout=False,
                           capture_stderr=False, capture_hardware_metrics=False)
    run["parameters"] = {"lr": 0.001, "net": {"sizes": "[64, 64]"}}
    run["train/loss"].extend([0.1, 1 / 3], steps=[10, 20], timestamps=[100.5, 200.5])
    run["train/return"].extend([1.0, 2.0], steps=[10, 20], timestamps=[100.5, 200.5])
    run.stop()
    found = only(tmp_path)
    assert points(found, "train/loss") == [(10, 0.1), (20, 1 / 3)] and len(found.steps) == 2
    assert (found.name, found.config) == ("ppo", {"lr": 0.001, "net/sizes": "[64, 64]"})
    assert found.times.tolist() == [100.5, 200.5]


def test_a_trackers_copy_of_a_journal_is_no_further_run(tmp_path):
    write_journal(tmp_path / "neptune-1.jsonl", *[(n, {"loss": n + 0.5}) for n in range(3)])
    folder = tmp_path / ".neptune" / "offline" / "run__1__2__abc"
    folder.mkdir(parents=True)
    operations = [{"obj": {"type": "LogFloats", "path": ["loss"], "values": [
        {"value": n + 0.5, "step": n, "ts": 1001.5 + n} for n in range(3)]}, "version": 1}]
    (folder / "data-1.log").write_text("".join(map(json.dumps, operations)))
    assert only(tmp_path).id == "run-1"
    runs, _ = read(tmp_path / ".neptune")
    assert len(runs) == 1


def test_scalars_of_tensorboards_own_writer(tmp_path):
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.summary.writer.event_file_writer import EventFileWriter
    writer = EventFileWriter(str(tmp_path / "PPO_2"))
    for step in (1, 2, 3):
        writer.add_event(Event(wall_time=100.0 + step, step=step, summary=Summary(value=[
            Summary.Value(tag="rollout/ep_rew_mean", simple_value=0.5 * step)])))
    writer.close()
    run = only(tmp_path)
    assert points(run, "rollout/ep_rew_mean") == [(1, 0.5), (2, 1), (3, 1.5)] and run.group == "PPO"
    assert run.times.tolist() == [101, 102, 103]


def test_parquet_files_in_the_schema_of_neptunes_exporter(tmp_path):
    lines = [{"attribute_path": "sys/name", "attribute_type": "string", "string_value": "sac"},
             {"attribute_path": "parameters/lr", "attribute_type": "float", "float_value": 0.001}]
    lines += [exported_point("train/return", step, step / 3, step) for step in (1, 2, 3)]
    for part, piece in enumerate((lines[:3], lines[3:])):
        exported(tmp_path / ("RL-1_part_%d.parquet" % part), piece)
    run = only(tmp_path)
    assert points(run, "train/return") == [(1, 1 / 3), (2, 2 / 3), (3, 1.0)]
    assert (run.name, run.config["parameters/lr"]) == ("sac", 0.001)
    assert run.times[0] == datetime.datetime(2026, 1, 1, 0, 0, 1, tzinfo=datetime.timezone.utc).timestamp()
