"""frameworks/rllib/results: nested results made rows, which of their metrics, and at which x."""
import decimal

import numpy as np
import pytest

from neptune_writer.frameworks.rllib.results import Selection, Steps, leaves


def test_every_numeric_leaf_stands_under_its_path():
    assert leaves({"env_runners": {"episode_return_mean": 21.5, "timers": {"sample": 0.25}}, "training_iteration": 3,
                   "learners": {"default_policy": {"total_loss": np.float32(0.5)}}, 7: {"x": 1}}) == {
        "env_runners/episode_return_mean": 21.5, "env_runners/timers/sample": 0.25, "training_iteration": 3,
        "learners/default_policy/total_loss": 0.5, "7/x": 1}


@pytest.mark.parametrize("value, expected", [
    (np.int64(3), 3), (np.float64(0.5), 0.5), (np.array(2.5), 2.5), (np.array([[4]]), 4), (decimal.Decimal("0.5"), 0.5),
    (10 ** 20, 10 ** 20), (float("inf"), float("inf"))])
def test_what_is_a_number(value, expected):
    assert leaves({"a": {"b": value}}) == {"a/b": expected}


@pytest.mark.parametrize("value", [
    True, np.bool_(True), np.array([True]), "1", b"1", None, [1.0], (1.0,), [], {}, np.array([1.0, 2.0]), np.array([]),
    np.array("1"), object(), {"c": {}}, {1.0, 2.0}])
def test_what_is_none(value):
    assert leaves({"a": value, "d": {"e": value}}) == {}


def test_the_config_of_a_result_is_no_metric_but_one_further_down_is():
    assert leaves({"config": {"lr": 0.1}, "learners": {"config": {"lr": 0.2}}}) == {"learners/config/lr": 0.2}


ROW = {"env_runners/return": 1.0, "env_runners/timers/sample": 2.0, "learners/loss": 3.0, "env": 4.0}


@pytest.mark.parametrize("include, exclude, kept", [
    (None, None, [1, 2, 3, 4]),
    ("env_runners/*", None, [1, 2]),
    ("env_runners", None, [1, 2]),  # all below it, and not env
    (["learners/loss", "env"], None, [3, 4]),
    (None, ("*/timers/*",), [1, 3, 4]),
    ("env_runners/", ["*/timers/*"], [1]),
    ("*", "*", []),
    ((), None, []),
])
def test_which_metrics_are_kept(include, exclude, kept):
    selection = Selection(include, exclude)
    assert [list(selection.of(ROW).values()) for _ in range(2)] == [kept] * 2


@pytest.mark.parametrize("wrong", [3, [3], {"a": "b"}, b"env", lambda name: True])
@pytest.mark.parametrize("name", ["include", "exclude"])
def test_a_pattern_is_a_text(name, wrong):
    with pytest.raises(TypeError, match="%s must be one or several patterns, such as 'env_runners/" % name):
        Selection(**{name: wrong})


def test_patterns_that_match_nothing_are_said_once_and_with_what_there_is(warnings):
    selection = Selection(["rewards/*", "losses/*"])
    for _ in range(3):
        assert selection.of(ROW) == {}
    selection.warn_of_unmatched()
    expected = ("include: %r matches none of 4 metrics, such as env, "
                "env_runners/return, env_runners/timers/sample")
    assert warnings == [expected % pattern for pattern in ("rewards/*", "losses/*")]


def test_a_pattern_that_matches_later_is_not_missed(warnings):
    """As those of an evaluation, which comes every so many iterations only."""
    selection = Selection(["learners/*", "evaluation/*"])
    selection.of(ROW)
    assert warnings == []
    assert selection.of({"evaluation/return": 5.0}) == {"evaluation/return": 5.0}
    selection.warn_of_unmatched()
    assert warnings == []


def test_evaluations_may_come_late_but_not_for_ever(warnings):
    selection = Selection("evaluation/*")
    for _ in range(19):
        selection.of({"loss": 1})
    assert warnings == [] and selection.of({"evaluation/return": 2}) == {"evaluation/return": 2}
    never = Selection("evaluations/*")
    for _ in range(25):
        never.of({"loss": 1})
    assert len(warnings) == 1 and "'evaluations/*' matches none of 1 metric, such as loss" in warnings[0]


def test_nothing_is_said_where_there_was_no_result(warnings):
    Selection("rewards/*").warn_of_unmatched()
    assert warnings == []


def result(iteration, **more):
    return dict(more, training_iteration=iteration)


@pytest.mark.parametrize("first, name", [
    (result(1, timesteps_total=1000, num_env_steps_sampled_lifetime=1024.0), "num_env_steps_sampled_lifetime"),
    (result(1, timesteps_total=1000), "timesteps_total"),
    (result(1, timesteps_total=None), "training_iteration"),  # what Tune says of a function that counts none
    (result(1, timesteps_total=1000, num_env_steps_sampled_lifetime=float("nan")), "timesteps_total"),
    ({}, None),
])
def test_the_step_metric_is_the_steps_in_all_else_the_iteration_and_chosen_once(first, name):
    steps = Steps()
    steps.goes_back(first)
    assert steps.name == name
    steps.goes_back(result(2, num_env_steps_sampled_lifetime=5))
    assert steps.name == (name or "num_env_steps_sampled_lifetime")


def test_an_iteration_that_comes_again_goes_back():
    steps = Steps()
    assert [steps.goes_back(result(number)) for number in (1, 2, 3, 3, 2, 3)] == [
        False, False, False, True, True, False]
