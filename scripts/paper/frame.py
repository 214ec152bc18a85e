"""Runs as one tidy table: one row per point, with the run's group, framework and, if wished, its config.

In a notebook:

    import sys; sys.path.append("neptune-rl-logging")  # the clone
    from scripts.export import frame
    runs = frame(["runs/"], metrics=["rollout/ep_rew_mean"])
    curves = runs.pivot_table(values="value", index="x", columns="group")
    curves.interpolate().plot()
"""
from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, List, Optional, Sequence, Union

import pyarrow as pa

from scripts.paper import tidy
from scripts.runs.reading import Reading
from scripts.runs.said import How
from scripts.runs.table import Problem

if TYPE_CHECKING:
    import pandas


def frame(paths: Union[str, Path, Sequence[Union[str, Path]]], *, metrics: Sequence[str] = (),
          group_by: Optional[Sequence[str]] = None, config: bool = False, wide: bool = False,
          problems: Optional[List[Problem]] = None) -> pandas.DataFrame:
    """Everything below the paths as a table for pandas, see the module.

    Args:
        metrics: names or patterns, as ``eval/*``; all where there are none.
        group_by: what runs of a group have alike, as for --group-by; by default all but the seed.
        config: whether entries of configs have columns, ``config/lr``.
        wide: one column per metric instead of one row per point.
        problems: a list that gets what cannot be read; without it, that is a warning.

    Raises:
        Refusal: no run has a metric or key that is named.
    """
    named = [paths] if isinstance(paths, (str, Path)) else list(paths)
    runs, told = Reading([Path(path) for path in named], How(), group_by).read()
    if problems is not None:
        problems += told
    else:
        for path, what in told:
            warnings.warn(f"{path}: {what}", stacklevel=2)
    every = tidy.found(runs, group_by)
    shape = tidy.Shape(tuple(metrics), tidy.config_columns(every) if config else (), wide)
    if runs:
        tidy.check(every, shape)
    batches = list(tidy.tables(every, shape))
    whole = pa.Table.from_batches(batches, tidy.schema_of(every, shape)) if not wide else pa.concat_tables(
        [pa.Table.from_batches([one]) for one in batches] or [tidy.schema_of(every, shape).empty_table()])
    made: pandas.DataFrame = whole.to_pandas(date_as_object=False)
    return made
