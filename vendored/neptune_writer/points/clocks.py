"""One clock: what a step is counted by, where it started over, and where it went on from a checkpoint."""
from .rows import CHECKPOINT, RESTART, RESUMED, normalized

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional, Tuple


class Clock:
    """Turns the steps of one clock into x.

    Attributes:
        x: of its last row; 0 before the first.
        first, last, highest: steps since it started over, its last and its highest; None before the first.
        pending: the mark of its next row, or None.
        counted: how many rows were counted by it, of those without a step.
    """

    def __init__(self) -> None:
        self.first: Optional[float] = None
        self.last: Any = None
        self.highest: Any = None
        self.base: float = 0
        self.top: Any = None
        self.x: float = 0
        self.pending: Optional[str] = None
        self.counted = 0

    def judge(self, step: float, following: "Optional[float]") -> "Optional[str]":
        """The mark that a fall to ``step`` stands for, where nothing else says; None where the row is out of order.

        ``following``: the next step, None where there is none.
        """
        if following is not None and following > self.highest:
            return None
        return RESTART if self.first is None or step <= self.first else CHECKPOINT

    def goes_on(self, step: float) -> bool:
        """Go to ``step``, if that is beyond all steps since it started over; returns whether it was."""
        if self.pending is not None or step <= self.highest:
            return False
        self.counted += 1
        self.last = self.highest = step
        x = self.base + step
        self.x = self.top = x if type(x) is int else normalized(x)
        return True

    def move(self, step: float, mark: "Optional[str]") -> "Tuple[float, bool]":
        """Go to ``step``; returns x, and whether all points of this clock there and beyond are superseded."""
        if self.first is None:
            self.first, mark = step, None
        if mark == RESUMED:
            mark = CHECKPOINT
            if step <= self.first:  # from scratch: not the second time that it learns
                self.base = 0
        if mark == RESTART:
            self.base = max(self.top, self.top + 1 - step)
            self.highest = step
        x = normalized(self.base + step)
        if mark == CHECKPOINT:
            self.top, self.highest = x, step
        self.last, self.x = step, x
        self.highest = step if self.highest is None else max(self.highest, step)
        self.top = x if self.top is None else max(self.top, x)
        return x, mark == CHECKPOINT
