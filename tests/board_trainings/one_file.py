"""Train Q-learning in one file, with the idiom of those of CleanRL: flags, a run's name, a table, scalars by hand."""
import random
import time
from argparse import ArgumentParser

import gymnasium as gym
import numpy as np
import torch
from torch.utils.tensorboard import SummaryWriter

parser = ArgumentParser()
parser.add_argument("--exp-name", default="one_file")
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--track", action="store_true")
parser.add_argument("--env-id", default="CartPole-v1")
parser.add_argument("--learning-rate", type=float, default=2.5e-4)
parser.add_argument("--total-timesteps", type=int, default=600)

if __name__ == "__main__":
    args = parser.parse_args()
    run_name = f"{args.env_id}__{args.exp_name}__{args.seed}__{int(time.time())}"
    if args.track:
        import wandb
        wandb.init(project="cleanRL", sync_tensorboard=True, config=vars(args), name=run_name, save_code=True)
    writer = SummaryWriter(f"runs/{run_name}")
    writer.add_text("hyperparameters", "|param|value|\n|-|-|\n%s" % (
        "\n".join([f"|{key}|{value}|" for key, value in vars(args).items()])))
    random.seed(args.seed), np.random.seed(args.seed), torch.manual_seed(args.seed)
    env = gym.wrappers.RecordEpisodeStatistics(gym.make(args.env_id))
    q_network = torch.nn.Sequential(torch.nn.Linear(4, 32), torch.nn.ReLU(), torch.nn.Linear(32, 2))
    optimizer = torch.optim.Adam(q_network.parameters(), lr=args.learning_rate)
    start_time = time.time()
    obs, _ = env.reset(seed=args.seed)
    for global_step in range(args.total_timesteps):
        q_values = q_network(torch.tensor(obs))
        action = int(q_values.argmax()) if random.random() > 0.1 else random.randrange(2)
        next_obs, reward, terminated, truncated, infos = env.step(action)
        if "episode" in infos:
            writer.add_scalar("charts/episodic_return", infos["episode"]["r"], global_step)
            writer.add_scalar("charts/episodic_length", infos["episode"]["l"], global_step)
        with torch.no_grad():
            target = reward + 0.99 * q_network(torch.tensor(next_obs)).max() * (not terminated)
        loss = (target - q_values[action]) ** 2
        optimizer.zero_grad(), loss.backward(), optimizer.step()
        if global_step % 20 == 0:
            writer.add_scalar("losses/td_loss", loss, global_step)
            writer.add_scalar("losses/q_values", q_values.mean().item(), global_step)
            writer.add_scalar("charts/SPS", int(global_step / (time.time() - start_time)), global_step)
        obs = env.reset()[0] if terminated or truncated else next_obs
    env.close()
    writer.close()
