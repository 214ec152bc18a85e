"""neptune_writer.config: hyper-parameters made safe for the framework, and plain for the journal."""
import argparse
import collections
import dataclasses
import enum
import functools
import json
import math
import pathlib
import random
import types

import numpy as np
import pytest
from test_experiments import Experiment, NoopObject, Run
from trainings import TOKEN

from neptune_writer import config, experiments

pytestmark = pytest.mark.usefixtures("warnings")  # which forgets the tokens of other tests


@dataclasses.dataclass
class Settings:
    lr: float = 1e-3
    api_token: str = None
    note: str = "fine"


Pair = collections.namedtuple("Pair", "first second")


class Colour(enum.Enum):
    RED = 1


class Raising:
    __dataclass_fields__ = {"lr": None}

    def __getattr__(self, name):
        raise RuntimeError("not to be asked")

    def __str__(self):
        raise RuntimeError("not to be shown")


def initialise(project, token):
    """A function that makes a run."""


def a_list_of_itself():
    loop = []
    loop.extend([loop] * 10)
    return loop


def a_tree_that_knows_its_parents(children=30):
    parent = {"children": []}
    for _ in range(children):
        parent["children"].append({"parent": parent, "siblings": parent["children"]})
    return parent


@pytest.fixture
def token(monkeypatch):
    monkeypatch.setenv("NEPTUNE_API_TOKEN", TOKEN)
    return TOKEN


# What the framework goes on with

@pytest.mark.parametrize("value", [
    {}, {"lr": 1e-3, "nested": {"sizes": [64, 64]}}, [1, (2, {"a": 3})], "text", None, 3, object(), print,
    {"args": argparse.Namespace(lr=1)}, {"settings": Settings()}, Pair(1, 2), collections.OrderedDict(a=1),
    {"fn": functools.partial(initialise, "ws/project")}, {1: 2, None: 3}, a_list_of_itself(),
    a_tree_that_knows_its_parents(),
], ids=lambda value: type(value).__name__)
def test_a_config_without_experiments_comes_back_as_the_same_object(value):
    assert config.without_experiments(value) is value


