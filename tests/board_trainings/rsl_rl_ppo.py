"""Train rsl_rl's PPO as Isaac Lab's script does: parameters beside the log, a runner, a few iterations."""
import dataclasses
import os
import sys

import torch
import yaml
from rsl_rl.env import VecEnv
from rsl_rl.runners import OnPolicyRunner
from tensordict import TensorDict

AGENT = {
    "num_steps_per_env": 16, "save_interval": 100, "obs_groups": {"actor": ["policy"], "critic": ["policy"]},
    "logger": yaml.safe_load(sys.argv[1]) if len(sys.argv) > 1 else "tensorboard",
    "algorithm": {"class_name": "PPO", "learning_rate": 1e-3, "num_learning_epochs": 2, "num_mini_batches": 2},
    "actor": {"class_name": "MLPModel", "hidden_dims": [16], "distribution_cfg": {
        "class_name": "GaussianDistribution", "init_std": 1.0, "std_type": "scalar"}},
    "critic": {"class_name": "MLPModel", "hidden_dims": [16]}, "seed": 1,
}


@dataclasses.dataclass
class Settings:
    task: str = "Reach"


class Reach(VecEnv):
    """Eight points on a line that are to reach zero."""

    num_envs, num_actions, max_episode_length, device, cfg = 8, 1, 10, "cpu", Settings()

    def __init__(self):
        self.episode_length_buf = torch.zeros(8, dtype=torch.long)
        self.place = torch.randn(8, 1)

    def get_observations(self):
        return TensorDict({"policy": self.place.clone()}, batch_size=[8])

    def step(self, actions):
        self.place = self.place + 0.1 * actions.clamp(-1, 1)
        self.episode_length_buf += 1
        done = self.episode_length_buf >= self.max_episode_length
        self.place[done] = torch.randn(int(done.sum()), 1)
        self.episode_length_buf[done] = 0
        reward = -self.place.abs().squeeze(1)
        return self.get_observations(), reward, done.float(), {
            "time_outs": done, "log": {"/reach/distance": -reward.mean(), "/reach/done": float(done.sum())}}


def main():
    torch.manual_seed(AGENT["seed"])
    folder = os.path.join("logs", "rsl_rl", "reach", "2026-11-29_00-00-00_first")
    os.makedirs(os.path.join(folder, "params"))
    for name, values in ("agent", AGENT), ("env", dataclasses.asdict(Reach.cfg)):
        with open(os.path.join(folder, "params", name + ".yaml"), "w") as file:
            yaml.dump(values, file)
    OnPolicyRunner(Reach(), AGENT, folder).learn(4)


if __name__ == "__main__":
    main()
