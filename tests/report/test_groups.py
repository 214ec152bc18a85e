"""scripts/runs/groups/rules.py: which runs are one group, and what groups are called; from paths and configs alone.

Each layout is a row: what was named holds these folders, each with the files of one run.
"""
import itertools
import random

import pytest

from scripts.runs.groups import names_in_paths, telling
from scripts.runs.groups.rules import Known, grouped, grouped_by

ENVS = ["CartPole-v1", "Acrobot-v1"]
ALONE = "only dates and ids tell some runs apart"


def spread(*parts):
    """Texts joined, for every choice of those that are lists."""
    found = itertools.product(*([part] if isinstance(part, str) else part for part in parts))
    return ["".join(map(str, one)) for one in found]


def told(paths, config=lambda place, path: {}):
    """(the line, {label: its paths})"""
    runs = [Known(path.split("/")[-1], tuple(path.split("/")), config(place, path)) for place, path in enumerate(paths)]
    found = grouped(runs)
    keys, labels = telling.telling(found.facets, found.bases)
    return telling.line(found, keys), labels, [[paths[run] for run in members] for members in found.members()]


# G: the layouts of the cases

@pytest.mark.parametrize("paths, line, labels", [
    (spread(["CartPole", "Ant"], "/seed_", [1, 2, 3]),  # G1
     "6 runs in 2 groups (env; seeds 1-3)", ["CartPole", "Ant"]),
    (spread(["CartPole", "Ant"], "/PPO_", [1, 2]),  # G2
     "4 runs in 2 groups (env; seeds assumed)", ["CartPole", "Ant"]),
    (spread("ppo_lr_", ["0.001", "0.0003", "0.01"]),  # G3
     "3 runs in 3 groups (lr)", ["lr=0.001", "lr=0.0003", "lr=0.01"]),
    (spread("net_", [64, 128, 256]), "3 runs in 3 groups (net)", ["net=64", "net=128", "net=256"]),
    (spread("gamma", ["0.9", "0.99"]), "2 runs in 2 groups (gamma)", ["gamma=0.9", "gamma=0.99"]),
    (spread("CartPole-v1_", [1, 2]), "2 runs in 1 group (seeds assumed)", ["CartPole-v1"]),  # G4
])
def test_the_cases(paths, line, labels):
    assert told(paths)[:2] == (line, labels)


# Layouts of frameworks and of people: two tasks or settings, three seeds each

