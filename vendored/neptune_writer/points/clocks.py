"""One clock: what a step is counted by, where it started over, and where it went on from a checkpoint."""
from .rows import CHECKPOINT, RESTART, finite

PART = "part"
"""The mark of the first row of each clock in a later journal of the run."""


class Clock:
    """Turns the steps of one clock into x.

    Attributes:
        x: of its last row, None before the first.
        last: its last step, None before the first.
        pending: the mark of its next row, or None.
        counted: how many rows were counted by it, of those without a step.
    """

    def __init__(self, state=None):
        (self.first, self.last, self.highest, self.base, self.top, self.x, self.pending, self.counted) = (
            state or (None, None, None, 0, None, None, None, 0))

    def state(self):
        """What `__init__` goes on from, as JSON."""
        return [self.first, self.last, self.highest, self.base, self.top, self.x, self.pending, self.counted]

    def judge(self, step, following):
        """What a fall to ``step`` means, that nothing else was said of: a mark, or None where the row came out of
        order.

        Args:
            following: the next step, None where there is none.
        """
        if following is not None and following > self.highest:
            return None
        return RESTART if step <= self.first else CHECKPOINT

    def goes_on(self, step):
        """Go to ``step``, if that is beyond all steps since it started over; whether it was."""
        if self.pending is not None or step <= self.highest:
            return False
        self.counted += 1
        self.last = self.highest = step
        x = self.base + step
        self.x = self.top = x if type(x) is int else finite(x)
        return True

    def move(self, step, mark):
        """Go to ``step``; returns x, and whether all points of this clock there and beyond are superseded."""
        if self.first is None:
            self.first, mark = step, None
        if mark == PART:
            mark = CHECKPOINT
            if step <= self.first:  # from scratch: not the second time that it learns
                self.base = 0
        if mark == RESTART:
            self.base = max(self.top, self.top + 1 - step)
            self.highest = step
        x = finite(self.base + step)
        if mark == CHECKPOINT:
            self.top, self.highest = x, step
        self.last, self.x = step, x
        self.highest = step if self.highest is None else max(self.highest, step)
        self.top = x if self.top is None else max(self.top, x)
        return x, mark == CHECKPOINT
