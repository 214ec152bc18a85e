"""Where version 1 of this package put rows: its upload positions may be in the middle of a journal."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional


class Format1X:
    """Records of format 1 -> the x that a tracker got: carried on wherever the step fell."""

    def __init__(self) -> None:
        self._streams: Dict[str, _Stream] = {}

    def x(self, record: "Dict[str, Any]") -> "Optional[float]":
        """The x of one row, in the order of the journal; None where it was left out."""
        name = record.get("stream", "")
        if name not in self._streams:
            self._streams[name] = _Stream()
        return self._streams[name].x(record)


class _Stream:
    def __init__(self) -> None:
        self._segment, self._base, self._is_behind = 0, 0, False
        self._step: Any = None
        self._last: Any = None
        self._at: Optional[float] = None

    def x(self, record: "Dict[str, Any]") -> "Optional[float]":
        step, segment, rewinds = record["step"], record.get("segment", 0), record.get("rewind", False)
        if self._last is None:
            x: Optional[float] = step
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
