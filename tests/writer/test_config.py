"""neptune_writer.recording.config: hyper-parameters made plain, for the journal and for trackers."""
import argparse
import collections
import functools
import json
import math
import pathlib
import random
import types

import numpy as np
import pytest
from odd_configs import Colour, Pair, Raising, Settings, a_list_of_itself, a_tree_that_knows_its_parents, initialise

from neptune_writer.recording import config, group
from neptune_writer.trackers import config_entries

pytestmark = pytest.mark.usefixtures("warnings")  # which forgets the tokens of other tests


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
    (functools.partial(initialise, "ws"), "partial(initialise, 'ws')"),
    (functools.partial(initialise, "ALE/Pong-v5", 3, "logs/s3", seed=3, ws=0.5),
     "partial(initialise, 'ALE/Pong-v5', ws=0.5)"),
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


def test_a_secret_that_a_partial_was_given_is_in_no_config():
    token = "abcdefgh12345678"
    given = {"a": functools.partial(print, api_token=token), "b": functools.partial(print, token)}
    assert token[:8] not in json.dumps(config.plain(given))


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
    assert config_entries.flatten(given) == flat


SEED_0 = {"seed": 0, "lr": 1e-3, "logger_kwargs": {"output_dir": "data/x_s0", "exp_name": "x"}}


@pytest.mark.parametrize("other, same", [
    (SEED_0, True),
    (dict(SEED_0, seed=1, logger_kwargs={"output_dir": "data/x_s1", "exp_name": "x"}), True),
    ({name: SEED_0[name] for name in reversed(list(SEED_0))}, True),
    (dict(SEED_0, lr=3e-4), False),
    (dict(SEED_0, new=None), False),
    (dict(SEED_0, logger="wandb", wandb_project="isaaclab", load_run="2026-01-01_10-00-00"), True),  # rsl_rl's
    (dict(SEED_0, resume=True), False),
])
def test_the_group_is_the_configuration_whatever_its_seed_and_folder(other, same):
    assert (group.group(SEED_0, "x") == group.group(other, "x")) is same


def test_a_group_reads_as_its_name():
    assert group.group(None, "ppo") == "ppo"
    assert group.group(SEED_0, "ppo").startswith("ppo-")


def test_functions_and_objects_at_other_addresses_are_the_same_configuration():
    def made():
        given = {"env_fn": lambda: 1, "rng": random.Random(), "fn": functools.partial(print)}
        return group.group(config.plain(given), "x")
    assert made() == made()
