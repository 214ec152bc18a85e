"""Train skrl's PPO on Pendulum, as its examples do."""
import gymnasium
import torch
from skrl.agents.torch.ppo import PPO, PPO_CFG
from skrl.envs.wrappers.torch import wrap_env
from skrl.memories.torch import RandomMemory
from skrl.models.torch import DeterministicMixin, GaussianMixin, Model
from skrl.trainers.torch import SequentialTrainer


class Policy(GaussianMixin, Model):
    def __init__(self, **spaces):
        Model.__init__(self, **spaces)
        GaussianMixin.__init__(self)
        self.net = torch.nn.Linear(self.num_observations, self.num_actions)
        self.deviation = torch.nn.Parameter(torch.zeros(self.num_actions))

    def compute(self, inputs, role=""):
        return self.net(inputs["observations"]), {"log_std": self.deviation}


class Value(DeterministicMixin, Model):
    def __init__(self, **spaces):
        Model.__init__(self, **spaces)
        DeterministicMixin.__init__(self)
        self.net = torch.nn.Linear(self.num_observations, 1)

    def compute(self, inputs, role=""):
        return self.net(inputs["observations"]), {}


def main():
    env = wrap_env(gymnasium.make_vec("Pendulum-v1", num_envs=2), verbose=False)
    spaces = {"observation_space": env.observation_space, "action_space": env.action_space, "device": env.device}
    cfg = PPO_CFG(rollouts=16, learning_epochs=2, mini_batches=2, learning_rate=2e-3)
    cfg.experiment.directory, cfg.experiment.experiment_name = "runs/torch/pendulum", "first"
    cfg.experiment.write_interval = 16
    agent = PPO(models={"policy": Policy(**spaces), "value": Value(**spaces)},
                memory=RandomMemory(memory_size=16, num_envs=env.num_envs, device=env.device), cfg=cfg, **spaces)
    SequentialTrainer(cfg={"timesteps": 256, "disable_progressbar": True}, env=env, agents=agent).train()


if __name__ == "__main__":
    main()
