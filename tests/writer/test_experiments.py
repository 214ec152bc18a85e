"""neptune_writer.experiment.experiments and clients: what is an experiment, told by the names that classes define."""
import argparse
import functools

import numpy as np
import pytest
from small_experiments import Derived, Experiment, NoopObject, Run

from neptune_writer.experiment import clients, experiments, prerequisites


@pytest.mark.parametrize("value, name", [
    (NoopObject(), "offline object"),
    (Experiment(), "Neptune experiment"),
    (Derived(), "Neptune experiment"),
    (Run(), "Neptune run"),
], ids=lambda value: type(value).__name__)
def test_live_experiments_are_told_apart_without_asking_them(value, name):
    assert clients.of_live(value).name == name
    experiments.check(value)


@pytest.mark.parametrize("value", [
    None, True, 1, 1.5, "offline", b"", [], {}, set(), object(), len, lambda: None, Experiment, Run, np.float32(1),
    np.zeros(2), argparse.Namespace(), open(__file__), functools.partial(Run), pytest,
], ids=lambda value: type(value).__name__)
def test_nothing_else_is_a_live_experiment(value):
    assert not experiments.is_live(value)


@pytest.mark.parametrize("value", [
    "offline", "ws/project", Run, lambda: None, functools.partial(Run), Experiment().stop,
], ids=lambda value: type(value).__name__)
def test_texts_and_callables_are_taken(value):
    experiments.check(value)


@pytest.mark.parametrize("value, found", [
    (3, "builtins.int"), (b"offline", "builtins.bytes"), (["offline"], "builtins.list"), ({}, "builtins.dict"),
    (object(), "builtins.object"), (argparse.Namespace(), "argparse.Namespace"),
])
def test_the_error_says_what_is_accepted_and_what_was_found(value, found):
    with pytest.raises(TypeError) as raised:
        experiments.check(value)
    assert str(raised.value) == (
        "neptune_experiment: expected a run or experiment object of a Neptune client (neptune, neptune-client, "
        "neptune-scale, minfx, goodseed), a callable that makes one, or a text such as 'offline', 'journal', "
        "'workspace/project' or 'wandb:project'; found an object of type %s" % found)


@pytest.mark.parametrize("value, given", [
    (None, False), ("", False), ("offline", True), (NoopObject(), True), (0, True),
], ids=lambda value: type(value).__name__)
def test_none_and_an_empty_text_are_no_experiment(value, given):
    assert experiments.is_given(value) is given


def test_a_short_text_shows_the_type_only():
    assert experiments.short_text(Run()) == "<small_experiments.Run>"


@pytest.mark.slow
def test_the_clients_own_runs_are_recognised(folder):
    import neptune
    run = neptune.init_run(mode="debug", capture_stdout=False, capture_stderr=False, capture_hardware_metrics=False)
    assert clients.of_live(run).name == "Neptune run"
    assert not experiments.is_live(run["series"])
    run.stop()


def test_the_first_generation_of_the_installed_client_is_recognised():
    from neptune.legacy.experiments import Experiment as Legacy
    assert clients.of_live(Legacy.__new__(Legacy)).name == "Neptune experiment"


@pytest.mark.parametrize("spec, installs", [
    ("offline", "neptune"), ("ws/project", "neptune"), ("scale:ws/project", "neptune-scale"), ("minfx:", "minfx"),
    ("goodseed:toy", "goodseed"), ("wandb:toy", "wandb"), ("mlflow:", "mlflow"), ("tensorboard:runs", "tensorboard"),
    ("trackio:toy", "trackio"),
])
def test_each_spec_says_what_installs_its_client(spec, installs):
    assert " -m pip install %s, or point NEPTUNE_WRITER_PYTHON at" % installs in prerequisites.how_to_install(spec)
