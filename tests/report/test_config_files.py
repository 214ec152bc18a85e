"""Configs that lie beside the files of a run: scripts/runs/config_files.py and the YAML that it reads."""
import json
import random

import pytest
from framework_files import events
from report_runs import read, write_spinningup

from scripts.runs.groups import grouping
from scripts.runs.parsing import config_yaml

CSV = "total_timesteps,loss\n1,1\n2,2\n"
HYDRA = "seed: %d\noptim:\n  lr: %s  # of Adam\n  betas: [0.9, 0.999]\nenv: {name: Ant}\nout: ${hydra:run.dir}\n"
ZOO = "!!python/object/apply:collections.OrderedDict\n- - - algo\n    - ppo\n  - - lr\n    - %s\n  - - seed\n    - %d\n"
ISAAC = "seed: %d\ndevice: cuda:%d\npolicy:\n  class_name: ActorCritic\n  dims:\n  - 32\n  - 32\nlr: %s\n"


def write(folder, name, text):
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)


@pytest.mark.parametrize("layout, beside, text", [
    ("multirun/2024-01-01/10-00-00/{n}", ".hydra/config.yaml", lambda seed, lr: HYDRA % (seed, lr)),
    ("outputs/2024-01-01/10-00-0{n}/logs", "../.hydra/config.yaml", lambda seed, lr: HYDRA % (seed, lr)),
    ("logs/rsl_rl/cartpole/2024-01-0{n}_10-00-00_run", "params/agent.yaml", lambda seed, lr: ISAAC % (seed, seed, lr)),
    ("sacred/{n}", "config.json", lambda seed, lr: json.dumps({"seed": seed, "lr": lr})),
    ("ppo/Ant-v4_{n}", "Ant-v4/args.yml", lambda seed, lr: ZOO % (lr, seed)),
    ("PPO/PPO_Ant_1f2e3_0000{n}_{n}_2024-01-01_10-00-00", "params.json",
     lambda seed, lr: json.dumps({"lr": lr, "env_config": {"seed": seed}})),
    ("lightning_logs/version_{n}", "hparams.yaml", lambda seed, lr: "lr: %s\nseed: %d\n" % (lr, seed)),
    ("results/ppo_{n}", "configuration.yaml", lambda seed, lr: (  # of ML-Agents
        "behaviors:\n  Ball:\n    hyperparameters:\n      lr: %s\nenv_settings:\n  seed: %s\n" % (lr, seed))),
    ("rlkit/run_2024_01_01_10_00_00_000{n}--s-{n}", "variant.json",
     lambda seed, lr: json.dumps({"algorithm_kwargs": {"lr": lr}, "seed": seed})),
])
def test_runs_whose_paths_tell_no_setting_are_grouped_by_the_config_beside_them(tmp_path, layout, beside, text):
    """Two settings of three seeds, in turns."""
    for n in range(6):
        folder = tmp_path / "runs" / layout.format(n=n + 1)
        write(folder, "progress.csv", CSV)
        write(folder, beside, text(n // 2, (0.1, 0.01)[n % 2]))
    runs, problems = read(tmp_path / "runs")
    assert grouping.line(runs).startswith("6 runs in 2 groups (") and "lr; seeds 0-2)" in grouping.line(runs)
    assert sorted({run.group.partition(" ")[2] for run in runs}) == ["lr=0.01", "lr=0.1"] and not problems


@pytest.mark.parametrize("name", ["params.json", "hparams.json", "config.json"])
def test_no_place_in_memory_tells_two_runs_apart(tmp_path, name):
    for seed in range(3):
        write(tmp_path, "ppo_%d/progress.csv" % seed, CSV)
        write(tmp_path, "ppo_%d/%s" % (seed, name), json.dumps(
            {"seed": seed, "act": {"fn": "<function relu at 0x7f%x>" % seed}, "env": "<Box object at 0x%x>" % seed}))
    runs, _ = read(tmp_path)
    assert len(runs) == 3 and len(set(grouping.of(runs).of)) == 1 and runs[0].config["act/fn"] == "relu"


def test_a_config_without_end_or_a_text_without_end_is_read(tmp_path):
    write(tmp_path, "ppo_0/progress.csv", CSV)
    write(tmp_path, "ppo_0/params.json",
          '{"lr": 0.5, "deep": %s1%s, "long": "%s"}' % ("[" * 900, "]" * 900, "<a." * 9**5))
    (run,), problems = read(tmp_path)
    assert run.config["lr"] == 0.5 and not problems


def test_a_file_that_is_too_large_for_a_config_is_named(tmp_path):
    """It was skipped without a message."""
    write(tmp_path / "runs", "progress.csv", CSV)
    write(tmp_path / "runs", "config.json", '{"lr": 1, "more": "%s"}' % ("x" * 1_000_000))
    (run,), (problem,) = read(tmp_path / "runs")
    assert run.config == {} and problem.what == "too large for a config (over 1 MB); the run is shown without it"


def test_a_config_above_several_runs_is_none_of_theirs(tmp_path):
    for n in (1, 2):
        write(tmp_path / "runs" / f"2024-01-0{n}", "progress.csv", CSV)
    write(tmp_path / "runs", "config.json", '{"lr": 0.1}')
    runs, _ = read(tmp_path / "runs")
    assert [run.config for run in runs] == [{}, {}]


def test_what_is_no_config_is_named_and_the_run_is_shown(tmp_path):
    write(tmp_path / "runs" / "a", "progress.csv", CSV)
    write(tmp_path / "runs" / "a", "config.yaml", "lr: 0.1\n  odd: [\n- x\n")
    (run,), problems = read(tmp_path / "runs")
    assert run.config == {} and len(problems) == 1 and "no config (" in problems[0].what


def test_a_broken_config_that_its_reader_knows_is_named_once(tmp_path):
    write_spinningup(tmp_path / "runs")
    write(tmp_path / "runs", "config.json", "{")
    runs, problems = read(tmp_path / "runs")
    assert len(runs) == 1 and len(problems) == 1


def test_rl_zoos_arguments_and_hyper_parameters_are_read_together(tmp_path):
    """Of which the latter are in no `args.yml`: runs of two batch sizes were seeds of one."""
    for number, batch in enumerate((256, 256, 64), 1):
        run = "logs/ppo/CartPole-v1_%d" % number
        write(tmp_path / run, "progress.csv", CSV)
        write(tmp_path / run, "CartPole-v1/args.yml",
              "!!python/object/apply:collections.OrderedDict\n- - - algo\n    - ppo\n  - - seed\n    - %d\n" % number)
        write(tmp_path / run, "CartPole-v1/config.yml",
              "!!python/object/apply:collections.OrderedDict\n- - - batch_size\n    - %d\n" % batch)
    runs, _ = read(tmp_path / "logs")
    assert sorted((run.config["seed"], run.config["batch_size"]) for run in runs) == [(1, 256), (2, 256), (3, 64)]


def test_a_token_in_such_a_file_is_masked(tmp_path):
    write(tmp_path / "runs" / "a", "progress.csv", CSV)
    write(tmp_path / "runs" / "a", "config.yaml", "api_token: s3cr3t-abcdefghijkl1234\nlr: 1e-3\n")
    (run,), _ = read(tmp_path / "runs")
    assert run.config["lr"] == 0.001 and "s3cr3t" not in str(run.config)


@pytest.mark.parametrize("text, found", [
    ("", None), ("a: 1", {"a": 1}), ("a: 1e-3\nb: .5\nc: -2\nd: 1.0", {"a": 0.001, "b": 0.5, "c": -2, "d": 1.0}),
    ("a:\n  b:\n    c: x y # no\n    f: 1  # one\n  d: true\ne: null",
     {"a": {"b": {"c": "x y", "f": 1}, "d": True}, "e": None}),
    ("a:\n- 1\n- b: 2\n  c: [x, 3]\n- - 4\n  - 5", {"a": [1, {"b": 2, "c": ["x", 3]}, [4, 5]]}),
    ("a: 'it''s: #1'\nb: \"c: d\"\n\"e f\": 1", {"a": "it's: #1", "b": "c: d", "e f": 1}),
    ("a: |\n  one\n  two\nb: long\n  text", {"a": "one\ntwo\n", "b": "long text"}),
    ("---\na: !!python/tuple\n- 1\n- 2\nb: &id001 {}\nc: []\n---\nd: 1", {"a": [1, 2], "b": {}, "c": []}),
    ("- a\n- b", ["a", "b"]), ("a: http://x:80/y", {"a": "http://x:80/y"}),
    ("a: \"one\n  two\"", {"a": "one two"}), ("\ta: 1", ValueError), ("a: 1\n b: 2\n c", ValueError),
    ("{\"a\": [1, {\"b\": null}]}", {"a": [1, {"b": None}]}),
])
def test_yaml(text, found):
    if found is ValueError:
        with pytest.raises(ValueError):
            config_yaml.load(text)
    else:
        assert config_yaml.load(text) == found


@pytest.mark.parametrize("text", [
    "2.0.1", "10.0.0.1", "0.21.0rc1", "3.5m", "1.5 million", "2024.01.02", "1e-3x", "1e5_run", ".5.", "2021-13-40",
    "53e6b9a5a9f846dca2fed76997a35fe4", "12345678e123456789", "1e400"])
def test_a_text_that_begins_like_a_number_is_a_text_and_costs_no_other_entry(text):
    """A version, an address, a commit, the id of a run of MLflow: they made the whole file "no config"."""
    assert config_yaml.load(f"lr: 1e-3\nodd: {text}\nl: [{text}, 2]") == {"lr": 1e-3, "odd": text, "l": [text, 2]}


@pytest.mark.parametrize("tag", ["int", "float", "timestamp", "binary", "bool", "map", "seq", "set", "omap", "pairs"])
@pytest.mark.parametrize("text, found", [("x", "x"), ("", ""), ("maybe", "maybe")])
def test_a_scalar_that_is_not_what_its_tag_says_is_its_text(tag, text, found):
    """``!!bool maybe``, and an empty ``!!int``, ended the whole report."""
    assert config_yaml.load(f"b: 1\na: !!{tag} {text}") in ({"b": 1, "a": found}, {"b": 1, "a": b""})


@pytest.mark.parametrize("tag", ["int", "float", "timestamp", "binary", "bool", "null", "str"])
def test_a_list_or_a_dict_that_is_said_to_be_a_scalar_is_what_it_is(tag):
    assert config_yaml.load(f"a: !!{tag} [1]\nb: !!{tag} {{c: 2}}\nd: 3") == {"a": [1], "b": {"c": 2}, "d": 3}


@pytest.mark.parametrize("value, found", [
    ("!!python/name:torch.nn.modules.activation.ReLU ''", "ReLU"), ("!!python/name:builtins.len ''", "len"),
    ("!!python/object/apply:numpy._core.multiarray.scalar\n- &id001 !!python/object/apply:numpy.dtype\n"
     "  args:\n  - f8\n  - false\n  - true\n- !!binary |\n  /Knx0k1iUD8=\n", 0.001),
    ("!!python/object/apply:numpy.core.multiarray.scalar\n- !!python/object/apply:numpy.dtype\n"
     "  args: [i8, false, true]\n- !!binary AQAAAAAAIAA=\n", 2**53 + 1),
    ("!!python/object/apply:numpy.core.multiarray.scalar\n- x\n- !!binary AQ==\n", ["x", b"\1"]),
    ("!!python/object/apply:numpy.core.multiarray.scalar []", [])])
def test_what_pyyaml_writes_of_classes_and_numpys_numbers(value, found):
    """A class was an empty text, so that runs of two activation functions were one group; a number its bytes. Kind: a
    value that comes out as another one (G)."""
    assert config_yaml.load(f"a: {value}\nb: 1") == {"a": found, "b": 1}


@pytest.mark.parametrize("dims, found", [("!!python/tuple [64]", "1e5"), ("[64]", 1e5)])
def test_what_pyyaml_leaves_bare_is_a_text_where_it_wrote_the_file(tmp_path, dims, found):
    """Of RL Zoo, Lightning and Isaac Lab: a name ``1e5`` was a number; a person means one."""
    write(tmp_path / "runs", "progress.csv", CSV)
    write(tmp_path / "runs", "config.yaml", f"dims: {dims}\nodd: 1e5\nlr: 1.0e-05\n")
    (run,), _ = read(tmp_path / "runs")
    assert run.config == {"dims": "[64]", "odd": found, "lr": 1e-5}


def test_keys_are_names():
    """A tuple as a key cost the whole file."""
    text = "1e5: 1\n007: 2\n~: 3\nyes: 4\n? !!python/tuple [0, a]\n: 5\n<<: 6\n{b: 1}: {<<: {c: 7}}"
    assert config_yaml.load(text) == {
        "1e5": 1, "007": 2, "~": 3, "yes": 4, "(0, a)": 5, "<<": 6, "{b: 1}": {"c": 7}}


def test_a_bomb_of_anchors_is_refused_in_a_key_too():
    levels = "".join("a%d: &a%d [%s]\n" % (n, n, ", ".join(["*a%d" % (n - 1)] * 9)) for n in range(1, 11))
    *_, key = config_yaml.load("a0: &a0 [x]\n" + levels + "? [*a10]\n: 1\n")
    assert len(key) < 1000


@pytest.mark.parametrize("name, text", [
    ("config.json", '{"lr": 0.5, "who": "\u00fc"}'), ("config.yaml", "lr: 0.5\nwho: \u00fc")])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_a_config_in_another_encoding_is_read(tmp_path, name, text, encoding):
    """As Windows writes them: the whole file was no config, or its letters were gone."""
    write(tmp_path / "runs", "progress.csv", CSV)
    (tmp_path / "runs" / name).write_bytes(text.encode(encoding))
    (run,), problems = read(tmp_path / "runs")
    assert run.config == {"lr": 0.5, "who": "\u00fc"}
    assert [problem.what.partition(" at")[0] for problem in problems] == ["not UTF-8"] * (encoding == "latin-1")


def test_no_scalar_costs_the_entry_before_it():
    source = random.Random(0)
    for _ in range(3000):
        scalar = source.choice("0123.a") + "".join(source.choice("0123456789.eE-+_:xabcinf") for _ in range(7)) + "0"
        found = config_yaml.load(f"lr: 0.5\na: {scalar}")
        assert found["lr"] == 0.5 and found["a"] is not None


def test_any_text_is_yaml_or_a_valueerror():
    source = random.Random(0)
    for _ in range(1000):
        text = "".join(source.choice("a: -[]{}#\n  '\"!&|>1.\t") for _ in range(60))
        try:
            config_yaml.load(text)
        except ValueError:
            pass
    with pytest.raises(ValueError):
        config_yaml.load("- " * 5000 + "a")


def test_a_folder_below_a_runs_own_is_a_part_of_it(tmp_path):
    """OmniSafe's: `progress.csv` with `config.json`, and the event files in `tb`, while these are too few to tell that
    they are of one training. Neither had a config."""
    for seed in (0, 5):
        run = "PPOLag-{SafetyPointGoal1-v0}/seed-00%d-2026-11-29-04-47-23" % seed
        write(tmp_path / "runs", f"{run}/progress.csv", "Metrics/EpRet,TotalEnvSteps\n0.5,100\n0.25,200\n")
        write(tmp_path / "runs", f"{run}/config.json", json.dumps({"seed": seed, "algo_cfgs": {"lr": 0.1}}))
        events(tmp_path / "runs" / run / "tb", [(1, 0.5), (2, 0.25)])
    runs, problems = read(tmp_path / "runs")
    assert not problems and len(runs) == 4
    assert sorted((run.config["seed"], run.config["algo_cfgs/lr"]) for run in runs) == 2 * [(0, 0.1)] + 2 * [(5, 0.1)]


def test_the_parameters_of_isaac_lab_are_called_as_in_our_journals(tmp_path):
    """Runs from before and after `install` were two groups, for ``lr`` in one was ``agent/lr`` in the other. Kind: what
    is read beside a run has one name, whoever reads it."""
    for name in ("agent", "env"):
        write(tmp_path, f"runs/a/params/{name}.yaml", "seed: 1\nlr: 0.1\nsize: !!python/tuple\n- 1\n- 2\n")
    events(tmp_path / "runs/a", [(0, 1.0)])
    (run,), _ = read(tmp_path / "runs")
    assert set(run.config) == {f"{name}/{key}" for name in ("agent", "env") for key in ("seed", "lr", "size")}
