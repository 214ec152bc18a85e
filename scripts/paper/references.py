"""Scores of random play and of a reference, which give tasks a scale in common."""
from __future__ import annotations

import csv
import io
import math
from pathlib import Path
from typing import Dict, Tuple

from scripts.paper.asked import Asked
from scripts.refusal import Refusal
from scripts.runs.groups import labels

Table = Dict[str, Tuple[float, float]]
"""Task -> random and reference score."""


def read(path: Path) -> Table:
    """A table of the scores of random play and of a reference: a CSV with the columns task, random, reference, between
    which are commas, semicolons or tabs.

    Raises:
        Refusal: it is something else.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            text = file.read()
        head = text.partition("\n")[0]
        reader = csv.DictReader(io.StringIO(text, newline=""), skipinitialspace=True,
                                delimiter=max(",;\t", key=head.count))
        reader.fieldnames = [name.strip().lower() for name in reader.fieldnames or ()]
        rows = [(reader.line_num, row) for row in reader]
    except UnicodeDecodeError as error:
        raise Refusal(f"--normalise {path}: it is not UTF-8; save it as a UTF-8 CSV") from error
    except (OSError, csv.Error) as error:
        raise Refusal(f"--normalise {path}: {getattr(error, 'strerror', None) or error}") from error
    found: Table = {}
    for number, row in rows:
        if row.get(None):
            raise Refusal(f"--normalise {path}: line {number}: it has more cells than the header; write numbers "
                          "as 1234.5")
        try:
            task, low, high = row["task"].strip(), float(row["random"]), float(row["reference"])
        except KeyError as error:
            raise Refusal(f"--normalise {path}: expected the columns task, random, reference; found "
                          f"{', '.join(filter(None, row))}") from error
        except (TypeError, ValueError, AttributeError) as error:
            raise Refusal(f"--normalise {path}: line {number}: expected a task and two numbers") from error
        if task in found:
            raise Refusal(f"--normalise {path}: line {number}: {task} appears twice")
        if not (math.isfinite(low) and math.isfinite(high)) or low == high:
            raise Refusal(f"--normalise {path}: line {number}: random and reference must be numbers that differ, not "
                          f"{row['random']} and {row['reference']}")
        found[task] = (low, high)
    if not found:
        raise Refusal(f"--normalise {path}: it has no rows")
    return found


def check_tasks(found: Asked, table: Table, path: Path) -> None:
    """Refusal where the table lacks a task, or an algorithm has no run on one."""
    missing = [task for task in found.found.tasks if task not in table]
    if missing:
        raise Refusal(f"--normalise {path}: it has no row for {labels.listed(missing)}; it has "
                      f"{labels.listed(list(table))}")
    for algorithm, name in enumerate(found.found.names):
        lacks = [task for place, task in enumerate(found.found.tasks) if not found.of(place, algorithm)]
        if lacks:
            raise Refusal(f"{name} has no run on {labels.listed(lacks)}: what is said over all tasks needs every "
                          "algorithm on each; name the runs of fewer algorithms or tasks, or leave out --normalise, "
                          "which gives a table for each task")
