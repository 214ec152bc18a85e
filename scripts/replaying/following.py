"""Runs of other formats that are followed: a process beside the one that sends makes their journals longer.

It is one of its own, since the one that sends may go on in the Python of a tracker's client, which has none of the
readers. They share an open file without a name, in which the journals stand, a path a line.
"""
from __future__ import annotations

import functools
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from pathlib import Path
from typing import Any, Dict, Iterable, List, Optional, Sequence, Set, Tuple

from neptune_writer import messages
from neptune_writer.resend import found_runs

from scripts.refusal import Refusal
from scripts.replaying import as_journals, kept_journals
from scripts.runs import targets
from scripts.runs.groups import grouping
from scripts.runs.readers import journal
from scripts.runs.reading import Reading
from scripts.runs.said import How
from scripts.runs.table import Problem, Run
from scripts.runs.targets import Target

LOOK_SECONDS = 2.0  # between two looks; a third of one core at the most, where a look takes longer
_ALIVE_SECONDS = 0.5
_CODE = ("import sys; sys.path[0] = sys.argv[1]; sys.path.append(sys.argv[2]); "
         "from scripts.replaying import following; following.main(sys.argv[3])")
_TORN = "its last line has no end"
_STILL_SECONDS = 60.0


def begin(paths: Sequence[str], folder: Path, options: Any, by: Optional[Sequence[str]],
          written: Sequence[Target] = ()) -> Tuple[List[str], int]:
    """Start it; returns what of the paths is no matter of it, journals and their folders, and the descriptor of the
    file in which it names the others. It ends with this process.

    Raises:
        Refusal: it has not come so far that it has looked once; why was said.
    """
    root = Path(__file__).resolve().parents[2]
    told = json.dumps({"paths": list(paths), "folder": str(folder), "options": list(options), "by": by,
                       "written": list(written), "parent": os.getpid()})
    with tempfile.TemporaryFile(prefix="neptune-replay-") as file:
        descriptor = os.dup(file.fileno())
    os.set_inheritable(descriptor, True)  # whoever sends has it, too
    child = subprocess.Popen([sys.executable, "-c", _CODE, str(root / "vendored"), str(root), told],
                             stdin=descriptor, stdout=subprocess.PIPE)
    assert child.stdout is not None
    if not child.stdout.read(1):
        raise Refusal("nothing is followed")
    return [path for path in paths if os.path.isdir(path) or not os.path.exists(path)
            or as_journals.is_journal(path)], descriptor


def main(told: str) -> None:
    """What the process does, until its parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who sends
    asked: Dict[str, Any] = json.loads(told)
    threading.Thread(target=_leave_with, args=(asked["parent"],), daemon=True).start()
    looks = Looks(asked["paths"], Path(asked["folder"]), tuple(asked["options"][0]), asked["by"],
                  [Target(*one) for one in asked["written"]])
    try:
        _name(looks.look())
    except Exception as error:  # whatever is wrong at the first look is wrong with what was asked for
        messages.say(str(error) if isinstance(error, Refusal) else messages.short(error))
        sys.exit(1)
    os.write(1, b".")
    took = 0.0
    while True:
        time.sleep(max(LOOK_SECONDS, 2 * took))
        began = time.monotonic()
        with messages.one_line_on_failure("the runs could not be looked at; looking again"):
            _name(looks.look())
        took = time.monotonic() - began


def _name(journals: Iterable[str]) -> None:
    """Tell who sends."""
    os.write(0, b"".join(os.fsencode(path) + b"\n" for path in journals))


def _leave_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_ALIVE_SECONDS)
    os._exit(0)  # a line that is torn is made whole the next time


class Looks:
    """Looks at the runs again and again, and keeps a journal of each.

    Args:
        paths: as a person names them; what is a journal already is no matter of this.
        folder: where the journals are kept.
        user: names of the step metric that go before all others.
        by: what groups have alike, see `grouping.of`.
        written: see `targets`: what is there is no source.
    """

    def __init__(self, paths: Sequence[str], folder: Path, user: Tuple[str, ...] = (),
                 by: Optional[Sequence[str]] = None, written: Sequence[Target] = ()) -> None:
        self._paths, self._folder, self._by, self._written = paths, folder, by, written
        self._has_looked = False
        self._reading = Reading([Path(path) for path in paths], How(user, is_for_replay=True), by, written)
        self._known: Dict[Tuple[str, str, str], Tuple[float, ...]] = {}  # run -> what tells one state from another
        self._sent: Set[str] = set()  # journals that were named
        self._said: Set[Problem] = set()

    def look(self) -> List[str]:
        """Read what there is now; returns the journals that are new."""
        if not any([as_journals.holds_others(path, self._written) for path in self._paths]):
            return []
        found, problems = self._reading.read()
        self._say(problems)
        if not self._has_looked:
            self._has_looked = True
            grouping.tell(found, self._paths, self._by)
        new = []
        for run in found:
            if as_journals.is_journal(run.source) or _is_in_a_journal_soon(run) or not self._has_changed(run):
                continue
            try:
                path = str(kept_journals.kept(run, self._folder))
            except OSError as error:
                self._known.clear()  # the next look tries again
                messages.warn(f"{run.source}: not sent: {messages.reason(error)}", once=(run.source, error.errno))
                continue
            if path not in self._sent:
                new.append(path)
                self._sent.add(path)
                messages.say(f"{run.source} is sent as {path}")
        return new

    def _has_changed(self, run: Run) -> bool:
        """Whether there is more of it than at the last look."""
        known = run.source, run.id, run.name
        values = functools.reduce(lambda check, series: zlib.crc32(series.values.tobytes(), check),
                                  run.series.values(), zlib.crc32(run.steps.tobytes()))
        now = (len(run.steps), sum(len(series.rows) for series in run.series.values()), values)
        before = self._known.get(known)
        self._known[known] = now
        return before != now

    def _say(self, problems: Iterable[Problem]) -> None:
        """Say once what is wrong; of a line that is just being written nothing."""
        for problem in problems:
            if problem not in self._said and problem.what != targets.NOT_READ and not (
                    _TORN in problem.what and _is_written(problem.path)):
                self._said.add(problem)
                messages.warn(f"{problem.path}: {problem.what}")


def _is_in_a_journal_soon(run: Run) -> bool:
    """Whether a journal beside it was made just now, which has no row yet: the run is a patched framework's."""
    return any(_is_written(str(path)) and not journal.has_rows(path)
               for path in Path(os.path.dirname(run.source)).glob(found_runs.PATTERN))


def _is_written(path: str) -> bool:
    try:
        return time.time() - os.path.getmtime(path) < _STILL_SECONDS
    except OSError:
        return False
