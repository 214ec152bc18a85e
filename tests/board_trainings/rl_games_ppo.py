"""Train rl_games' PPO, configured as by its YAML files, on environments in one tensor."""
import gymnasium
import numpy as np
import torch
from rl_games.common import env_configurations, vecenv
from rl_games.torch_runner import Runner

CONFIG = {"params": {
    "seed": 1, "algo": {"name": "a2c_continuous"}, "model": {"name": "continuous_a2c_logstd"}, "torch_threads": 1,
    "network": {"name": "actor_critic", "separate": False, "space": {"continuous": {
        "mu_activation": "None", "sigma_activation": "None", "mu_init": {"name": "default"},
        "sigma_init": {"name": "const_initializer", "val": 0}, "fixed_sigma": True}},
        "mlp": {"units": [16], "activation": "elu", "initializer": {"name": "default"}}},
    "config": {
        "name": "reach", "env_name": "reach", "device": "cpu", "device_name": "cpu",
        "reward_shaper": {"scale_value": 1},
        "normalize_advantage": True, "gamma": 0.99, "tau": 0.9, "learning_rate": 1e-3, "score_to_win": 300,
        "grad_norm": 0.5, "entropy_coef": 0.0, "truncate_grads": True, "e_clip": 0.2, "clip_value": False,
        "num_actors": 8, "horizon_length": 16, "minibatch_size": 64, "mini_epochs": 2, "critic_coef": 1,
        "lr_schedule": "adaptive", "kl_threshold": 0.016, "normalize_input": False, "bounds_loss_coef": 0,
        "max_epochs": 6},
}}


class Reach(vecenv.IVecEnv):
    """Points on a line that are to reach zero."""

    def __init__(self, _, number, **kwargs):
        self.place, self.age = torch.randn(number, 1), torch.zeros(number)
        space = gymnasium.spaces.Box(-1.0, 1.0, (1,), np.float32)
        self.info = {"action_space": space, "observation_space": space, "state_space": None, "agents": 1,
                     "value_size": 1, "use_global_observations": False}

    def get_env_info(self):
        return self.info

    def reset(self):
        return self.place.clone()

    def step(self, actions):
        self.place += 0.1 * actions
        self.age += 1
        done = self.age >= 10
        self.place[done], self.age[done] = torch.randn(int(done.sum()), 1), 0
        return self.place.clone(), -self.place.abs().squeeze(1), done.byte(), {"time_outs": done}


def main():
    vecenv.register("REACH", Reach)
    env_configurations.register("reach", {"vecenv_type": "REACH", "env_creator": lambda **kwargs: None})
    runner = Runner()
    runner.load(CONFIG)
    runner.reset()
    runner.run({"train": True, "play": False})


if __name__ == "__main__":
    main()
