"""The runs as a table: for a terminal, or a pipe."""
from __future__ import annotations

import math
from typing import Iterator, List, Sequence, Tuple

from scripts.watching.judged import Judged
from scripts.watching.verdict import RUNNING, number, span

HEAD = ("run", "state", "steps", "steps/s", "left", "last row", "metric", "")
_RIGHT = (2, 3, 4, 5)
_LEAST_NAME = 12


def cells(one: Judged, now: float) -> Tuple[str, ...]:
    """What stands in the columns of `HEAD`."""
    goes_on = one.state == RUNNING
    return (one.label, one.state, _shown(one.x), _shown(one.pace) if goes_on else "",
            _span(one.left), _span(max(0.0, now - one.last)), one.metric, _shown(one.value))


def _shown(value: float) -> str:
    return number(value) if math.isfinite(value) else ""


def _span(seconds: float) -> str:
    return span(seconds) if math.isfinite(seconds) else ""


def rows(found: Sequence[Tuple[str, ...]], width: int) -> List[str]:
    """Cells as aligned lines no wider than that; names are cut first, behind what they begin and before what they end
    with."""
    if not found:
        return []
    found = [HEAD, *found]
    widths = [max(map(len, column)) for column in zip(*found)]
    beyond = sum(widths) + 2 * (len(widths) - 1) - width
    for place in (6, 0):  # the metric's name, then the run's
        taken = max(0, min(beyond, widths[place] - _LEAST_NAME))
        widths[place] -= taken
        beyond -= taken
    return ["  ".join(_cell(cell, widths[place], place in _RIGHT) for place, cell in enumerate(row)).rstrip()[:width]
            for row in found]


def _cell(text: str, width: int, is_right: bool) -> str:
    if len(text) > width:
        text = text[:(width - 1) // 2] + "~" + text[len(text) - (width - 1 - (width - 1) // 2):]
    return text.rjust(width) if is_right else text.ljust(width)


def lines(found: Sequence[Judged], now: float, width: int) -> Iterator[str]:
    """Head and rows; below each run what was concluded; ``!`` marks what is bad."""
    table = rows([cells(one, now) for one in found], width - 2)
    if table:
        yield f"  {table[0]}"
    group = None
    for one, row in zip(found, table[1:]):
        if one.group != group and group is not None:
            yield ""
        group = one.group
        yield f"{'!' if one.is_bad else ' '} {row}"
        for verdict in one.verdicts:
            yield f"    {verdict.kind}: {verdict.why}"


def summary(found: Sequence[Judged], hidden: int) -> str:
    """How many of what there are: ``2 running, 1 failed; 1 needs a look; 37 older runs are not shown``."""
    counts = {one.state: 0 for one in found}
    for one in found:
        counts[one.state] += 1
    bad = sum(one.is_bad for one in found)
    told = [", ".join(f"{many} {state}" for state, many in counts.items()) or "no runs"]
    if bad:
        told.append("1 needs a look" if bad == 1 else f"{bad} need a look")
    if hidden:
        told.append("1 older run is not shown" if hidden == 1 else f"{hidden} older runs are not shown")
    return "; ".join(told)