@pytest.mark.parametrize("experiment", [Run(), Experiment(), NoopObject()], ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("make, expected", [
    (lambda e: {"lr": 1, "neptune_experiment": e}, {"lr": 1}),
    (lambda e: {"lr": 1, "run": e}, {"lr": 1}),
    (lambda e: {"logger_kwargs": {"exp_name": "x", "neptune_experiment": e}}, {"logger_kwargs": {"exp_name": "x"}}),
    (lambda e: {"args": argparse.Namespace(lr=1, run=e)}, {"args": {"lr": 1}}),
    (lambda e: {"runs": [e, 2]}, {"runs": ["<test_experiments.%s>", 2]}),
    (lambda e: {"runs": (1, e)}, {"runs": (1, "<test_experiments.%s>")}),
    (lambda e: {"make": functools.partial(print, e)}, {"make": "<functools.partial>"}),
    (lambda e: {"make": functools.partial(functools.partial(print, run=e), 1)}, {"make": "<functools.partial>"}),
    (lambda e: e, "<test_experiments.%s>"),
])
def test_experiments_are_taken_out_and_nothing_is_changed_in_place(experiment, make, expected):
    def named(entry):
        if isinstance(entry, dict):
            return {name: named(value) for name, value in entry.items()}
        if isinstance(entry, (list, tuple)):
            return type(entry)(map(named, entry))
        return entry.replace("%s", type(experiment).__name__) if isinstance(entry, str) else entry
    given = make(experiment)
    before = repr(sorted(given)) if isinstance(given, dict) else None
    assert config.without_experiments(given) == named(expected)
    assert before is None or repr(sorted(given)) == before


def test_where_texts_are_wanted_an_experiment_is_a_short_text():
    assert config.without_experiments({"run": Run()}, leave_out=False) == {"run": "<test_experiments.Run>"}


def test_what_is_not_touched_is_shared_not_copied():
    sizes = [64, 64]
    assert config.without_experiments({"sizes": sizes, "run": Run()})["sizes"] is sizes


@pytest.mark.parametrize("make", [
    lambda token: {"api_token": "unknown-token"},
    lambda token: {"logger_kwargs": {"NEPTUNE_API_TOKEN": "unknown-token"}},
    lambda token: {"note": "--token=%s" % token},
    lambda token: {"notes": ["a", token]},
    lambda token: {token: 1},
    lambda token: {"args": argparse.Namespace(api_token="unknown-token")},
    lambda token: {"args": argparse.Namespace(note=token)},
    lambda token: {"args": types.SimpleNamespace(note=token)},
    lambda token: {"settings": Settings(api_token="unknown-token")},
    lambda token: {"settings": Settings(note=token)},
    lambda token: {"make": functools.partial(initialise, "ws/project", token)},
    lambda token: {"make": functools.partial(initialise, api_token="unknown-token")},
    lambda token: {"make": [functools.partial(initialise, functools.partial(initialise, token=token))]},
    lambda token: {"pair": Pair("x", token)},
])
def test_no_token_is_left_in_what_a_framework_prints_or_stores(token, make):
    for safe in (config.without_experiments(make(token)), config.without_experiments(make(token), leave_out=False)):
        text = repr(safe) + str(safe)
        assert token not in text and "unknown-token" not in text
    plain = json.dumps(config.plain(make(token)))
    assert token not in plain and "unknown-token" not in plain


def test_an_object_whose_text_shows_a_token_is_hidden_from_a_serialiser(token):
    class Client:
        def __init__(self):
            self.key = token

        def __repr__(self):
            return "Client(%s)" % self.key

    assert config.without_experiments(Client(), leave_out=False) == experiments.short_text(Client())


def test_unless_asked_to_nothing_is_masked(token):
    given = {"api_token": "unknown-token", "note": token}
    assert config.without_experiments(given, mask=False) is given


# What the journal gets

@pytest.mark.parametrize("value, plain", [
    (None, None), (True, True), (3, 3), (1e-3, 1e-3), ("text", "text"),
    (math.nan, "NaN"), (math.inf, "Infinity"),
    (np.float32(0.5), 0.5), (np.int64(3), 3), (np.array([2.0]), 2.0),
    (Colour.RED, "RED"),
    ([1, (2, 3)], [1, [2, 3]]), ({3, 1, 2}, [1, 2, 3]), (Pair(1, 2), [1, 2]),
    ({1: "a", None: "b"}, {"1": "a", "None": "b"}),
    (argparse.Namespace(lr=1), {"lr": 1}), (types.SimpleNamespace(lr=1), {"lr": 1}),
    (Settings(), {"lr": 1e-3, "api_token": "***", "note": "fine"}),
    (initialise, "initialise"), (Settings, "Settings"), (lambda: 1, "<lambda>"), (math.sqrt, "sqrt"),
    (functools.partial(initialise, "ws"), "partial(initialise)"),
    (pathlib.PurePosixPath("data/x"), "data/x"),
    (np.zeros((3, 4)), "<ndarray of shape (3, 4)>"),
    (object(), "<object>"), (random.Random(1), "<Random>"),
    (Raising(), "<Raising>"), (10 ** 5000, "<int>"),
    (collections.defaultdict(list, a=[1]), {"a": [1]}),
], ids=lambda value: type(value).__name__)
def test_values_of_a_config_are_made_plain(value, plain):
    found = config.plain({"x": value, "after": 1})
    assert found == {"x": plain, "after": 1}
    json.dumps(found, allow_nan=False)


def test_the_logger_itself_modules_and_hidden_names_are_left_out():
    logger = object()
    given = {"logger": logger, "np": np, "__file__": "x", "neptune_experiment": None, "more": [logger, 1], "lr": 1}
    assert config.plain(given, logger) == {"lr": 1, "more": [1]}


@pytest.mark.parametrize("value", [a_list_of_itself(), a_tree_that_knows_its_parents()], ids=["list", "tree"])
def test_a_config_that_holds_itself_ends(value):
    assert len(json.dumps(config.plain({"x": value}))) < 100000


def test_no_half_of_a_token_is_left_where_a_text_is_cut(token):
    class Text:
        def __str__(self):
            return "x" * 990 + token

    found = config.plain({"text": "x" * 990 + token, "object": Text()})
    assert token[:6] not in json.dumps(found)


def test_long_texts_are_cut_and_long_lists_named():
    found = config.plain({"text": "x" * 5000, "list": list(range(5000))})
    assert found["text"] == "x" * 1000 + "..."
    assert found["list"] == "<list of 5000>"


@pytest.mark.parametrize("given, flat", [
    ({}, []),
    ({"lr": 1e-3, "on": True, "env": "CartPole-v1", "n": 3},
     [("config/lr", 1e-3), ("config/on", True), ("config/env", "CartPole-v1"), ("config/n", 3)]),
    ({"ac": {"sizes": [64, 64], "more": {}}}, [("config/ac/sizes", "[64, 64]"), ("config/ac/more", "{}")]),
    ({"none": None, "big": 2 ** 70}, [("config/none", "null"), ("config/big", str(2 ** 70))]),
    ({"/": 1, "a/b": 2}, [("config/_", 1), ("config/a/b", 2)]),
])
def test_a_tracker_gets_paths_and_plain_values(given, flat):
    assert config.flatten(given) == flat


SEED_0 = {"seed": 0, "lr": 1e-3, "logger_kwargs": {"output_dir": "data/x_s0", "exp_name": "x"}}


@pytest.mark.parametrize("other, same", [
    (SEED_0, True),
    (dict(SEED_0, seed=1, logger_kwargs={"output_dir": "data/x_s1", "exp_name": "x"}), True),
    ({name: SEED_0[name] for name in reversed(list(SEED_0))}, True),
    (dict(SEED_0, lr=3e-4), False),
    (dict(SEED_0, new=None), False),
])
def test_the_group_is_the_configuration_whatever_its_seed_and_folder(other, same):
    assert (config.group(SEED_0, "x") == config.group(other, "x")) is same


def test_a_group_reads_as_its_name():
    assert config.group(None, "ppo") == "ppo"
    assert config.group(SEED_0, "ppo").startswith("ppo-")


def test_functions_and_objects_at_other_addresses_are_the_same_configuration():
    def group():
        given = {"env_fn": lambda: 1, "rng": random.Random(), "fn": functools.partial(print)}
        return config.group(config.plain(given), "x")
    assert group() == group()
