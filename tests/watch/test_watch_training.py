"""Each verdict, from a real training that was made so; and none of those that were left alone."""
import json
import signal
import subprocess
import time

import pytest
from real_training import patched, python, release, run, script, variables_of

pytestmark = pytest.mark.training
TRAIN = """if True:
    import os, signal, sys
    import torch
    from stable_baselines3 import DQN, PPO
    from stable_baselines3.common.callbacks import BaseCallback
    what, seed = sys.argv[1], int(sys.argv[2])
    torch.set_num_threads(1)

    class Callback(BaseCallback):
        def _on_step(self):
            if what == "kill" and self.num_timesteps > 1000:
                os.kill(os.getpid(), signal.SIGKILL)
            if what == "pause" and self.num_timesteps > 1000:
                os.kill(os.getpid(), signal.SIGSTOP)
            if what == "raise" and self.num_timesteps > 1000:
                raise ValueError("broken")
            if what in ("nan", "dqn-nan") and self.num_timesteps == 1000:
                with torch.no_grad():
                    for parameter in self.model.policy.parameters():
                        parameter.fill_(float("nan"))
            return not (what == "stop" and self.num_timesteps > 1000)

    if what.startswith("dqn"):
        model = DQN("MlpPolicy", "CartPole-v1", seed=seed, learning_starts=200)
    else:
        model = PPO("MlpPolicy", "CartPole-v1", seed=seed, n_steps=128, n_epochs=5)
    if what == "diverge":
        model.lr_schedule = lambda left: 3.0
    model.learn(2000 if what.startswith("dqn") else 6000, callback=Callback())
"""


def test_each_verdict_of_a_training_that_was_made_so(tmp_path, tmp_path_factory):
    interpreter = python("stable-baselines3")
    checkout = patched(release("stable_baselines3==2.9.2", tmp_path_factory.mktemp("release")))

    def train(what, seed, status=0):
        folder = tmp_path / ("dqn" if what.startswith("dqn") else "ppo") / f"seed_{seed}"
        folder.mkdir(parents=True)
        run(interpreter, checkout, folder, "-W", "ignore", "-c", TRAIN, what, seed, status=status,
            NEPTUNE_EXPERIMENT="journal")

    healthy = range(3)
    for seed in healthy:
        train("healthy", seed)
    for what, seed, status in (("kill", 10, -signal.SIGKILL), ("raise", 11, 1), ("nan", 12, 1), ("stop", 13, 0),
                               ("diverge", 14, 0), ("dqn", 20, 0), ("dqn-nan", 21, 0)):
        train(what, seed, status)
    folder = tmp_path / "ppo" / "seed_15"
    folder.mkdir()
    paused = subprocess.Popen([interpreter, "-W", "ignore", "-c", TRAIN, "pause", "15"], cwd=folder,
                              stderr=subprocess.DEVNULL, env=variables_of(interpreter, checkout, {
                                  "NEPTUNE_EXPERIMENT": "journal"}))
    try:
        while not _is_stopped(paused.pid):
            time.sleep(0.1)
        found = _looked(tmp_path)
    finally:
        paused.kill()
        paused.wait()
    states = {name: (state, [verdict.partition(" ")[0] for verdict in bad])
              for name, (state, bad) in found.items()}
    assert states == {
        **{f"seed_{seed}": ("ended", []) for seed in (*healthy, 13, 20)},
        "seed_10": ("failed", ["failed"]), "seed_11": ("failed", ["failed"]), "seed_12": ("failed", ["failed"]),
        "seed_14": ("ended", ["below"]), "seed_15": ("running", []), "seed_21": ("ended", ["NaN"])}
    assert found["seed_11"][1] == found["seed_12"][1] == ["failed its file says: uncaught ValueError"]
    later = _looked(tmp_path)["seed_15"]
    assert later[0] == "failed"  # it was killed meanwhile


def _looked(folder):
    """Of each run, by its folder: its state, and its bad verdicts."""
    said = json.loads(script("watch.py", "--json", folder))
    return {one["source"].split("/")[-3]: (one["state"], [
        f"{verdict['kind']} {verdict['why']}" for verdict in one["verdicts"] if verdict["bad"]])
        for one in said["runs"]}


def _is_stopped(pid):
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()[0] == "T"
