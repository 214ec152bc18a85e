"""A progress bar on stderr, on terminals only, for what takes longer than a second."""
import contextlib
import sys
import time

from .. import messages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Iterator, Optional, TextIO, Tuple

_WIDTH = 30
_AFTER_SECONDS = 1.0


@contextlib.contextmanager
def shown(progress: "Callable[[], Tuple[int, int]]") -> "Iterator[Callable[[], None]]":
    """Yields what redraws the bar; messages go above it meanwhile.

    ``progress``: () -> (done, all), in any unit.
    """
    bar = _Bar(sys.stderr, progress)
    before, messages.stream = messages.stream, bar  # type: ignore[assignment]
    try:
        yield bar.draw
    finally:
        bar.clear()
        messages.stream = before


class _Bar:
    """Stderr with a bar below its lines."""

    def __init__(self, stream: "Optional[TextIO]", progress: "Callable[[], Tuple[int, int]]") -> None:
        self._stream = stream
        self._progress = progress
        self._begun = time.monotonic()
        self._drawn = False

    def draw(self) -> None:
        """Draw it, on a terminal, once it has taken a second."""
        if self._stream is None or not self._stream.isatty() or time.monotonic() - self._begun < _AFTER_SECONDS:
            return
        done, whole = self._progress()
        share = min(1.0, done / whole) if whole else 0.0
        full = int(share * _WIDTH)
        self._stream.write("\r[%s%s] %3d %%" % ("#" * full, "." * (_WIDTH - full), int(share * 100)))
        self._stream.flush()
        self._drawn = True

    def clear(self) -> None:
        """Remove it."""
        if self._drawn and self._stream is not None:
            self._stream.write("\r\x1b[K")
            self._drawn = False

    def write(self, text: str) -> None:
        """Write a line where the bar was, which is drawn again below it."""
        self.clear()
        if self._stream is not None:
            self._stream.write(text)

    def flush(self) -> None:
        """Flush stderr."""
        if self._stream is not None:
            self._stream.flush()
