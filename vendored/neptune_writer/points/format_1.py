"""Where format 1 of the package put rows, whose upload positions may be in the middle of a journal."""


class Before:
    """Records of format 1 -> the x that a tracker got: carried on wherever the step fell."""

    def __init__(self):
        self._streams = {}

    def x(self, record):
        """Of one row, in the order of the journal; None where it was left out."""
        name = record.get("stream", "")
        if name not in self._streams:
            self._streams[name] = _Stream()
        return self._streams[name].x(record)


class _Stream:
    def __init__(self):
        self._segment, self._step, self._base, self._last, self._at, self._is_behind = 0, None, 0, None, None, False

    def x(self, record):
        step, segment, rewinds = record["step"], record.get("segment", 0), record.get("rewind", False)
        if self._last is None:
            x = step
        elif (step, segment) == (self._step, self._segment):
            return self._at
        else:
            if record.get("restart") or step < self._step and not rewinds:
                self._base = max(self._last, self._last + 1 - step)
            x = self._base + step
            self._is_behind = (rewinds or self._is_behind) and x <= self._last
            if x <= self._last:
                x = None if self._is_behind else self._last + 1
        self._step, self._segment, self._at = step, segment, x
        if x is not None:
            self._last = x
        return x
