"""Runs for the tests of watch.py: made in memory, healthy as trainings are, or with something wrong."""
import math
import time

import numpy as np
from neptune_writer.journal import journal
from neptune_writer.points.rows import GIVEN
from report_runs import HEADER

from scripts.runs.table import Run, Series
from scripts.watching.verdict import Named

NOW = 1_000_000.0
RETURN, LOSS = "rollout/ep_rew_mean", "train/loss"


def run(steps, series, name="seed", began=NOW - 10_000, every=2.0, times=None, end="", ended=True, config=(), **other):
    """A run with rows at these steps; series: metric -> values, one a row."""
    steps = np.asarray(steps, dtype=float)
    times = began + every * np.arange(1, len(steps) + 1) if times is None else np.asarray(times, dtype=float)
    found = {metric: Series(np.arange(len(steps)), np.array(values, dtype=float)) for metric, values in series.items()}
    return Run(name=name, group="g", config=dict(config), source=f"/runs/{name}.jsonl", steps=steps, times=times,
               series=found, ended=ended, end=end, began=began, clocks={metric: GIVEN for metric in found}, **other)


def returns(values, **other):
    """A run with one return a row, 100 steps apart."""
    return run(100.0 * np.arange(1, len(values) + 1), {RETURN: values}, **other)


def named(*runs):
    """The runs under their names."""
    return [Named(one.name, one) for one in runs]


def until(whole, rows):
    """The run as it was after so many rows."""
    series = {metric: Series(one.rows[one.rows < rows], one.values[one.rows < rows])
              for metric, one in whole.series.items()}
    return Run(**{**vars(whole), "steps": whole.steps[:rows], "times": whole.times[:rows], "series": {
        metric: one for metric, one in series.items() if len(one.rows)}, "end": "", "ended": False})


def write(folder, name, values, ago=0.0, end=True, seed=0, lr=0.1):
    """A journal of the returns, the last of them so many seconds ago, two seconds apart."""
    path = folder / name / f"neptune-{name}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    began = time.time() - ago - 2 * len(values)
    records = [dict(HEADER, format=2, t=began, run=f"run-{name}", name="ppo", group="ppo", steps=["TotalEnvInteracts"]),
               {"t": began, "config": {"seed": seed, "lr": lr, "env": "CartPole-v1"}}]
    records += [{"t": began + 2 * (row + 1), "values": {
        "TotalEnvInteracts": 100 * (row + 1), "AverageEpRet": value if math.isfinite(value) else "NaN"}}
        for row, value in enumerate(values)]
    path.write_bytes(b"".join(map(journal.encode, records + [{"t": time.time() - ago, "end": True}] * end)))
    return path


class Training:
    """A healthy training whose seeds differ: in when they begin to learn, how fast, how far they come, and by noise
    that lasts. A metric that a window of episodes smooths is as likely as one of single episodes."""

    def __init__(self, draw):
        self.rows = int(draw.integers(20, 300))
        self.low, gain = draw.uniform(-500, 100), draw.lognormal(5, 1.2)
        self.high = self.low + gain
        self.onset, self.onset_apart = draw.uniform(0, 0.6), draw.uniform(0, 0.35)
        self.width, self.far_apart = draw.uniform(0.02, 0.4), draw.uniform(0, 0.25)
        self.noise, self.lasting = draw.uniform(0, 0.25) * gain, draw.uniform(0, 0.98)
        self.every = draw.lognormal(1, 1.5)
        self.nan_first, self.nan_share = int(draw.integers(0, 15)), draw.choice([0, 0, 0.3])
        self.pause_every, self.pause = int(draw.integers(10, 60)), draw.choice([0, 5, 50])
        self.evaluates = draw.random() < 0.5

    def seed(self, draw, number):
        """One of its runs."""
        at = np.arange(self.rows) / self.rows
        onset = self.onset * math.exp(draw.normal(0, self.onset_apart))
        learned = 1 / (1 + np.exp(np.clip(-(at - onset) / self.width * 4, -50, 50)))
        learned = (learned - learned[0]) / max(learned[-1] - learned[0], 1e-9) if draw.random() < 0.5 else learned
        values = self.low + (self.high - self.low) * learned * math.exp(draw.normal(0, self.far_apart))
        noise = draw.normal(0, self.noise * math.sqrt(1 - self.lasting ** 2), self.rows)
        for row in range(1, self.rows):
            noise[row] += self.lasting * noise[row - 1]
        values = values + noise
        loss = draw.lognormal(0, 1, self.rows)
        values[:self.nan_first] = loss[:self.nan_first] = math.nan
        values[draw.random(self.rows) < self.nan_share] = math.nan
        gaps = self.every * draw.lognormal(0, 0.3, self.rows)
        gaps[::self.pause_every] *= 1 + self.pause
        series = {RETURN: values, LOSS: loss, "train/explained_variance": np.full(self.rows, math.nan)}
        if self.evaluates:
            series["eval/mean_reward"] = values + draw.normal(0, 1, self.rows)
        began = NOW - 1e6 + number * 1000
        return run(1000.0 * np.arange(1, self.rows + 1), series, name=f"seed {number}", began=began,
                   times=began + np.cumsum(gaps), ended=False)
