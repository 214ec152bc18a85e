"""neptune_writer.idioms.hyperparameters: what a model was made with, without asking it or its environment much."""
import types
from unittest import mock

import pytest

from neptune_writer.idioms import hyperparameters

SPEC = types.SimpleNamespace(id="CartPole-v1")


class CartPoleEnv:
    spec = SPEC


class Mine:
    """An environment that nobody registered."""


class Wrapper:
    def __init__(self, env):
        self.env, self.unwrapped = env, env

    @property
    def spec(self):
        raise RuntimeError("what gymnasium does where a wrapper cannot be described")


class Vector:
    def __init__(self, *envs):
        self.envs, self.num_envs = envs, len(envs)


class VectorWrapper:
    def __init__(self, venv):
        self.venv, self.num_envs = venv, venv.num_envs


class Workers:
    """Environments in other processes."""

    remotes, num_envs = (1, 2), 2

    def __init__(self, text, waiting=False):
        self.text, self.waiting = text, waiting

    def env_method(self, name, indices=None):
        assert (name, indices) == ("__str__", 0)
        return [self.text]

    def get_attr(self, name):
        raise AssertionError("what a worker cannot pickle kills it, and the training")


class Algorithm:
    def __init__(self, policy, env, learning_rate, verbose=0, seed=None, _init_setup_model=True):
        self.policy = policy
        self.env = env
        self.learning_rate = learning_rate
        self.verbose = verbose
        self.seed = seed
        self.n_envs = 2
        self._init_setup_model = _init_setup_model


class Walk(Algorithm):
    def __init__(self, policy, env=None, learning_rate=0.1, gamma=0.99, lost=None, *args, **kwargs):
        super().__init__(policy, env, learning_rate, *args, **kwargs)
        self.gamma = gamma
        self.weights = [1, 2, 3]


def test_what_the_constructors_take_as_far_as_the_model_has_it():
    assert hyperparameters.of(Walk("MlpPolicy", seed=3)) == {
        "algorithm": "Walk", "n_envs": 2, "policy": "MlpPolicy", "learning_rate": 0.1, "gamma": 0.99, "seed": 3}


def test_the_policy_is_its_class_where_the_model_has_made_one_of_it():
    model = Walk(object())
    model.policy_class = Mine
    assert hyperparameters.of(model)["policy"] is Mine


def test_further_ones_as_far_as_they_are_known():
    config = hyperparameters.of(Walk("P"), seed=7, noise=None)
    assert config["seed"] == 7 and "noise" not in config


@pytest.mark.parametrize("env, name", [
    (CartPoleEnv(), "CartPole-v1"), (Wrapper(CartPoleEnv()), "CartPole-v1"), (Mine(), "Mine"),
    (Vector(Wrapper(CartPoleEnv()), Mine()), "CartPole-v1"),
    (VectorWrapper(VectorWrapper(Vector(Wrapper(Mine())))), "Mine"),
    (types.SimpleNamespace(num_envs=4096), "SimpleNamespace"),
    (Workers("<TimeLimit<OrderEnforcing<CartPoleEnv<CartPole-v1>>>>"), "CartPole-v1"),
    (VectorWrapper(Workers("<Monitor<Mine instance>>")), "Mine"),
])
def test_the_environment_is_its_id_else_its_class(env, name):
    assert hyperparameters.of(Walk("P", env))["env"] == name


@pytest.mark.parametrize("env", [None, Workers("<small.Mine object at 0x7f>"[1:-1]), Workers("<A<B>>", waiting=True),
                                 Vector()])
def test_an_environment_that_cannot_be_told_is_left_out(env):
    assert "env" not in hyperparameters.of(Walk("P", env))


def test_whatever_an_environment_does_where_it_is_looked_at_is_no_failure(warnings):
    class Hostile:
        def __getattr__(self, name):
            raise KeyError(name)
    assert "env" not in hyperparameters.of(Walk("P", Hostile())) and warnings == []


class Answering:
    """Has an answer to everything, as a mock or a proxy does."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self


class AnsweringVector(Answering):
    def __init__(self, *envs):
        self.envs = envs


class Endless:
    num_envs = 2

    @property
    def venv(self):
        return Endless()

    unwrapped = env = venv


class Itself:
    @property
    def unwrapped(self):
        return self.unwrapped


@pytest.mark.parametrize("environment, name", [
    (Answering(), "Answering"), (VectorWrapper(Vector(Answering())), "Answering"), (Endless(), "Endless"),
    (AnsweringVector(CartPoleEnv()), "CartPole-v1"), (AnsweringVector(Wrapper(CartPoleEnv())), "CartPole-v1"),
    (Wrapper(Answering()), "Answering"), (mock.Mock(), "Mock"), (mock.MagicMock(), "MagicMock"), (Itself(), None)],
    ids=lambda value: type(value).__name__)
def test_an_environment_without_end_has_a_name_or_none(environment, name):
    """B6."""
    assert hyperparameters.of(Algorithm("P", environment, 0.1)).get("env") == name
