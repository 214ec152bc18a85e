"""CartPole with RLlib's PPO, a trial a learning rate: an ordinary training script, which does not know of Neptune.

    NEPTUNE_EXPERIMENT=offline python rllib_ppo.py                      the environment names the experiment
"""
import argparse

import ray
from ray import tune
from ray.rllib.algorithms.ppo import PPOConfig


def main():
    """Read the command line, and train."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--env", default="CartPole-v1")
    parser.add_argument("--lr", type=float, nargs="+", default=[1e-4, 1e-3])
    parser.add_argument("--iterations", type=int, default=3)
    parser.add_argument("--batch", type=int, default=1000, help="steps an iteration")
    parser.add_argument("--old-api-stack", action="store_true")
    parser.add_argument("--storage", default=None, help="where Tune writes; ~/ray_results if not given")
    options = parser.parse_args()
    config = PPOConfig().environment(options.env).env_runners(num_env_runners=0)
    config.training(lr=tune.grid_search(options.lr), train_batch_size=options.batch, num_epochs=2)
    if options.old_api_stack:
        config.api_stack(enable_rl_module_and_learner=False, enable_env_runner_and_connector_v2=False)
    ray.init(num_cpus=2, include_dashboard=False, object_store_memory=200 * 1024 * 1024)
    run_config = tune.RunConfig(name="ppo", storage_path=options.storage, verbose=0,
                                stop={"training_iteration": options.iterations})
    tune.Tuner("PPO", param_space=config, run_config=run_config).fit()


if __name__ == "__main__":
    main()
