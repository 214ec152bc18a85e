"""Runs in groups, from files to the page: what report.py says, what stands in the page, what --group-by decides."""
import os

import pytest
from report_runs import index_of, points, read, report, write_journal, write_spinningup

from scripts.runs.groups import grouping

CSV = "time/total_timesteps,rollout/ep_rew_mean\n1024,21.5\n2048,24.25\n"
MONITOR = '#{"t_start": 100.0%s}\nr,l,t\n10.0,10,1.0\n30.0,30,4.0\n'


def write_tables(root, *folders):
    for folder in folders:
        (root / folder).mkdir(parents=True, exist_ok=True)
        (root / folder / "progress.csv").write_text(CSV)


def shown(folder, capsys, *arguments):
    """What report.py said, and the index of its page."""
    said = report(folder, "-o", folder.parent / "r.html", *arguments, capsys=capsys)
    return said.splitlines(), index_of(folder.parent / "r.html")


def test_it_says_in_one_line_what_was_found_and_by_what_it_was_grouped(tmp_path, capsys):
    write_tables(tmp_path / "runs", *(f"{algo}/{env}/s{seed}/logs" for algo in ("ppo", "sac")
                                      for env in ("Ant-v4", "Hopper-v4") for seed in range(3)))
    said, index = shown(tmp_path / "runs", capsys)
    assert said[0] == "12 runs in 4 groups (algo, env; seeds 0-2)"
    assert index["groups"] == ["ppo Ant-v4", "ppo Hopper-v4", "sac Ant-v4", "sac Hopper-v4"]
    assert index["runs"][0]["label"] == "ppo Ant-v4 seed 0"
    assert index["found"]["keys"] == ["algo", "env"] and not any(index["found"]["assumed"])


@pytest.mark.parametrize("by, line, groups", [
    ("algo", "12 runs in 2 groups (algo; seeds 0-2)", ["ppo", "sac"]),
    ("env,algo", "12 runs in 4 groups (env, algo; seeds 0-2)",
     ["ppo Ant-v4", "ppo Hopper-v4", "sac Ant-v4", "sac Hopper-v4"]),
    ("path2", "12 runs in 2 groups (path2; seeds 0-2)", ["Ant-v4", "Hopper-v4"]),
    ("none", "12 runs in 12 groups (seeds 0-2)", None),
])
def test_what_is_named_decides(tmp_path, capsys, by, line, groups):
    write_tables(tmp_path / "runs", *(f"{algo}/{env}/s{seed}/logs" for algo in ("ppo", "sac")
                                      for env in ("Ant-v4", "Hopper-v4") for seed in range(3)))
    said, index = shown(tmp_path / "runs", capsys, "--group-by", by)
    assert said[0] == line and (groups is None or index["groups"] == groups)
    assert len(index["groups"]) == max(run["group"] for run in index["runs"]) + 1


def test_what_no_run_has_is_refused_with_what_is_near(tmp_path, capsys):
    write_journal(tmp_path / "runs" / "neptune-1.jsonl", (1, {"loss": 1.0}), config={"learning_rate": 0.1, "seed": 0})
    said = report(tmp_path / "runs", "-o", tmp_path / "r.html", "--group-by", "learning_rat", status=1, capsys=capsys)
    assert said == "report: --group-by learning_rat: no run has that; there is learning_rate\n"
    assert not (tmp_path / "r.html").exists()


@pytest.mark.parametrize("configs", [
    [{"actor/lr": 0.1, "critic/lr": 0.1}, {"actor/lr": 0.1, "critic/lr": 0.2}],
    [{"actor/lr": 0.1}, {"critic/lr": 0.1}]])
def test_what_may_be_one_setting_or_another_is_refused_with_both(tmp_path, capsys, configs):
    """Runs of two learning rates of the critic were one group, of four "seeds"."""
    for number, config in enumerate(configs):
        write_journal(tmp_path / "runs" / f"neptune-{number}.jsonl", (1, {"loss": 1.0}), config=config, run=str(number))
    said = report(tmp_path / "runs", "-o", tmp_path / "r.html", "--group-by", "lr", status=1, capsys=capsys)
    assert said == "report: --group-by lr: there are actor/lr and critic/lr; name one of them\n"


@pytest.mark.parametrize("by", ["", ",", "none,env"])
def test_names_that_are_none_are_a_wrong_usage(tmp_path, by, capsys):
    with pytest.raises(SystemExit):
        report(tmp_path, "--group-by", by)
    assert "names nothing to group by" in capsys.readouterr().err


def test_seeds_that_are_bare_numbers_are_said_to_be_assumed(tmp_path, capsys):
    """G2, G4"""
    write_tables(tmp_path / "runs", "CartPole-v1_1", "CartPole-v1_2")
    said, index = shown(tmp_path / "runs", capsys)
    assert said[0] == "2 runs in 1 group (seeds assumed)" and index["found"]["assumed"] == [True]
    assert index["groups"] == ["CartPole-v1"]


def test_runs_that_only_dates_tell_apart_are_not_averaged(tmp_path, capsys):
    write_tables(tmp_path / "runs", *(f"2024-01-0{day}/10-00-00" for day in (1, 2, 3)))
    said, index = shown(tmp_path / "runs", capsys)
    assert said[0] == "3 runs in 3 groups (only dates and ids tell some runs apart)" and index["found"]["alone"]


