"""What is said of a run: a word, and from what it was concluded."""
from __future__ import annotations

import math
import weakref
from typing import NamedTuple

from scripts.runs.table import Run

FAILED, NAN, SILENT, BELOW, ABOVE = "failed", "NaN", "no row", "below", "above"
SLOWER, ENDED, RUNNING = "slower", "ended", "running"


class Verdict(NamedTuple):
    """One of them.

    Attributes:
        kind: one of the words above.
        why: what it was concluded from, in numbers and names.
        is_bad: whether somebody should look at the run.
    """

    kind: str
    why: str
    is_bad: bool = True

    @property
    def text(self) -> str:
        """Both, for a line of its own."""
        return self.why if self.why.startswith(self.kind) else f"{self.kind}: {self.why}"


class Named(NamedTuple):
    """A run, and what it is called here."""

    label: str
    run: Run


class Same:
    """A run as the key of a cache that does not keep it alive; only the very same run is equal."""

    def __init__(self, run: Run) -> None:
        self.run, self._hash = weakref.ref(run), id(run)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.run() is other.run() is not None


def number(value: float) -> str:
    """Four digits of it, with commas from thousands on."""
    if not math.isfinite(value):
        return "NaN" if value != value else f"{value:g}"
    if abs(value) < 1000:
        return f"{value:.4g}"
    return f"{value:,.0f}" if abs(value) < 1e12 else f"{value:.3g}"


def span(seconds: float) -> str:
    """A time that passed, in the unit that a person would use: ``40 s``, ``12 min``, ``3.5 h``, ``2 days``."""
    for unit, size, until in (("s", 1, 90), ("min", 60, 90), ("h", 3600, 48)):
        if seconds < until * size:
            shown = seconds / size
            return f"{shown:.1f} {unit}" if unit == "h" and shown < 10 else f"{shown:.0f} {unit}"
    return f"{seconds / 86400:.0f} days"
