"""The runs as a table: for a terminal, or a pipe."""
from __future__ import annotations

import itertools
import math
import unicodedata
from typing import Iterator, List, NamedTuple, Optional, Sequence, Tuple

from neptune_writer import messages

from scripts.watching.judged import Judged
from scripts.watching.verdict import ENDED, RUNNING, number, span

HEAD = ("run", "state", "steps", "steps/s", "left", "last row", "value")
_LEAST_NAME, _LEAST_STATE = 12, 7


class Line(NamedTuple):
    """A line of the table: a run, or the head of a group; ``mark`` is ``!`` where the run needs a look."""

    mark: str
    text: str
    one: Optional[Judged] = None


def table(found: Sequence[Judged], now: float, width: int) -> Tuple[str, List[Line]]:
    """The head, and the lines of the runs, whose groups are together; no text is wider than that."""
    heads: List[Tuple[str, int]] = []
    rows: List[Tuple[str, ...]] = [HEAD]
    for _, members in itertools.groupby(found, key=lambda one: one.group):
        together = list(members)
        heads.append((_head(together), len(together)))
        rows += [_cells(one, together[0].metric, now) for one in together]
    head, *texts = _aligned(rows, width)
    lines: List[Line] = []
    place = 0
    for text, many in heads:
        lines.append(Line(" ", _cell(text, width, False).rstrip()))
        for one in found[place:place + many]:
            lines.append(Line("!" if one.is_bad else " ", texts[place], one))
            place += 1
    return head, lines


def _head(together: Sequence[Judged]) -> str:
    """What a group is called, and what is shown of it."""
    first = together[0]
    return f"{first.group}: {messages.plain(first.metric)}" if first.metric else first.group


def _cells(one: Judged, metric: str, now: float) -> Tuple[str, ...]:
    """What stands in the columns of `HEAD`."""
    state = ", ".join([one.state, *(verdict.kind for verdict in one.verdicts if verdict.kind != one.state)])
    value = _shown(one.value) + (f" {messages.plain(one.metric)}" if one.metric != metric else "")
    return (_within(one.label, one.group), state, _shown(one.x), _shown(one.pace) if one.state == RUNNING else "",
            _span(one.left), _span(max(0.0, now - one.last)), value)


def _within(label: str, group: str) -> str:
    """A run's label without that of its group, below whose head it stands."""
    return label[len(group) + 1:] if label.startswith(f"{group} ") else label


def _shown(value: float) -> str:
    return number(value) if math.isfinite(value) else ""


def _span(seconds: float) -> str:
    return span(seconds) if math.isfinite(seconds) else ""


def _aligned(rows: Sequence[Tuple[str, ...]], width: int) -> List[str]:
    """Cells as lines no wider than that; what is cut keeps its beginning and its end."""
    widths = [max(map(wide, column)) for column in zip(*rows)]
    beyond = sum(widths) + 2 * (len(widths) - 1) - width
    for place, least in ((0, _LEAST_NAME), (1, _LEAST_STATE)):
        taken = max(0, min(beyond, widths[place] - least))
        widths[place] -= taken
        beyond -= taken
    return [_head_of("  ".join(_cell(cell, widths[place], place > 1) for place, cell in enumerate(row)).rstrip(), width)
            for row in rows]


def _cell(text: str, width: int, is_right: bool) -> str:
    if wide(text) > width:
        end = _head_of(text[::-1], width - 1 - (width - 1) // 2)[::-1]
        text = f"{_head_of(text, (width - 1) // 2)}~{end}"
    room = " " * (width - wide(text))
    return room + text if is_right else text + room


def wide(text: str) -> int:
    """How many columns of a terminal it takes: Chinese letters take two each."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(one) else 1 + (unicodedata.east_asian_width(one) in "WF") for one in text)


def _head_of(text: str, width: int) -> str:
    """As much of it as has room."""
    if wide(text) <= width:
        return text
    ends = itertools.accumulate(map(wide, text))
    return text[:next(place for place, end in enumerate(ends) if end > width)]


def printed(found: Sequence[Judged], now: float, width: int) -> Iterator[str]:
    """Head and lines; below each run what was concluded."""
    head, lines = table(found, now, width - 4)
    yield f"    {head}"
    for line in lines:
        yield f"{line.mark}   {line.text}" if line.one else line.text
        for verdict in line.one.verdicts if line.one else ():
            if verdict.kind != ENDED:
                yield f"        {verdict.text}"


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
