"""Tianshou of the package index, with the install script's patch in it, trains a DQN: what TensorBoard's own reader
finds in the event file is in the journal, and the config of the script."""
import json

import pytest
from placed import points_of
from real_training import patched, python, release, run, script
from small_checkout import snapshot
from trainings import journals, stored

pytestmark = pytest.mark.training

TRAIN = """
import argparse, os
import gymnasium, numpy, torch
from torch.utils.tensorboard import SummaryWriter
from tianshou.data import Collector, VectorReplayBuffer
from tianshou.env import DummyVectorEnv
from tianshou.policy import DQNPolicy
from tianshou.trainer import OffpolicyTrainer
from tianshou.utils import TensorboardLogger
from tianshou.utils.net.common import Net

def main(args):
    torch.manual_seed(args.seed), numpy.random.seed(args.seed)
    train_envs, test_envs = [DummyVectorEnv([lambda: gymnasium.make(args.task)] * 2) for _ in range(2)]
    train_envs.seed(args.seed), test_envs.seed(args.seed)
    net = Net(4, 2, hidden_sizes=[16])
    policy = DQNPolicy(net, torch.optim.Adam(net.parameters(), lr=args.lr), target_update_freq=100)
    policy.set_eps(0.1)
    train = Collector(policy, train_envs, VectorReplayBuffer(1000, 2), exploration_noise=True)
    logger = TensorboardLogger(SummaryWriter(os.path.join("log", args.task, "dqn", str(args.seed))),
                               train_interval=50, update_interval=10, save_interval=1)
    OffpolicyTrainer(policy, train, Collector(policy, test_envs), max_epoch=2, step_per_epoch=300, step_per_collect=10,
                     episode_per_test=2, batch_size=16, update_per_step=0.1, logger=logger, verbose=False,
                     show_progress=False, save_checkpoint_fn=lambda epoch, env_step, gradient_step: "").run()
    logger.writer.close()

parser = argparse.ArgumentParser()
parser.add_argument("--task", default="CartPole-v1")
parser.add_argument("--lr", type=float, default=0.001)
parser.add_argument("--seed", type=int)
main(parser.parse_args())
"""
READ = """
import json, os
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
from tensorboard.util import tensor_util
found = {}
for folder, _, names in os.walk("log"):
    for name in names:
        for event in EventFileLoader(os.path.join(folder, name)).Load() if ".tfevents." in name else ():
            for value in event.summary.value:
                points = found.setdefault(os.path.basename(folder), {}).setdefault(value.tag, [])
                points.append((event.step, float(tensor_util.make_ndarray(value.tensor))))
print(json.dumps(found))
"""


def test_every_scalar_arrives_at_its_step(tmp_path):
    interpreter = python("torch-py311")
    checkout = release("tianshou==0.5.1", tmp_path)
    before = snapshot(checkout)
    patched(checkout)
    for seed in (1, 2):
        run(interpreter, checkout, tmp_path, "-W", "ignore", "-c", TRAIN, "--seed", seed, NEPTUNE_EXPERIMENT="journal",
            NUMBA_DISABLE_JIT="1")  # which takes longer than the training
    events = json.loads(run(interpreter, checkout, tmp_path, "-W", "ignore", "-c", READ)[0])
    groups = set()
    for seed in (1, 2):
        journal, = journals(tmp_path / "log/CartPole-v1/dqn" / str(seed))
        expected = {name: [(step, pytest.approx(value, rel=1e-6)) for step, value in points]
                    for name, points in events[str(seed)].items()}
        assert points_of(journal) == expected and "update/loss" in expected and "test/reward" in expected
        header, configs, _, ended = stored(journal)
        assert configs == [{"task": "CartPole-v1", "lr": 0.001, "seed": seed}] and ended
        assert (header["name"], header["framework"]) == ("CartPole-v1_dqn", "tianshou")
        groups.add(header["group"])
    assert len(groups) == 1
    script("uninstall.py", checkout)
    assert {path: content for path, content in snapshot(checkout).items() if "__pycache__" not in path} == before
