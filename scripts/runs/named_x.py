"""The metrics that a person names to be x."""
from __future__ import annotations

import difflib
from typing import Sequence

from scripts.refusal import Refusal
from scripts.runs import metric_order
from scripts.runs.table import Run


def check(runs: Sequence[Run], wanted: Sequence[str]) -> None:
    """Refusal where no run has any of them; where some lack them, that is said of each as it is read."""
    names = list(dict.fromkeys(name for run in runs for name in run.series))
    if not runs or not wanted or any(name in names for name in wanted):
        return
    near = difflib.get_close_matches(wanted[0], names, 3) or metric_order.ordered(names)[:5]
    more = f" and {len(names) - len(near)} more" if len(names) > len(near) else ""
    raise Refusal(f"--x {','.join(wanted)}: no run has that; "
                  + (f"there is {', '.join(near)}{more}" if names else "the runs have no metrics"))
