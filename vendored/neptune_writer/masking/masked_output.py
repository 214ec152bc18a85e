"""What a process prints, masked on its way, by whatever code it is printed, and by the processes that it starts."""
import contextlib
import os
import sys
import threading
import time
import uuid

from .. import masking
from ..system import descriptors
from .masked_lines import KEPT, LONGEST_LINE, Lines, Masker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, Iterator, TextIO, Tuple

_AT_ONCE = 65536  # bytes
_PIPE_SIZE = 1 << 20  # code that prints while it holds Python's lock is not to fill it before the thread's next turn
_SET_PIPE_SIZE = 1031  # of Linux, which Python knows by its name from 3.10 on
_TRIES, _PAUSE_SECONDS = 200, 0.01  # of a terminal that takes no more at once
_LOCKED_SECONDS = 0.5  # a thread that held the lock may be gone, where a client forked


class MaskedOutput:
    """Stdout and stderr, from now on until `end`.

    What Python code prints is masked at once: no line of it is lost where a client crashes. What is written to the
    descriptors, by C code and by other processes, goes through a pipe and a thread. Where both lead to the same place
    they share the pipe, so that their lines keep their order.
    """

    def __init__(self) -> None:
        self._before: "Dict[int, int]" = {}
        self._streams: "Dict[str, TextIO]" = {}
        self._pumps: "Dict[Tuple[int, ...], _Pump]" = {}
        for number, name in ((1, "stdout"), (2, "stderr")):
            with contextlib.suppress(OSError):  # closed: nothing is printed there
                self._mask(number, name)

    def _mask(self, number: int, name: str) -> None:
        place = os.fstat(number)[:3]  # identifies the open file
        before = descriptors.high(os.dup(number))
        if place not in self._pumps:
            self._pumps[place] = _Pump(before)
        stream = getattr(sys, name)
        _flush(stream)
        os.dup2(self._pumps[place].writing, number)
        self._before[number] = before
        if stream is not None:
            self._streams[name] = stream
            setattr(sys, name, _MaskedStream(stream, before))

    def end(self, seconds: float) -> None:
        """Print to where it went before; returns once all that was printed until now is there, at most so late.

        A process that was started meanwhile and is still running keeps its end of the pipe; it is not waited for.
        """
        deadline = time.monotonic() + seconds
        for name, stream in self._streams.items():
            if isinstance(getattr(sys, name), _MaskedStream):
                getattr(sys, name).end()
            _flush(stream)
            setattr(sys, name, stream)
        for number, before in self._before.items():
            os.dup2(before, number)
        for pump in self._pumps.values():
            pump.end()
        for pump in self._pumps.values():
            pump.thread.join(max(0.0, deadline - time.monotonic()))


class _MaskedStream:
    """A text stream that writes to ``descriptor``; all but writing is done by the one that it stands for."""

    def __init__(self, stream: "TextIO", descriptor: int) -> None:
        self._stream, self._descriptor = stream, descriptor
        self._encoding = stream.encoding or "utf-8"
        self._line, self._written = "", ""  # since the last line end: what came; what was written, masked
        self._masker = Masker()
        self._lock = threading.RLock()

    def write(self, text: str) -> int:
        """Write ``text`` up to where its last line ends; returns its length, as streams do."""
        with self._locked():
            self._line += text
            at = max(self._line.rfind("\n"), self._line.rfind("\r")) + 1
            if at:
                whole, self._line = self._line[:at], self._line[at:]
                self._put(self._masker.masked(whole))
                self._written = ""
            if len(self._line) > LONGEST_LINE:
                masked = self._masker.masked(self._line)
                self._put(masked[:-KEPT])
                self._line, self._written = masked[-KEPT:], ""
        return len(text)

    def writelines(self, texts: "Iterable[str]") -> None:
        """Write each."""
        for text in texts:
            self.write(text)

    def flush(self) -> None:
        """Write what of a line is whole words, such as a prompt: the last one may be the beginning of a secret."""
        with self._locked():
            last = (self._line.split() or [""])[-1]
            is_open = self._line.endswith(last) and any(map(str.isalnum, last))
            self._put(masking.mask(self._line[:-len(last)] if is_open else self._line))
        _flush(self._stream)  # what was written to its buffer

    def end(self) -> None:
        """Write what is left."""
        with self._locked():
            self._put(self._masker.masked(self._line))
            self._line = self._written = ""

    def isatty(self) -> bool:
        """Whether a person sees it; the stream that this one stands for writes into a pipe by now."""
        return os.isatty(self._descriptor)

    def _put(self, masked: str) -> None:
        """Write what of the line was not written yet."""
        is_more = masked.startswith(self._written)
        known = len(self._written if is_more else os.path.commonprefix([self._written, masked]))
        self._written = masked
        _write_all(self._descriptor, masked[known:].encode(self._encoding, "backslashreplace"))

    @contextlib.contextmanager
    def _locked(self) -> "Iterator[None]":
        is_mine = self._lock.acquire(timeout=_LOCKED_SECONDS)
        try:
            yield
        finally:
            if is_mine:
                self._lock.release()

    def __getattr__(self, name: str) -> "Any":
        return getattr(self._stream, name)


class _Pump:
    """One pipe, and the thread that empties it. It keeps reading even when writing fails."""

    def __init__(self, descriptor: int) -> None:
        self._reading, self.writing = descriptors.pipe()
        with contextlib.suppress(ImportError, OSError):
            import fcntl
            fcntl.fcntl(self.writing, _SET_PIPE_SIZE, _PIPE_SIZE)
        self._descriptor = descriptor
        self._lines = Lines(b"\0" + uuid.uuid4().hex.encode("ascii"))
        self.thread = threading.Thread(target=self._run, name="neptune-writer-output", daemon=True)
        self.thread.start()

    def end(self) -> None:
        """Let the thread end once it has what is in the pipe. By another one: the pipe may be full."""
        threading.Thread(target=os.write, args=(self.writing, self._lines.end), daemon=True).start()

    def _run(self) -> None:
        while not self._lines.is_over:
            piece = os.read(self._reading, _AT_ONCE)
            with contextlib.suppress(Exception):
                _write_all(self._descriptor, self._lines.take(piece))


def _write_all(descriptor: int, data: bytes) -> None:
    with contextlib.suppress(OSError):  # a full disk, a terminal that is gone
        for _ in range(_TRIES):
            try:
                while data:
                    data = data[os.write(descriptor, data):]
                return
            except BlockingIOError:
                time.sleep(_PAUSE_SECONDS)


def _flush(stream: "Any") -> None:
    with contextlib.suppress(Exception):  # which may be closed, or None
        stream.flush()
