"""PPO on CartPole with SpinningUp: an ordinary training script, which does not know of Neptune.

    NEPTUNE_EXPERIMENT=offline python spinningup_ppo.py --output-dir out            the environment names the experiment
    python spinningup_ppo.py --output-dir out --experiment offline                  or logger_kwargs does
    python spinningup_ppo.py --output-dir out --experiment live                     with a run of one's own
"""
import argparse
import sys

import numpy as np
import tensorflow as tf

if not tf.__version__.startswith("1."):  # SpinningUp is written for TensorFlow 1; on a later one its v1 API stands in
    import tensorflow.compat.v1 as tf
    tf.disable_v2_behavior()
    sys.modules["tensorflow"] = tf
if not hasattr(np, "bool8"):
    np.bool8 = np.bool_

import gym  # noqa: E402
import spinup  # noqa: E402

ALGORITHMS = {"pytorch": spinup.ppo_pytorch, "tf1": spinup.ppo_tf1}


def train(algorithm, epochs, steps_per_epoch, seed, logger_kwargs):
    """Train PPO; one row of metrics an epoch."""
    ALGORITHMS[algorithm](env_fn=lambda: gym.make("CartPole-v1"), ac_kwargs=dict(hidden_sizes=[32, 32]), seed=seed,
                          epochs=epochs, steps_per_epoch=steps_per_epoch, logger_kwargs=logger_kwargs)


def main():
    """Read the command line, train, and stop the run that this script opened, if it did."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--algorithm", choices=sorted(ALGORITHMS), default="pytorch")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--steps-per-epoch", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output-dir", required=True)
    parser.add_argument("--exp-name", default="ppo-cartpole")
    parser.add_argument("--experiment", help="a spec such as offline, or live for a run opened here")
    options = parser.parse_args()

    logger_kwargs = dict(output_dir=options.output_dir, exp_name=options.exp_name)
    run = None
    if options.experiment == "live":
        import neptune
        run = neptune.init_run(mode="offline")
        logger_kwargs["neptune_experiment"] = run
    elif options.experiment:
        logger_kwargs["neptune_experiment"] = options.experiment
    train(options.algorithm, options.epochs, options.steps_per_epoch, options.seed, logger_kwargs)
    if run is not None:
        run.stop()


if __name__ == "__main__":
    main()
