"""Pendulum with Acme's D4PG, evaluated as it goes: an ordinary training script, which does not know of Neptune.

    NEPTUNE_EXPERIMENT=offline python acme_d4pg.py                      the environment names the experiment
    python acme_d4pg.py --neptune-experiment offline                    or the code does, with loggers composed for it
"""
import argparse

import acme
import gym
import numpy as np
import sonnet as snt
from acme import specs, wrappers
from acme.agents.tf import actors, d4pg
from acme.tf import networks
from acme.tf import utils as tf2_utils
from acme.utils import loggers


def make_environment(name):
    """A Gym environment, as Acme takes it."""
    return wrappers.SinglePrecisionWrapper(wrappers.GymWrapper(gym.make(name)))


def make_networks(actions, sizes=(64, 64)):
    """A policy and a critic, small enough for a laptop."""
    policy = snt.Sequential([networks.LayerNormMLP(sizes, activate_final=True),
                             networks.NearZeroInitializedLinear(int(np.prod(actions.shape))),
                             networks.TanhToSpec(actions)])
    critic = snt.Sequential([networks.CriticMultiplexer(), networks.LayerNormMLP(sizes, activate_final=True),
                             networks.DiscreteValuedHead(-150.0, 150.0, 51)])
    return policy, critic


def main():
    """Read the command line, and train."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--env", default="Pendulum-v1")
    parser.add_argument("--rounds", type=int, default=10, help="of training and evaluation")
    parser.add_argument("--episodes", type=int, default=5, help="of training in a round")
    parser.add_argument("--evaluations", type=int, default=3, help="episodes of evaluation in a round")
    parser.add_argument("--neptune-experiment", default=None, help="compose loggers for this one")
    options = parser.parse_args()

    def logger(prefix, **filters):
        if options.neptune_experiment is None:
            return None  # Acme's default
        return loggers.make_neptune_logger(options.neptune_experiment, prefix, **filters)

    environment = make_environment(options.env)
    spec = specs.make_environment_spec(environment)
    policy, critic = make_networks(spec.actions)
    agent = d4pg.D4PG(environment_spec=spec, policy_network=policy, critic_network=critic,
                      observation_network=tf2_utils.batch_concat, batch_size=32, min_replay_size=200,
                      samples_per_insert=16.0, logger=logger("learner"))
    training = acme.EnvironmentLoop(environment, agent, label="train_loop",
                                    logger=logger("train_loop", smoothing_regex="return"))
    actor = actors.FeedForwardActor(snt.Sequential([tf2_utils.batch_concat, policy]))
    evaluator = logger("evaluation", aggregate_regex="return")
    evaluation = acme.EnvironmentLoop(make_environment(options.env), actor, label="evaluation", logger=evaluator)
    for _ in range(options.rounds):
        training.run(num_episodes=options.episodes)
        evaluation.run(num_episodes=options.evaluations)
        if evaluator is not None:
            evaluator.dump()


if __name__ == "__main__":
    main()
