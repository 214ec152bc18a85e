"""Whatever a run holds, it is judged, drawn and written: no row, one row, NaN and infinity, equal x, no times."""
import json
import math
import warnings

import numpy as np
from watched_runs import LOSS, NOW, RETURN, named, run

from scripts.watching import as_json, curves, judged, table

ODD = [math.nan, math.inf, -math.inf, 0.0, 1e308, -1e308, 1e-300, 5.0]


def odd(draw, number):
    """A run of anything."""
    rows = int(draw.choice([0, 1, 2, 5, 20, 60]))

    def values():
        usual = draw.normal(0, 10.0 ** draw.integers(-3, 6), rows)
        return np.where(draw.random(rows) < draw.choice([0, 0.1, 1]), draw.choice(ODD, rows), usual)
    steps = np.sort(draw.choice([1.0, 7.0, 1e9], rows) * draw.integers(0, 30, rows))
    times = NOW - 100 + np.sort(draw.random(rows))
    if draw.random() < 0.5:
        times = draw.choice([math.nan, NOW, NOW + 5], rows)
    config = draw.choice([{}, {"total_timesteps": math.nan}, {"epochs": 1e300, "steps_per_epoch": 1e300},
                          {"epochs": "x"}])
    return run(steps, {RETURN: values(), LOSS: values()}, name=f"seed {number}", times=times, config=config,
               began=draw.choice([math.nan, NOW - 200]), end=draw.choice(["", "end", "FAILED"]),
               ended=draw.random() < 0.5)


def test_any_run_is_judged_and_shown():
    draw = np.random.default_rng(0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(60):
            runs = [odd(draw, number) for number in range(5)]
            found = [judged.judge(named(one)[0], "g", named(*runs[:place]), NOW + 1000)
                     for place, one in enumerate(runs)]
            json.loads(as_json.as_json(found, [], NOW))
            assert all(len(line) < 1000 for line in table.printed(judged.recent(found, NOW), NOW, 80))
            for metric in (RETURN, LOSS, "none"):
                view = curves.View(smoothing=2).zoomed(0.5, (0.0, 10.0))
                assert curves.drawing(metric, found, view, 80).extent[0] <= 1e300
