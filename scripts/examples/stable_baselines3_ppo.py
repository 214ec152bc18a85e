"""CartPole with Stable-Baselines3, a model a seed: an ordinary training script, which does not know of Neptune.

    NEPTUNE_EXPERIMENT=offline python stable_baselines3_ppo.py                      the environment names the experiment
"""
import argparse

import stable_baselines3


def main():
    """Read the command line, and train."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--algorithm", choices=("PPO", "A2C", "DQN"), default="PPO")
    parser.add_argument("--env", default="CartPole-v1")
    parser.add_argument("--timesteps", type=int, default=20000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--verbose", type=int, default=0)
    options = parser.parse_args()
    for seed in options.seeds:
        model = getattr(stable_baselines3, options.algorithm)("MlpPolicy", options.env, seed=seed,
                                                              verbose=options.verbose)
        model.learn(options.timesteps)


if __name__ == "__main__":
    main()
