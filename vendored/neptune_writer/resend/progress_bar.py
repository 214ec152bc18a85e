"""A progress bar on stderr, on terminals only, for what takes longer than a second."""
import contextlib
import sys
import time

from .. import messages

_WIDTH = 30
_AFTER_SECONDS = 1.0


@contextlib.contextmanager
def shown(progress):
    """Yields what draws the bar anew; lines that are said meanwhile go above it.

    ``progress``: () -> (done, all), in any unit.
    """
    bar = _Bar(sys.stderr, progress)
    before, messages.stream = messages.stream, bar
    try:
        yield bar.draw
    finally:
        bar.clear()
        messages.stream = before


class _Bar:
    """Stands before stderr."""

    def __init__(self, stream, progress):
        self._stream = stream
        self._progress = progress
        self._begun = time.monotonic()
        self._drawn = False

    def draw(self):
        """Draw it, where anybody looks and it is worth it."""
        if self._stream is None or not self._stream.isatty() or time.monotonic() - self._begun < _AFTER_SECONDS:
            return
        done, whole = self._progress()
        part = min(1.0, done / whole) if whole else 0.0
        full = int(part * _WIDTH)
        self._stream.write("\r[%s%s] %3d %%" % ("#" * full, "." * (_WIDTH - full), int(part * 100)))
        self._stream.flush()
        self._drawn = True

    def clear(self):
        """Remove it."""
        if self._drawn:
            self._stream.write("\r\x1b[K")
            self._drawn = False

    def write(self, text):
        """A line in its place; it comes again below."""
        self.clear()
        if self._stream is not None:
            self._stream.write(text)

    def flush(self):
        """Pass it on."""
        if self._stream is not None:
            self._stream.flush()
