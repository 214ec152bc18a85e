"""neptune_writer.recording.cleaning: what the framework goes on with holds no experiment and no secret."""
import argparse
import collections
import functools
import json
import types

import numpy as np
import pytest
from odd_configs import Pair, Raising, Settings, a_list_of_itself, a_tree_that_knows_its_parents, initialise
from small_experiments import Experiment, NoopObject, Run

from neptune_writer.recording import config
from neptune_writer.experiment import experiments
from neptune_writer.recording.cleaning import fields_of, without_experiments

pytestmark = pytest.mark.usefixtures("warnings")  # which forgets the tokens of other tests


class Args:
    """What some scripts keep their settings in."""

    def __init__(self, **entries):
        vars(self).update(entries)


class Shows:
    """Something that tells all when it is printed."""

    def __init__(self, what):
        self.what = what

    def __repr__(self):
        return "Shows(%s)" % self.what

    def method(self):
        """Bound to it."""


class ShowsToPeople:
    def __init__(self, what):
        self.what = what

    def __str__(self):
        return self.what


class ShowsToProgrammers(Shows):
    def __str__(self):
        return "something"


def far_down(value, levels=30):
    for _ in range(levels):
        value = {"down": [value]}
    return value


def that_holds_itself(**entries):
    entries["itself"] = entries
    return entries


@pytest.mark.parametrize("value", [
    {}, {"lr": 1e-3, "nested": {"sizes": [64, 64]}}, [1, (2, {"a": 3})], "text", None, 3, object(), print,
    {"args": argparse.Namespace(lr=1)}, {"settings": Settings()}, Pair(1, 2), collections.OrderedDict(a=1),
    {"fn": functools.partial(initialise, "ws/project")}, {1: 2, None: 3}, a_list_of_itself(),
    a_tree_that_knows_its_parents(), types.MappingProxyType({"lr": 1}), far_down(1), that_holds_itself(lr=1),
    {"env": Args(secret_door=(3, 4), token=None)}, {"error": ValueError("none")}, {"weights": np.zeros(3)},
    [True, 1.5, b"x"], Raising(), {"api_token": None, "use_secret": False},
], ids=lambda value: type(value).__name__)
def test_a_config_without_experiments_comes_back_as_the_same_object(value):
    assert without_experiments(value) is value


