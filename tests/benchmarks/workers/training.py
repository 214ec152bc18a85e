"""A real training, an ordinary script, with what this writer costs it: the time in its calls on the training's thread,
the CPU of its thread where a live run has one, and that of the child process where a spec has.

    training.py FRAMEWORK EXPERIMENT TIMESTEPS    the patched framework is importable; prints JSON
"""
import atexit
import json
import sys
import threading
import time

from interleaved import adopt, cpu_of_children, memory_of_children

spent = {"calls": 0.0, "rows": 0, "first": 0.0, "thread": 0.0}


def timed(holder, name, is_row=True):
    """Put a function in place of one of ours that adds up how long it takes."""
    original = getattr(holder, name)

    def call(*arguments, **named):
        began = time.perf_counter()
        try:
            return original(*arguments, **named)
        finally:
            took = time.perf_counter() - began
            spent["calls"] += took
            if is_row:
                spent["rows"] += 1
                spent["first"] = spent["first"] or took
    setattr(holder, name, call)


def report(began):
    """After every other exit handler: the first that is registered is the last that runs."""
    print(json.dumps(dict(spent, wall=spent["trained"] - began, child_cpu=cpu_of_children())), flush=True)


def time_the_thread():
    """Its CPU, which is not that of other threads."""
    original = threading.Thread.run

    def run(thread):
        try:
            original(thread)
        finally:
            if thread.name == "neptune-writer":
                spent["thread"] += time.thread_time()
    threading.Thread.run = run


def stable_baselines3(experiment, timesteps):
    """PPO on CartPole, as it is by default: a row every 2048 steps."""
    import torch
    torch.set_num_threads(1)
    from stable_baselines3 import PPO
    from stable_baselines3.common import base_class, logger
    timed(logger.NeptuneOutputFormat, "write")
    timed(base_class.neptune_writer, "begin", is_row=False)
    model = PPO("MlpPolicy", "CartPole-v1", seed=0)
    formats = [logger.NeptuneOutputFormat(experiment)]
    model.set_logger(logger.Logger("out", formats))
    began = time.perf_counter()
    model.learn(timesteps, log_interval=1)
    return began


def spinningup(experiment, timesteps):
    """PPO on CartPole, in PyTorch."""
    import numpy
    import tensorflow.compat.v1 as tensorflow  # SpinningUp is written for TensorFlow 1
    tensorflow.disable_v2_behavior()
    sys.modules["tensorflow"] = tensorflow
    numpy.bool8 = getattr(numpy, "bool8", numpy.bool_)
    import gym
    import spinup
    from spinup.utils import logx
    timed(logx.neptune_writer, "write_row")
    timed(logx.neptune_writer, "write_config", is_row=False)
    began = time.perf_counter()
    spinup.ppo_pytorch(env_fn=lambda: gym.make("CartPole-v1"), seed=0, epochs=max(1, timesteps // 1000),
                       steps_per_epoch=min(timesteps, 1000), logger_kwargs=dict(
                           output_dir="out", exp_name="ppo", neptune_experiment=experiment))
    return began


def main():
    """Train, then leave as every script does."""
    framework, experiment, timesteps = sys.argv[1], sys.argv[2], int(sys.argv[3])
    adopt()
    began = []
    atexit.register(lambda: report(*began))
    time_the_thread()
    if experiment == "live":
        from neptune import init_run
        experiment = init_run(mode="offline", source_files=[], git_ref=False, capture_hardware_metrics=False)
    began.append(globals()[framework](experiment, timesteps))
    spent["trained"], spent["child_memory"] = time.perf_counter(), memory_of_children()
    if not isinstance(experiment, str):
        experiment.stop()


if __name__ == "__main__":
    main()
