"""Rows of random runs, for whatever must hold for any."""
import math
from random import Random

from neptune_writer.points.rows import RESUMED, Row

NAMES = ("env", "epoch")


def run_of(seed):
    """Rows of a run: restarts, checkpoints, episodes between steps, repeated and out-of-order steps, steps that are
    NaN, several writers; and how they are read. The first seeds make the shortest runs."""
    random, rows, env, episode = Random(seed), [], 0, 0
    style = random.choice(["env", "env", "given", "mixed", "words"])
    for _ in range(2 + min(14, seed // 20)):
        values = {name: random.choice([1, 2, 2.5, math.nan]) for name in "abc" if random.random() < 0.6}
        env = max(0, env + random.choice([1, 1, 1, 2, 0, -1, -3, -env]))
        step = clock = mark = None
        if style in ("env", "mixed") and random.random() < 0.75:
            values["env"] = env if random.random() < 0.9 else math.nan
        if random.random() < 0.3:
            values["epoch"] = len(rows) // 2
        if style == "given" or style == "mixed" and random.random() < 0.5:
            episode += 1
            step = random.choice([env, env, episode, env + 0.5, None, math.nan])
        if style == "words":
            clock = random.choice(["loop", "learner", "env", None])
            step = random.choice([env, episode, None])
        if random.random() < 0.08:
            mark = random.choice(["restart", "checkpoint"])
        if mark and random.random() < 0.5:
            of = random.choice([None, "env", "", "loop"])
            rows.append(Row(random.choice([None, env]), of, mark, {}, float(len(rows)), ""))
            mark = None
        if random.random() < 0.06:
            rows += [RESUMED] * random.choice([0, 1])
        rows.append(Row(step, clock, mark, values or {"a": 1}, float(len(rows)), "run-%d" % len(rows)))
    how = {"every_fall_is_a_checkpoint": random.random() < 0.15,
           "restarts": random.choice([None, None, None, "continue", "supersede"])}
    return rows, ("b",) if random.random() < 0.1 else (), how
