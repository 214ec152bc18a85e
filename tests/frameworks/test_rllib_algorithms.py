"""frameworks/rllib: algorithms that a script trains itself, not Tune, and not a worker of Ray."""
import sys
import types

import pytest
from small_trials import result
from trainings import journals, only_journal

from neptune_writer.frameworks.rllib.algorithms import write_result


class Algorithm:
    """What is read of Ray's, whose class is called as users see it."""

    def __init__(self, config, **more):
        self.config = config
        vars(self).update(more)


class Config:
    """Its config since 2.0."""

    def to_dict(self):
        return {"env": "CartPole-v1", "lr": 0.5}


def test_an_algorithm_is_a_run(folder, monkeypatch):
    monkeypatch.setenv("NEPTUNE_EXPERIMENT", "journal")
    algorithm = Algorithm(Config(), logdir="results/direct")
    before = dict(vars(algorithm))
    for iteration in (1, 2, 2, 3):  # restored in between
        write_result(algorithm, result(iteration))
    assert vars(algorithm) == before
    del algorithm
    run_ = only_journal("results/direct")
    assert run_.header["name"] == "Algorithm_CartPole-v1" and run_.configs[0] == {"env": "CartPole-v1", "lr": 0.5}
    assert [(row["step"], row.get("mark") == "checkpoint") for row in run_.rows] == [
        (100, False), (200, False), (200, True), (300, False)]
    assert run_.ended


class NoopLogger:
    """What Tune gives to those that it trains, up to Ray 2.54."""


SCRIPT, WORKER, LOCAL = range(3)


def in_mode(monkeypatch, mode, name="ray._private.worker"):
    module = types.ModuleType(name)
    vars(module).update(WORKER_MODE=WORKER, LOCAL_MODE=LOCAL, global_worker=types.SimpleNamespace(mode=mode))
    monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setenv("NEPTUNE_EXPERIMENT", "journal")


@pytest.mark.parametrize("more", [{"_storage": object()}, {"_result_logger": NoopLogger()}])
def test_one_that_tune_trains_in_the_driver_is_not_told_of_twice(folder, monkeypatch, more):
    in_mode(monkeypatch, LOCAL)
    write_result(Algorithm({}, **more), result(1))
    assert not journals(folder)


@pytest.mark.parametrize("has_local_mode", [True, False])  # as Rays before 2.60, and since
def test_one_that_shall_write_no_files_of_rays_is_a_run_all_the_same(folder, monkeypatch, has_local_mode):
    in_mode(monkeypatch, SCRIPT)
    if not has_local_mode:
        del sys.modules["ray._private.worker"].LOCAL_MODE
    write_result(Algorithm({}, _result_logger=NoopLogger()), result(1))
    assert len(only_journal(folder).rows) == 1


@pytest.mark.parametrize("name", ["ray.worker", "ray._private.worker"])
def test_a_worker_of_ray_opens_no_run(folder, monkeypatch, name):
    in_mode(monkeypatch, WORKER, name)
    write_result(Algorithm({"env": 3}), result(1))
    assert not journals(folder)
    in_mode(monkeypatch, SCRIPT, name)
    write_result(Algorithm({"env": 3}), result(1))
    assert only_journal(folder).header["name"] == "Algorithm"


def test_with_nothing_configured_an_algorithm_is_no_run(folder, warnings):
    write_result(Algorithm({}), result(1))
    assert not journals(folder) and warnings == []