LAYOUTS = {
    "RL Zoo": (spread("ppo/", ENVS, "_", [1, 2, 3]), "(env; seeds assumed)", ENVS),
    "SpinningUp's grid": (spread("cmd_ppo_pytorch_env", ["cartpole-v1", "acrobot-v1"], "_hid64/s", [0, 10, 20]),
                          "(env; seeds 0, 10, 20)", ["cartpole-v1", "acrobot-v1"]),
    "CleanRL": ([f"{env}__ppo__{seed}__17000{place}{seed}000" for place, env in enumerate(ENVS) for seed in (1, 2, 3)],
                "(env; seeds assumed)", ENVS),
    "Ray, seeds in the name": (
        [f"PPO/PPO_CartPole-v1_1f2e3_0000{n}_{n}_lr={lr},seed={n % 3}_2024-01-01_10-00-0{n}"
         for n, lr in enumerate([0.1] * 3 + [0.01] * 3)], "(lr; seeds 0-2)", ["lr=0.1", "lr=0.01"]),
    "OfflineRL-Kit": ([f"hopper/mopo&rollout_freq={freq}/seed_{seed}&timestamp_26-1128-22031{seed}"
                       for freq in (250, 1000) for seed in range(3)],
                      "(rollout_freq; seeds 0-2)", ["rollout_freq=250", "rollout_freq=1000"]),
    "sacred, no config": (spread("runs/", range(1, 7)), "(seeds assumed)", ["runs"]),
    "key=value": (spread("seed=", range(3), ",lr=", ["0.1", "0.01"]), "(lr; seeds 0-2)", ["lr=0.1", "lr=0.01"]),
    "exp/env/algo/seed": (spread("exp1/", ENVS, "/", ["ppo", "sac"], "/", range(3)), "(algo, env; seeds assumed)",
                          ["ppo CartPole-v1", "sac CartPole-v1", "ppo Acrobot-v1", "sac Acrobot-v1"]),
    "algo/env/s0/logs": (spread(["ppo", "sac"], "/", ENVS, "/s", range(3), "/logs"), "(algo, env; seeds 0-2)",
                         ["ppo CartPole-v1", "ppo Acrobot-v1", "sac CartPole-v1", "sac Acrobot-v1"]),
    "OmniSafe": ([f"PPOLag-{{{env}}}/seed-00{seed}-2024-01-01-10-00-0{seed}"
                  for env in ("SafetyPointGoal1-v0", "SafetyCarGoal1-v0") for seed in range(3)],
                 "(env; seeds 0-2)", ["SafetyPointGoal1-v0", "SafetyCarGoal1-v0"]),
    "SpinningUp": (spread(["ppo/exp", "sac/exp"], "_s", [0, 10, 20]), "(algo; seeds 0, 10, 20)", ["ppo", "sac"]),
    "SpinningUp, dated": ([f"2024-01-01_{name}/2024-01-01_10-00-0{seed}-{name}_s{seed}"
                           for name in ("wide", "deep") for seed in range(3)], "(path1; seeds 0-2)", ["wide", "deep"]),
    "PPO_1 of three scripts": (spread(list("abc"), "/PPO_", [1, 2, 3]), "(path1; seeds assumed)", ["a", "b", "c"]),
    "Ant-v4 beside Ant-v5": (spread("Ant-v", ["4", "5"], "/seed_", range(3)), "(env; seeds 0-2)", ["Ant-v4", "Ant-v5"]),
    "Ant-v4_0": (spread("Ant-v", ["4", "5"], "_", range(3)), "(env; seeds assumed)", ["Ant-v4", "Ant-v5"]),
    "task_0..9": (spread("task_", range(10)), "(task)", [f"task={n}" for n in range(10)]),
    "task_0..9 with seeds": (spread("task_", range(10), "/", range(3)), "(task; seeds assumed)",
                             [f"task={n}" for n in range(10)]),
    "depth_2/4/8": (spread("depth_", [2, 4, 8], "/seed_", range(3)), "(depth; seeds 0-2)",
                    ["depth=2", "depth=4", "depth=8"]),
    "depth/2": (spread("depth/", [2, 4, 8], "/", range(3)), "(depth; seeds assumed)",
                ["depth=2", "depth=4", "depth=8"]),
    "lr1e-3": (spread("lr1e-", [3, 4], "_s", range(3)), "(lr; seeds 0-2)", ["lr=1e-3", "lr=1e-4"]),
    "net_64": (spread("net_", [64, 128, 256], "/", range(3)), "(net; seeds assumed)",
               ["net=64", "net=128", "net=256"]),
    # ten and more of our own
    "bare powers of two": (spread("sac_", [64, 128, 256], "_", range(3)), "(path1; seeds assumed)",
                           ["sac_64", "sac_128", "sac_256"]),
    "small powers of two": (spread("ppo_", [1, 2, 4]), "(path1)", ["ppo_1", "ppo_2", "ppo_4"]),
    "years": (spread("data_", [2021, 2022, 2023]), "(path1)", ["data_2021", "data_2022", "data_2023"]),
    "the last of two that count up": (spread("a_", [1, 2], "/", [0, 1]), "(path1; seeds assumed)", ["a_1", "a_2"]),
    "some that say their seed": (["PPO_1", "PPO_2", "PPO_1_seed_0", "PPO_1_seed_1"], None, ["PPO", "PPO_1"]),
    "bare numbers that do not count up": (spread("ppo_", [10, 20, 30]), "(path1)", ["ppo_10", "ppo_20", "ppo_30"]),
    "tianshou": ([f"{env}/dqn/{seed}/24010{seed + 1}-100000" for env in ENVS for seed in range(3)],
                 "(env; seeds assumed)", ENVS),
    "rlkit": ([f"{name}/{name}_2018_01_01_10_00_0{seed}_000{seed}--s-{seed}"
               for name in ("sac-ant", "sac-hopper") for seed in range(3)], "(env; seeds 0-2)", ["ant", "hopper"]),
    "SummaryWriter's comment": (
        [f"Jan0{seed}_12-00-00_host_lr_{lr}_s{seed}" for lr in (0.1, 0.2) for seed in (1, 2, 3)],
        "(lr; seeds 1-3)", ["lr=0.1", "lr=0.2"]),
    "folds": (spread("fold_", range(3), "/seed_", range(3)), "(fold; seeds 0-2)", ["fold=0", "fold=1", "fold=2"]),
    "the seed in the middle": (spread(["ppo", "sac"], "/", range(3), "/", ENVS), "(algo, env; seeds assumed)",
                               ["ppo CartPole-v1", "ppo Acrobot-v1", "sac CartPole-v1", "sac Acrobot-v1"]),
    "an array of SLURM's": (spread("12345678_", range(3)), "(seeds assumed)", ["12345678"]),
    "copies of a file manager": (spread("run (", [1, 2, 3], ")"), "(seeds assumed)", ["run"]),
    "two numbers that count together": ([f"{n}/PPO_{n}" for n in (1, 2, 3)], "(seeds assumed)", ["PPO"]),
    "a number that is always the same": ([f"{n}/PPO_1" for n in (1, 2, 3)], "(seeds assumed)", ["PPO_1"]),
    "two grids of numbers": (spread("", range(3), "/sac_", [64, 256]), "(path2; seeds assumed)", ["sac_64", "sac_256"]),
    "a setting that counts up": (spread("frames_", [2, 3, 4]), "(frames)", ["frames=2", "frames=3", "frames=4"]),
    "levels": (spread("level", [1, 2], "-", [1, 2]), None, ["level1=1", "level1=2", "level2=1", "level2=2"]),
    "words that end in their number": (spread("agent", [1, 2, 3], "_", range(3)), "(path1; seeds assumed)",
                                       ["agent1", "agent2", "agent3"]),
    "bs32": (spread("lr1e-3_bs", [32, 64], "_", range(3)), "(path1; seeds assumed)", ["bs32", "bs64"]),
    "k5/0": (spread("k", [5, 10], "/", range(3)), "(path1; seeds assumed)", ["k5", "k10"]),
    "v2": (spread("Ant_v", [2, 4], "_", range(3)), "(path1; seeds assumed)", ["v2", "v4"]),
    "seeds and runs": (spread("seed_", [0, 1], "/run_", [1, 2]), None, ["runs"]),
    "3_layers": (spread("", [1, 2, 3], "_layers_", range(3)), "(layers; seeds assumed)",
                 ["layers=1", "layers=2", "layers=3"]),
    "numbers behind a point": (spread(["x", "y"], ".", range(3)), "(path1; seeds assumed)", ["x", "y"]),
    "lr/0.1": (spread("lr/", ["0.1", "0.01"], "/", range(3)), "(lr; seeds assumed)", ["lr=0.1", "lr=0.01"]),
    "words": (["baseline", "mine"], "(path1)", ["baseline", "mine"]),
    "seed/0": (spread(["a", "b"], "/seed/", range(3)), "(path1; seeds 0-2)", ["a", "b"]),
    "a batch run a second time": ([f"2024-01-0{day}_exp/2024-01-0{day}_10-00-00-exp_s{seed}"
                                   for day in (1, 2) for seed in range(3)], "(seeds 0-2)", ["exp", "exp"]),
    "RL Games, seeds in the name": ([f"{env}_seed{seed}_0{seed + 1}-12-00-00" for env in ("Ant", "Cartpole")
                                     for seed in range(3)], "(env; seeds 0-2)", ["Ant", "Cartpole"]),
    "grid names of SpinningUp": (spread("ppo-bench_hid", ["32-32", "64-64"], "_rel_s", [0, 10, 20]),
                                 "(path1; seeds 0, 10, 20)", ["bench_hid32-32_rel", "bench_hid64-64_rel"]),
    "the number first": (spread(range(1, 4), "_", ["ppo", "sac"]), "(algo; seeds assumed)", ["ppo", "sac"]),
    "a table below each seed": (spread("seed_", range(3), "/", ["PPO_1", "PPO_2"]), "(path2; seeds 0-2)",
                                ["PPO_1", "PPO_2"]),
    "versions of a method": (spread("ppo_v", [1, 2], "/", range(3)), "(path1; seeds assumed)", ["v1", "v2"]),
    "experiments": (spread("exp", [1, 2, 3], "/seed", range(3)), "(path1; seeds 0-2)", ["exp1", "exp2", "exp3"]),
    "steps as 1e6": (spread("ppo_", ["1e6", "2e6"], "_", range(3)), None, ["ppo_1e6", "ppo_2e6"]),
    "symbols": (spread(["ppo", "ppo+", "ppo*"], "_s", range(3)), None, ["ppo", "ppo+", "ppo*"]),
    "percents": (spread("gamma_", [95, 99], "_seed_", range(3)), "(gamma; seeds 0-2)", ["gamma=95", "gamma=99"]),
    "a run that is missing": (spread("ppo/", [1, 2, 3, 5]), "(seeds assumed)", ["ppo"]),
    "large seeds by name": (spread(["a", "b"], "_seed", [1234567, 42, 7]), "(path1; seeds 7, 42, 1234567)", ["a", "b"]),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_layouts(name):
    paths, line, labels = LAYOUTS[name]
    said, found, members = told(paths)
    assert found == labels
    assert line is None or said.endswith(f"{len(labels)} group{'s' * (len(labels) > 1)} {line}"), said
    assert len({len(one) for one in members}) == 1  # as many seeds in each


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_order_in_which_runs_are_found_changes_no_group(name):
    paths, _, _ = LAYOUTS[name]
    shuffled = random.Random(0).sample(paths, len(paths))
    assert sorted(map(sorted, told(shuffled)[2])) == sorted(map(sorted, told(paths)[2]))


@pytest.mark.parametrize("paths", [
    [f"2024-01-0{day}/10-00-0{n}" for day in (1, 2) for n in range(3)],  # Hydra's outputs
    [f"2024-01-01/10-00-00/{n}" for n in range(6)],  # its jobs
    [f"rsl_rl/{task}/2024-01-0{day}_10-00-00_run" for task in ("cartpole", "ant") for day in (1, 2, 3)],  # Isaac Lab
    [f"PPO_CartPole-v1_1f2e3_0000{n}_{n}_2024-01-01_10-00-0{n}" for n in range(3)],  # Ray
    [f"run-2024010{n}_100000-1a2b3c4{n}/files" for n in (1, 2, 3)],  # W&B
    [f"Jan0{n}_12-00-00_host" for n in (1, 2, 3)],  # SummaryWriter
    [f"CartPole-v1__ppo__{seed}__17000{n}{seed}000" for n in (1, 2) for seed in (1, 2, 3)],  # CleanRL, two batches
    spread("trial_", range(4)), spread("lightning_logs/version_", range(3)),
    [f"TD3-BC-hopper-medium-v2-1a2b3c4{n}" for n in range(3)],
    [f"24-01-3{n}_10-00-00-123456_PPO" for n in range(2)],  # skrl
    [f"Ant_0{n}-12-00-00" for n in (1, 2, 3)], [f"CQL_2024010{n}100000" for n in (1, 2, 3)],
    [f"2024.01.01/10000{n}" for n in range(3)],
])
def test_runs_that_only_dates_and_ids_tell_apart_are_groups_of_their_own_and_that_is_said(paths):
    line, _, members = told(paths)
    assert len(members) == len(paths) and ALONE in line


# Configs

@pytest.mark.parametrize("paths", [
    [f"2024-01-0{n // 3 + 1}/10-00-0{n}" for n in range(6)], [f"2024-01-01/10-00-00/{n}" for n in range(6)],
    spread("runs/", range(1, 7)), [f"logs/2024-01-0{n + 1}_10-00-00_run" for n in range(6)],
    [f"PPO/PPO_CartPole-v1_1f2e3_0000{n}_{n}_2024-01-01_10-00-0{n}" for n in range(6)],
    [f"lightning_logs/version_{n}" for n in range(6)], [f"trial_{n}" for n in range(6)], ["12"] * 6,
])
def test_a_config_tells_what_such_paths_do_not(paths):
    """Two settings of three seeds, in whatever order; entries that say where and when are none."""
    line, labels, members = told(paths, lambda place, path: {
        "lr": [0.1, 0.01][place % 2], "seed": place // 2, "output_dir": path, "device": f"cuda:{place}",
        "uuid": str(place), "run_name": path, "port": 8000 + place, "args/outputDir": path, "tensorboard_log": path,
        "save_freq": place})
    assert line == "6 runs in 2 groups (lr; seeds 0-2)" and labels == ["lr=0.1", "lr=0.01"]
    assert [len(one) for one in members] == [3, 3]


@pytest.mark.parametrize("one, other, are_alike", [
    ({"lr": 0.1}, {"lr": 0.1}, True),
    ({"lr": 1}, {"lr": 1.0}, True),
    ({"lr": 0.1}, {"lr": 0.2}, False),
    ({"lr": 0.1, "env": "Ant-v4"}, {"lr": 0.1, "env": "Ant-v5"}, False),
    ({"lr": 0.1, "env_seed": 1}, {"lr": 0.1, "env_seed": 2}, True),
    ({"lr": 0.1, "note": "begun 2024-01-01"}, {"lr": 0.1, "note": "begun 2024-01-02"}, True),
    ({"lr": 0.1, "tag": "ppo_s0", "seed": 0}, {"lr": 0.1, "tag": "ppo_s1", "seed": 1}, True),
    ({"lr": 0.1, "support": 1}, {"lr": 0.1, "support": 2}, False),  # no port
    ({"lr": True}, {"lr": 1}, False),
])
def test_what_of_a_config_makes_another_group(one, other, are_alike):
    found = grouped([Known("ppo", (), one), Known("ppo", (), other)])
    assert (len(found.names) == 1) is are_alike


def test_a_monitors_environment_is_part_of_the_group_and_no_config():
    runs = [Known(f"PPO_{n}", (f"PPO_{n}",), {"env_id": env}) for n, env in enumerate(ENVS * 2)]
    found = grouped(runs)
    assert len(found.names) == 2 and telling.telling(found.facets, found.bases) == (["env"], ENVS)
    assert telling.line(found, ["env"]) == "4 runs in 2 groups (env; seeds assumed)"


def test_runs_of_one_name_and_config_are_one_group_wherever_they_lie_unless_a_seed_comes_twice():
    def count(paths, seeds, **config):
        runs = [Known("ppo", path, dict(config, lr=0.1, seed=seed)) for path, seed in zip(paths, seeds)]
        return len(grouped(runs).names)
    assert count([("node1",), ("node1",), ("node2",)], [0, 1, 2], env="Door") == 1
    assert count([("old", "a"), ("old", "b"), ("new", "a"), ("new", "b")], [0, 1, 0, 1], env="Door") == 2


def test_where_no_config_tells_the_environment_a_folder_may():
    """As of SpinningUp's, whose `env_fn` is a function."""
    runs = [Known("ppo", (task, f"s{seed}"), {"lr": 0.1, "seed": seed, "env_fn": "<lambda>"})
            for task, seeds in (("door", (0, 1)), ("kitchen", (2, 3))) for seed in seeds]
    found = grouped(runs)
    assert telling.telling(found.facets, found.bases) == (["path1"], ["door", "kitchen"])


# What a person names

def test_it_groups_by_what_it_is_told():
    runs = [Known(str(seed), (env, algo, str(seed)), {"lr": lr}, "spinup")
            for env in ENVS for algo in ("ppo", "sac") for seed, lr in ((0, 0.1), (1, 0.2))]

    def labels(*keys):
        found = grouped_by(runs, keys)
        return telling.telling(found.facets, found.bases)[1], [len(one) for one in found.members()]
    assert labels("env") == (ENVS, [4, 4])
    assert labels("algo", "env")[0] == ["ppo CartPole-v1", "sac CartPole-v1", "ppo Acrobot-v1", "sac Acrobot-v1"]
    assert labels("lr") == (["lr=0.1", "lr=0.2"], [4, 4])
    assert labels("path2") == (["ppo", "sac"], [4, 4])
    assert labels("path3") == (["0", "1"], [4, 4])
    assert labels("framework") == (["framework=spinup"], [8])
    assert labels()[1] == [1] * 8


# Names

@pytest.mark.parametrize("rule", names_in_paths.RULES, ids=lambda rule: rule.example)
def test_rules_fit_their_examples(rule):
    token, = names_in_paths.tokens(rule.example)
    assert token.kind == rule.kind


@pytest.mark.parametrize("name, cleaned", [
    ("CartPole-v1__ppo__1__1700000000", "CartPole-v1__ppo__1"), ("2024-01-01_10-00-00-exp_s10", "exp"),
    ("td3", "td3"), ("ppo2", "ppo2"), ("c51", "c51"), ("s3", ""), ("as3", "as3"),
    ("run-20240101_100000-1a2b3c4d", "run"), ("PPO_2024-04-01_12-00-00abc1d2ef", "PPO"),
    ("run_2024_01_01_10_00_00_0001--s-1", "run"), ("ppo-v2.1.0", "ppo-v2.1.0"), ("d\udcff_s1", "d\udcff"), ("", ""),
    ("ppo+_s1", "ppo+"), ("ppo*", "ppo*"), ("ppo+rnd", "ppo+rnd"), ("\u03b3_0.9_s1", "\u03b3_0.9"),
])
def test_a_name_without_its_seeds_and_dates(name, cleaned):
    kept = [token for token in names_in_paths.tokens(name)
            if token.kind not in (names_in_paths.SEED, names_in_paths.WHEN)]
    assert names_in_paths.joined(tuple(kept)) == cleaned


@pytest.mark.parametrize("name, group", [("PPO_1", "PPO"), ("ppo_s30", "ppo"), ("run-seed3", "run"),
                                         ("sac seed 4", "sac"),
                                         ("ppo2", "ppo2"), ("td3", "td3"), ("12", "12"), ("ppo_64", "ppo_64")])
def test_a_run_by_itself_is_named_without_its_seed_or_a_small_number(name, group):
    """So that a tracker gets the same group when more seeds come later."""
    assert grouped([Known(name, (name,))]).names == [group]


def test_a_long_name_is_cut_at_once():
    """What repeats takes no time that grows with its square."""
    for piece in ("a-", "1-", "a1", "ppo_", "2024-01-01", "=", "s1", "Ant-v", "0."):
        names_in_paths.tokens(piece * 10000)
    assert grouped([Known("a" * 5000 + end) for end in ("x", "y")]).names == ["a" * 5000 + end for end in ("x", "y")]


def labels_of(*configs, names=("a", "b", "c", "d")):
    """The labels of runs, one of each config, called 2024-01-01_10-00-00_<name>."""
    return told([f"2024-01-0{place + 1}_10-00-00_{name}" for place, (name, _) in enumerate(zip(names, configs))],
                lambda place, path: configs[place])[1]


def test_a_setting_that_the_name_and_the_config_have_is_in_a_label_once():
    """``lr=1e-3, learning_rate=0.001``: kind: what is said twice, by a short name and a long one."""
    configs = [{"algorithm/learning_rate": rate, "seed": 1} for rate in (0.001, 0.003)]
    assert labels_of(*configs, names=("lr1e-3", "lr3e-3")) == ["lr=1e-3", "lr=3e-3"]
    assert labels_of({"n_steps": 64, "batch_size": 64}, {"n_steps": 128, "batch_size": 128}, names="aa") == [
        "n_steps=64, batch_size=64", "n_steps=128, batch_size=128"]
    assert labels_of({"params/lr": 0.1, "lr": 0.1}, {"params/lr": 0.2, "lr": 0.2}, names="aa") == ["lr=0.1", "lr=0.2"]


def test_what_all_configs_have_alike_does_not_tell_them_from_a_run_without_one():
    """``num_steps_per_env=16`` was in every label of a folder that held an old run, too."""
    configs = [{"num_steps": 16, "gamma": 0.9, "tau": 1, "eps": 2, "lr": lr} for lr in (0.1, 0.2)]
    assert labels_of(*configs, {}, names=("x", "x", "old")) == ["lr=0.1", "lr=0.2", "old"]
    assert labels_of(configs[0], {}, names=("x", "old")) == ["x", "old"]
    told_apart = labels_of(configs[0], {}, configs[0], names=("x", "x", "Ant"))
    assert len(set(told_apart)) == 3


def test_no_word_is_in_a_label_twice():
    """``kill kill lr=1``: the folder stood for the environment that others name, and for itself."""
    paths = ["logs/cartpole/2024-01-01_10-00-00", "logs/kill/2024-01-01_10-00-00", "logs/other/2024-01-01_10-00-00"]
    assert told(paths)[1] == ["cartpole", "kill", "other"]


def test_a_setting_is_named_as_labels_name_it():
    """--group-by learning_rate, as the label ``learning_rate=0.1`` has it, for ``agent/algorithm/learning_rate``."""
    runs = [Known("a", (), {"agent/algorithm/lr": lr, "lr/of/critic": 1, "x/y/z_lr": 5}) for lr in (0.1, 0.1, 0.2)]
    assert grouped_by(runs, ["lr"]).names == ["lr=0.1", "lr=0.2"]
    assert grouped_by(runs, ["agent/algorithm/lr"]).of == grouped_by(runs, ["lr"]).of == [0, 0, 1]


@pytest.mark.parametrize("name, environment", [
    ("envcartpole-v0", "cartpole-v0"), ("ppo_envhopper-v4_s0", "hopper-v4"), ("env-CartPole-v1", "CartPole-v1"),
    ("environment-v1", "environment-v1"), ("envpool-v2", "envpool-v2"), ("envelope-v1", "envelope-v1"),
    ("envs-v1", "envs-v1")])
def test_env_in_front_of_a_task_is_no_part_of_its_name(name, environment):
    """As SpinningUp's grid writes it; a word that only begins so stays whole."""
    assert [one.value for one in names_in_paths.tokens(name) if one.kind == names_in_paths.ENVIRONMENT] == [environment]


@pytest.mark.parametrize("paths, seeds", [
    (["5", "2024-01-02-12"], [None, None]), (["2024-01-02_1", "1_2024-01-03", "2_2024-01-04"], ["1", "1", "2"]),
    (["3_1700000000", "1700000001_4", "5_1700000002"], ["3", "4", "5"]),
    (["a/1", "10-00-00-a/2", "a-10-00-01/3"], ["1", "2", "3"])])
def test_a_date_before_a_bare_number_hides_it_from_no_sibling(paths, seeds):
    """A folder ``5`` beside ``2024-01-02-12`` ended every command in a ValueError. Kind: siblings whose numbers stand
    at different places (cases G)."""
    for order in (paths, paths[::-1]):
        found = grouped([Known(path, tuple(path.split("/"))) for path in order])
        assert found.seeds == (seeds if order is paths else seeds[::-1])


def test_no_names_of_siblings_are_too_odd_to_be_grouped():
    source = random.Random(1)
    parts = ["1", "2", "07", "2024-01-02", "10-00-00", "1700000000", "53e6b9a", "s3", "seed", "lr", "0.5", "1e5", "ppo",
             "\u0663", "\u00b2", "x=", "", "Jan01_12-00-00", "CartPole-v1", "\ud800", "9" * 30]
    for _ in range(400):
        paths = [tuple("_".join(source.choices(parts, k=source.randint(1, 3))) for _ in range(2)) for _ in range(4)]
        found = grouped([Known(path[-1], path) for path in paths])
        assert len(found.of) == 4 and len(set(found.names)) == len(found.names)