@pytest.mark.parametrize("experiment", [Run(), Experiment(), NoopObject()], ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("make, expected", [
    (lambda e: {"lr": 1, "neptune_experiment": e}, {"lr": 1}),
    (lambda e: {"lr": 1, "run": e}, {"lr": 1}),
    (lambda e: {"logger_kwargs": {"exp_name": "x", "neptune_experiment": e}}, {"logger_kwargs": {"exp_name": "x"}}),
    (lambda e: {"args": argparse.Namespace(lr=1, run=e)}, {"args": {"lr": 1}}),
    (lambda e: {"runs": [e, 2]}, {"runs": ["<small_experiments.%s>", 2]}),
    (lambda e: {"runs": (1, e)}, {"runs": (1, "<small_experiments.%s>")}),
    (lambda e: {"make": functools.partial(print, e)}, {"make": "<functools.partial>"}),
    (lambda e: {"make": functools.partial(functools.partial(print, run=e), 1)}, {"make": "<functools.partial>"}),
    (lambda e: e, "<small_experiments.%s>"),
    (lambda e: types.MappingProxyType({"lr": 1, "run": e}), {"lr": 1}),
    (lambda e: {"settings": Settings(note=(e, 2))},
     {"settings": {"lr": 1e-3, "api_token": None, "note": ("<small_experiments.%s>", 2)}}),
    (lambda e: {"make": [functools.partial(print, {"runs": (e,)})]}, {"make": ["<functools.partial>"]}),
    (lambda e: far_down({"run": e, "lr": 1}), far_down({"lr": 1})),
    (lambda e: that_holds_itself(run=e, lr=1), {"lr": 1, "itself": "<builtins.dict>"}),
])
def test_experiments_are_taken_out_and_nothing_is_changed_in_place(experiment, make, expected):
    def named(entry):
        if isinstance(entry, dict):
            return {name: named(value) for name, value in entry.items()}
        if isinstance(entry, (list, tuple)):
            return type(entry)(map(named, entry))
        return entry.replace("%s", type(experiment).__name__) if isinstance(entry, str) else entry
    given = make(experiment)
    before = sorted(given) if isinstance(given, dict) else None
    assert without_experiments(given) == named(expected)
    assert before is None or sorted(given) == before


def test_nobody_looks_into_an_experiment():
    run = Run()
    run._api_token = "unknown-token"
    assert fields_of(run) is None


def test_where_texts_are_wanted_an_experiment_is_a_short_text():
    assert without_experiments({"run": Run()}, leave_out=False) == {"run": "<small_experiments.Run>"}


@pytest.mark.parametrize("experiment", [Run(), Experiment()], ids=lambda value: type(value).__name__)
def test_an_experiment_may_even_be_a_key(experiment):
    short = experiments.short_text(experiment)
    assert without_experiments({experiment: 1, (experiment, 2): 3}) == {short: 1, (short, 2): 3}


def test_what_is_not_touched_is_shared_not_copied():
    sizes = [64, 64]
    assert without_experiments({"sizes": sizes, "run": Run()})["sizes"] is sizes


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
    lambda token: {"header": b"Bearer " + token.encode()},
    lambda token: {"notes": {token, "b"}},
    lambda token: {(token, 1): 1},
    lambda token: types.MappingProxyType({"api_token": "unknown-token", "note": token}),
    lambda token: {"args": Args(lr=1, api_token="unknown-token")},
    lambda token: {"args": Args(lr=1, api_token=b"unknown-token")},
    lambda token: {"api_tokens": ["unknown-token"], "password": {"of": "unknown-token"}},
    lambda token: {"make": functools.partial(initialise, "ws/project", "unknown-token")},
    lambda token: {"database": "https://me:unknown-token@host/path"},
    lambda token: {"command": ["train.py", "--opts=lr=1,api_token=unknown-token"]},
    lambda token: {"shows": Shows("api_token='unknown-token'")},
    lambda token: {"error": ValueError("refused " + token)},
    lambda token: {"entries": {"a": token}.values()},
    lambda token: {"shows": [Shows(token)], "method": Shows(token).method},
    lambda token: {"shows": ShowsToPeople(token)},
    lambda token: {"shows": [ShowsToProgrammers(token)]},
    lambda token: {"strings": np.array([token])},
    lambda token: far_down({"note": token, "api_token": "unknown-token"}),
    lambda token: that_holds_itself(note=token, api_token="unknown-token"),
])
def test_no_token_is_left_in_what_a_framework_prints_or_stores(token, make):
    for safe in (without_experiments(make(token)), without_experiments(make(token), leave_out=False)):
        text = repr(safe) + json.dumps(safe, default=str, skipkeys=True)
        assert token not in text and "unknown-token" not in text
    plain = json.dumps(config.plain(make(token)))
    assert token not in plain and "unknown-token" not in plain


def test_an_object_whose_text_shows_a_token_is_hidden_from_a_serialiser(token):
    assert without_experiments(Shows(token), leave_out=False) == "<test_cleaning.Shows>"


def test_a_password_of_digits_is_one_and_a_switch_is_none():
    given = {"password": 12345678, "use_secret": True, "api_token": None}
    assert without_experiments(given) == {"password": "***", "use_secret": True, "api_token": None}


def test_a_token_that_stands_under_its_name_is_masked_wherever_else_it_stands():
    given = {"note": "is t0ken-of-nobody", "kwargs": {"api_token": "t0ken-of-nobody"}}
    assert without_experiments(given) == {"note": "is ***", "kwargs": {"api_token": "***"}}


def test_a_word_that_stands_under_such_a_name_is_not():
    given = {"env": "CartPole", "password": "CartPole"}
    assert without_experiments(given) == {"env": "CartPole", "password": "***"}


def test_what_cannot_be_looked_into_is_not_shown():
    class Broken(dict):
        def items(self):
            raise RuntimeError("not today")

    assert without_experiments({"broken": Broken(a=Run()), "lr": 1, "run": Run()}) == {
        "broken": "<test_cleaning.%s>" % Broken.__qualname__, "lr": 1}


def test_unless_asked_to_nothing_is_masked(token):
    given = {"api_token": "unknown-token", "note": token}
    assert without_experiments(given, mask=False) is given


def test_what_one_partial_holds_is_no_matter_of_the_next(token):
    """Dicts that are made while looking get each other's ids."""
    partials = [functools.partial(initialise, argument) for argument in (token, 1, 2)]
    assert without_experiments(partials)[1:] == partials[1:]


def test_what_is_met_far_down_first_is_looked_into_further_up(warnings):
    shared = {"settings": {"run": Run()}}
    deep = shared
    for _ in range(9):
        deep = {"down": deep}
    assert without_experiments({"deep": deep, "shallow": shared})["shallow"] == {"settings": {}}
