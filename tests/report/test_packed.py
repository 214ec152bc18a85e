"""Runs as bytes: what is read back is what was there, every field of it, bit for bit."""
import dataclasses
import math

import numpy as np

from scripts.runs.cache import packed
from scripts.runs.table import Mark, Problem, Process, Run, Series

ROWS = np.array([0, 1, 2])
RUN = Run(name="toy ☃", group="g", config={"lr": 1e-3, "on": True, "n": 2 ** 60, "name": "a", "odd": math.inf},
          source="a/progress.csv", steps=np.array([1.0, 2.0, 2.0]), times=np.array([1.5, math.nan, 2.5]),
          series={"loss": Series(ROWS, np.array([0.1, math.nan, -0.0])), "reward": Series(ROWS, np.array([1.0, 2, 3])),
                  "eval": Series(np.array([1]), np.array([5e-324]))},
          framework="spinup", id="r", resumes="q", ended=False, began=1.25, clocks={"loss": "step"}, x_clock="step",
          marks=[Mark("step", 2.0, "checkpoint")], path=("a", "b"), sample=(3, 4), keeper="wandb", end="FAILED",
          process=Process("a", 12, "here"))


def fields(run):
    return {field.name: getattr(run, field.name) for field in dataclasses.fields(run)}


def test_every_field_comes_back():
    untouched = Run("", "", {}, "", np.zeros(0), np.zeros(0), {})
    for name, value in fields(RUN).items():
        if name not in ("said", "steps", "times", "series"):
            assert repr(value) != repr(getattr(untouched, name)), f"{name}: nothing is tried"
    (run,), problems = packed.unpack(packed.pack([RUN], [Problem("a", "why")]))
    assert problems == [Problem("a", "why")]
    for name, value in fields(RUN).items():
        found = getattr(run, name)
        if isinstance(value, np.ndarray):
            assert found.tobytes() == value.tobytes() and found.dtype == value.dtype
        elif name == "series":
            assert list(found) == list(value)
            for metric, series in value.items():
                assert found[metric].rows.tolist() == series.rows.tolist()
                assert found[metric].values.tobytes() == series.values.tobytes()
        else:
            assert found == value and type(found) is type(value), name


def test_rows_that_several_series_share_are_there_once():
    content = packed.pack([RUN], [])
    (run,), _ = packed.unpack(content)
    assert run.series["loss"].rows is run.series["reward"].rows
    alone = dataclasses.replace(RUN, series={"loss": RUN.series["loss"]})
    assert len(content) - len(packed.pack([alone], [])) < 8 * 3 * 2 + 8 * 2 + 200  # rows of the second are not there
