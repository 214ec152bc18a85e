"""CartPole with Stable Baselines 2, a model a seed: an ordinary training script, which does not know of Neptune.

    NEPTUNE_EXPERIMENT=offline python stable_baselines_ppo2.py                      the environment names the experiment
"""
import argparse

import stable_baselines


def main():
    """Read the command line, and train; with verbose=0 Stable Baselines 2 logs nothing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--algorithm", choices=("PPO2", "A2C", "DQN"), default="PPO2")
    parser.add_argument("--env", default="CartPole-v1")
    parser.add_argument("--timesteps", type=int, default=20000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    options = parser.parse_args()
    for seed in options.seeds:
        model = getattr(stable_baselines, options.algorithm)("MlpPolicy", options.env, seed=seed, verbose=1)
        model.learn(options.timesteps)


if __name__ == "__main__":
    main()