def test_folders_that_are_named_one_by_one_are_told_apart_as_below_the_one_above_them(tmp_path, capsys):
    write_tables(tmp_path / "runs", *(f"{env}/PPO_{n}" for env in ("Ant", "CartPole") for n in (1, 2)))
    folders = sorted((tmp_path / "runs").glob("*/*"))
    assert report(*folders, "-o", tmp_path / "r.html", capsys=capsys).startswith(
        "4 runs in 2 groups (env; seeds assumed)\n")


def test_what_is_named_at_different_depths_is_the_first_part_of_a_path(tmp_path):
    write_tables(tmp_path, *(f"{place}/{algo}/{n}" for place in ("data", "old/runs") for algo in ("ppo", "sac")
                             for n in (1, 2)))
    runs, _ = read(tmp_path / "data", tmp_path / "old" / "runs")
    assert {run.path[:2] for run in runs} == {(place, algo) for place in ("data", os.path.join("old", "runs"))
                                              for algo in ("ppo", "sac")}
    assert len({run.group for run in runs}) == 4
    assert {run.path for run in read(tmp_path / "data" / "ppo")[0]} == {("1",), ("2",)}


def test_environments_of_one_exp_name_are_no_group(tmp_path):
    """SpinningUp's config says `env_fn`, a function: the folder tells the environment."""
    for env in ("Ant", "Hopper"):
        for seed in (0, 1):
            write_spinningup(tmp_path / env / f"ppo_s{seed}", seed + 2 * (env == "Ant"))
    runs, _ = read(tmp_path)
    assert len({run.group for run in runs}) == 2


def test_cleanrls_table_of_hyperparameters_is_a_config(tmp_path):
    """Two settings of three seeds, whose names only differ in when they began."""
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
    from tensorboard.compat.proto.tensor_pb2 import TensorProto
    from tensorboard.summary.writer.event_file_writer import EventFileWriter
    for number, (lr, seed) in enumerate((lr, seed) for lr in ("0.1", "2.5e-4") for seed in (1, 2, 3)):
        writer = EventFileWriter(str(tmp_path / f"CartPole-v1__ppo__{seed}__170000{number}000"))
        text = f"|param|value|\n|-|-|\n|env_id|CartPole-v1|\n|learning_rate|{lr}|\n|seed|{seed}|\n|cuda|True|"
        metadata = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="text"))
        table = Summary.Value(tag="hyperparameters/text_summary", metadata=metadata, tensor=TensorProto(
            dtype="DT_STRING", string_val=[text.encode()]))
        writer.add_event(Event(wall_time=1.0, step=0, summary=Summary(value=[table])))
        for step in (1, 2):
            point = Summary.Value(tag="losses/value_loss", simple_value=step)
            writer.add_event(Event(wall_time=1.0 + step, step=step, summary=Summary(value=[point])))
        writer.close()
    runs, problems = read(tmp_path)
    assert not problems and grouping.line(runs) == "6 runs in 2 groups (learning_rate; seeds 1-3)"
    assert runs[0].config == {"env_id": "CartPole-v1", "learning_rate": 0.1, "seed": 1, "cuda": True}


# Monitor files

def test_monitor_files_of_one_folder_are_a_run_each_but_for_numbered_ones(tmp_path, capsys):
    """N1"""
    (tmp_path / "runs").mkdir()
    for lr in ("0.1", "0.01"):
        for seed in (0, 1):
            (tmp_path / "runs" / f"ppo_lr{lr}_s{seed}.monitor.csv").write_text(MONITOR % ', "env_id": "CartPole-v1"')
    said, index = shown(tmp_path / "runs", capsys)
    assert said[0] == "4 runs in 2 groups (lr; seeds 0-1)" and index["groups"] == ["lr=0.01", "lr=0.1"]
    runs, _ = read(tmp_path)
    assert [points(run, "monitor/episode_return") for run in runs] == [[(10, 10), (40, 30)]] * 4


@pytest.mark.parametrize("training, evaluation", [
    ("monitor.csv", "eval.monitor.csv"), ("0.monitor.csv", "eval_0.monitor.csv"), ("monitor.csv", "test.monitor.csv"),
    ("ppo_s0.monitor.csv", "ppo_s0_eval.monitor.csv"), ("ppo.monitor.csv", "eval_ppo.monitor.csv")])
def test_episodes_of_an_evaluation_are_metrics_of_their_own(tmp_path, training, evaluation):
    """G5"""
    (tmp_path / training).write_text(MONITOR % "")
    (tmp_path / evaluation).write_text(MONITOR.replace("30.0,30", "500.0,70") % "")
    (run,), problems = read(tmp_path)
    assert points(run, "monitor/episode_return") == [(10, 10), (40, 30)] and not problems
    assert points(run, "eval/episode_return") == [(10, 10), (80, 500)]


def test_an_environment_that_a_monitor_names_parts_runs_of_one_name(tmp_path):
    for number, env in enumerate(("Ant-v4", "Hopper-v4") * 2):
        write_tables(tmp_path, f"PPO_{number}")
        (tmp_path / f"PPO_{number}" / "monitor.csv").write_text(MONITOR % f', "env_id": "{env}"')
    runs, _ = read(tmp_path)
    assert len({run.group for run in runs}) == 2


def test_several_monitors_beside_one_table_stay_runs(tmp_path):
    write_tables(tmp_path, ".")
    for name in ("a", "b"):
        (tmp_path / f"{name}.monitor.csv").write_text(MONITOR % "")
    runs, _ = read(tmp_path)
    assert len(runs) == 3
