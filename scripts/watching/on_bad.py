"""A command of the user's that runs once a verdict turns bad: a mail, a message. It holds up nothing: it is given a
minute, and there are not more than a few an hour."""
from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections import deque
from typing import IO, Deque, Iterator, List, Sequence, Set, Tuple

from neptune_writer import masking, messages

from scripts.runs.groups import labels
from scripts.watching.judged import Judged
from scripts.watching.verdict import Verdict

SECONDS = 60.0  # for the command
AN_HOUR = 30  # commands: a disk that fills up must not send a mail for each of a thousand runs
_NAMED = 3  # runs in a message
ENDING = (signal.SIGTERM, signal.SIGHUP)
Turned = Tuple[Judged, Verdict]


class OnBad:
    """Runs the command for each (run, verdict), once; one at a time.

    Attributes:
        said: what went wrong with the command, for the user; taken away by who shows it.
    """

    def __init__(self, command: str, seconds: float = SECONDS, an_hour: int = AN_HOUR) -> None:
        self._command, self._seconds, self._an_hour = command, seconds, an_hour
        self._known: Set[Tuple[str, str, str]] = set()
        self._waiting: Deque[Turned] = deque()
        self._started: Deque[float] = deque()
        self._running: List[Tuple[subprocess.Popen[bytes], float, str, IO[bytes]]] = []
        self.said: List[str] = []

    def look(self, found: Sequence[Judged], is_first: bool = False) -> None:
        """Take what is bad now; at the first look of many, what was bad before anybody looked is only noted."""
        bad = {(*one.key, verdict.kind): (one, verdict) for one in found for verdict in one.verdicts if verdict.is_bad}
        for key, turned in bad.items():
            if key not in self._known and not is_first:
                self._waiting.append(turned)
        self._known = {key for key in self._known if key in bad} | set(bad)
        self.go_on()

    def go_on(self) -> bool:
        """End what takes too long, start what waits. Whether there is anything left to do."""
        for process, began, label, output in list(self._running):
            if process.poll() is None and time.monotonic() - began > self._seconds:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                self.said.append(f"--on-bad: ended after {self._seconds:g} s, for {label}")
            elif process.poll():
                self.said.append(f"--on-bad: exit status {process.returncode}, for {label}: {_last_line(output)}")
            if process.poll() is not None:
                output.close()
                self._running.remove((process, began, label, output))
        if self._waiting and not self._running:
            self._start(*self._waiting.popleft())
        return bool(self._waiting or self._running)

    def finish(self) -> None:
        """Run all that waits, and wait for it."""
        while self.go_on():
            for process, began, _, _ in self._running:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(max(0.01, began + self._seconds + 0.01 - time.monotonic()))

    def end(self) -> None:
        """Whoever watches leaves: what runs is given its time no longer."""
        self._waiting.clear()
        for process, _, _, output in self._running:
            if process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            output.close()
        self._running.clear()

    def _start(self, one: Judged, verdict: Verdict) -> None:
        now = time.monotonic()
        while self._started and now - self._started[0] > 3600:
            self._started.popleft()
        if len(self._started) >= self._an_hour:
            without = [one.label, *(waiting.label for waiting, _ in self._waiting)]
            self._waiting.clear()
            self.said.append(f"--on-bad: not run for {labels.listed(without, _NAMED)}: it ran {self._an_hour} times in "
                             "the last hour")
            return
        self._started.append(now)
        output = tempfile.TemporaryFile()  # a pipe that nobody empties would stop it
        try:
            process = subprocess.Popen(["/bin/sh", "-c", self._command], stdin=subprocess.DEVNULL, stdout=output,
                                       stderr=subprocess.STDOUT, start_new_session=True,
                                       env={**os.environ, **variables(one, verdict)})
        except OSError as error:
            output.close()
            self.said.append(f"--on-bad: {error.strerror}, for {one.label}")
            return
        self._running.append((process, now, one.label, output))


@contextlib.contextmanager
def as_exit() -> Iterator[None]:
    """A signal that would end the process at once ends it as an exit does: what it has started is ended, too."""
    def leave(number: int, frame: object) -> None:
        raise SystemExit(128 + number)
    before = {number: signal.signal(number, leave) for number in ENDING if signal.getsignal(number) == signal.SIG_DFL}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def variables(one: Judged, verdict: Verdict) -> dict[str, str]:
    """What the command finds in its environment."""
    told = {"RUN": one.label, "GROUP": one.group, "SOURCE": one.run.source, "STATE": one.state, "VERDICT": verdict.kind,
            "WHY": verdict.why, "METRIC": one.metric, "VALUE": f"{one.value!r}", "X": f"{one.x!r}"}
    return {f"WATCH_{name}": messages.plain(masking.mask(text)) for name, text in told.items()}


def _last_line(output: IO[bytes]) -> str:
    size = output.seek(0, os.SEEK_END)
    output.seek(max(0, size - 1000))
    text = output.read().decode("utf-8", "replace").strip()
    return messages.plain(text.rpartition("\n")[2]) or "it said nothing"
