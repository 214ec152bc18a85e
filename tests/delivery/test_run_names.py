"""delivery/run_names: trackers get names that tell seeds apart (N5, N7)."""
import pytest
from small_deliveries import write

from neptune_writer.delivery import run_names

HEADER = {"format": 2, "t": 1000.0, "run": "r1", "name": "PPO-CartPole-v1", "group": "g", "tags": [], "argv": []}


def named(folder, name, *records):
    path = str(folder / "neptune-r1.jsonl")
    header = dict(HEADER, name=name)
    write(path, header, *records)
    return run_names.with_seed(header, path)["name"]


@pytest.mark.parametrize("config, name, expected", [
    ({"seed": 1}, "PPO-CartPole-v1", "PPO-CartPole-v1 seed 1"),
    ({"seed": 0}, "ppo", "ppo seed 0"),
    ({"args": {"seed": 3}, "env": {"deep": {"seed": 4}}}, "ppo", "ppo seed 3"),
    ({"random_seed": 12}, "ppo_s1", "ppo_s1 seed 12"),
    ({"seed": 1}, "ppo_s1", "ppo_s1"),
    ({"seed": 1}, "lr=0.1 seed 1", "lr=0.1 seed 1"),
    ({"seed": 2}, "sac/2", "sac/2"),
    ({"seed": None}, "ppo", "ppo"),
    ({"seed": True, "seeds": 3, "seed_env": 4}, "ppo", "ppo"),
    ({"seed": "***"}, "ppo", "ppo"),
    ({}, "ppo", "ppo"),
])
def test_a_seed_is_named_once(tmp_path, config, name, expected):
    assert named(tmp_path, name, {"t": 1.0, "config": config}) == expected


@pytest.mark.parametrize("record", [{"t": 1.0, "step": 0, "values": {"seed": 1}}, {"config": [1]}, {"config": 5}])
def test_what_is_no_config_names_nothing(tmp_path, record):
    assert named(tmp_path, "ppo", record, {"t": 1.0, "config": {"seed": 1}}) == "ppo"


def test_a_journal_of_one_line_or_none_names_nothing(tmp_path):
    assert named(tmp_path, "ppo") == "ppo"
    assert run_names.with_seed(HEADER, str(tmp_path / "gone")) == HEADER
