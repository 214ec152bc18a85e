"""Sends runs again: those that a person names by files or folders, one after the other, or followed all at once."""
import collections
import os
import shlex

from .. import messages
from ..delivery.cursor import Cursor, of_other_steps
from ..delivery.run_delivery import Delivery
from ..delivery.step_options import AS_LOGGED
from ..journal import reading
from ..system.locks import AlreadyLocked
from . import found_runs
from .followed import AT_ONCE, Followed, last_written
from .outcome import Outcome

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, List, Optional, Sequence

    from ..delivery.step_options import StepOptions
    from ..delivery.stopping import Stopping
    from .found_runs import Found, Named

_LOOK_SECONDS = 1.0  # between two looks for new journals
_TURN_SECONDS = 0.1  # where runs wait for a slot


class Resend:
    """What the send-again command does, in a thread of its own, so that Ctrl-C is told between two batches.

    Args:
        paths: journals, and folders of them.
        spec: where they go.
        stopping: one that follows makes this follow.
        options: what the user says of the steps.
        named: journals that come with the paths, more and more of them.

    Attributes:
        status: the exit code, once it is done: 1 where a journal could not be sent, or not whole.
        outcome: what came of each run.
        sizes, sent: path -> bytes of the journal, and of those how many the tracker has; for a progress bar.
    """

    def __init__(self, paths: "List[str]", spec: str, stopping: "Stopping", options: "StepOptions" = AS_LOGGED,
                 named: "Optional[Named]" = None) -> None:
        self._paths = paths
        self._named = named
        self._spec = spec
        self._target = spec.rstrip(":")
        self._stopping = stopping
        self._options = options
        self.outcome = Outcome(self._target)
        self._following: Dict[str, Followed] = {}  # run id -> Followed
        self._paths_before: Dict[str, List[str]] = {}  # id of a journal -> paths at which it was
        self.status = 0
        self.sizes: Dict[str, int] = {}
        self.sent: Dict[str, int] = {}

    def run(self) -> None:
        """Send everything; returns once that is done, or the end was told."""
        if not self._stopping.is_set():
            count = self._follow()
        else:
            for path in self._paths:
                if os.path.isdir(path) and not found_runs.journals([path], self.outcome.fail):
                    if path not in self.outcome.failed:
                        self.outcome.fail(path, ValueError(found_runs.NOTHING))
            found = self._runs()
            for journals in found.values():
                if not self._stopping.at_once:
                    self._send(journals)
            count = len(found)
        self.status = self.outcome.sum_up(count)

    def _runs(self) -> "Dict[str, List[Found]]":
        self.outcome.unreadable.clear()
        named = self._named.paths() if self._named else []
        paths = found_runs.journals(self._paths + named, self.outcome.fail_to_read)
        if not self._stopping.is_set():  # one that was made just now gets its header in a moment
            paths = [path for path in paths if path in self._paths or reading.has_whole_line(path)]
        found = found_runs.group(paths, self.outcome.fail_to_read, self._say_copied)
        for journals in found.values():
            for journal in journals:
                before = self._paths_before.setdefault(journal.header["run"], [])
                if journal.path not in before:
                    before.append(journal.path)
                if journal.path not in self.sent:
                    self.sent[journal.path] = self._cursor(journal).offset
                try:
                    self.sizes[journal.path] = os.path.getsize(journal.path)
                except OSError:
                    self.sizes[journal.path] = self.sent[journal.path]  # gone meanwhile
        return found

    def _others(self, journal: "Found") -> "List[str]":
        """Where else this journal lies, or lay: see `Cursor`."""
        return journal.copies + [path for path in self._paths_before.get(journal.header["run"], ())
                                 if path != journal.path and not os.path.exists(path)]

    def _cursor(self, journal: "Found") -> "Cursor":
        return Cursor(journal.path, self._options.target(self._spec), self._others(journal))

    def _has_more(self, journals: "Sequence[Found]") -> bool:
        target = self._options.target(self._spec)
        return any(found_runs.has_more(journal.path, target, self._others(journal)) for journal in journals)

    def _say_copied(self, path: str, kept: str) -> None:
        self.outcome.say(found_runs.COPY % (path, kept))

    def _send(self, journals: "Sequence[Found]", followed: "Optional[Followed]" = None,
              stopping: "Optional[Stopping]" = None) -> bool:
        """Send what the tracker does not have of one run; returns whether it has all that was there."""
        paths = [journal.path for journal in journals]
        name = paths[0] if len(paths) == 1 else "%s and %d that %s it" % (
            paths[0], len(paths) - 1, "resumes" if len(paths) == 2 else "resume")
        try:
            others = [path for journal in journals
                      for path in of_other_steps(journal.path, self._spec, self._options.target(self._spec))]
            if others:
                self.outcome.say("%s: %s already has it with another --x or --restarts, so it gets points of both. To "
                                 "avoid that, send to another target, or delete the run there and: rm %s" % (
                                     name, self._target, " ".join(map(shlex.quote, others))))
            if not self._has_more(journals):
                self._say_all_is_sent(name, journals)
                return True
            opened = (lambda delivery: self._announce(delivery, followed)) if followed else lambda delivery: None
            with Delivery(self._spec, stopping or self._stopping, patient=False, progress=self.sent.__setitem__,
                          opened=opened, options=self._options) as delivery:
                for journal in journals:
                    delivery.add(journal.path, self._others(journal))
                if followed:
                    followed.delivery = delivery
                complete = delivery.run()
        except Exception as error:
            self.outcome.fail(name, error, paths[0])
            return False
        self._say_done(name, journals, delivery, complete, bool(followed))
        return complete

    def _say_done(self, name: str, journals: "Sequence[Found]", delivery: "Delivery", complete: bool,
                  is_followed: bool) -> None:
        if delivery.rows:
            messages.say("%s: %s" % (name, messages.sent(delivery.rows, self._spec, delivery.location)))
        elif complete:
            self._say_all_is_sent(name, journals)
        superseded = delivery.unsent and delivery.unsent.superseded
        if superseded and superseded.count:
            to = "" if superseded.lowest == superseded.highest else " to %s" % superseded.highest
            messages.say("%s: %s at %s%s superseded by later ones" % (
                name, messages.count(superseded.count, "point"), superseded.lowest, to))
        if complete:
            self.outcome.succeed(journals[0].path)
        elif not is_followed or self._stopping.is_set() or delivery.why:  # else the next look goes on
            self.outcome.stay_behind(name, journals[0].path, delivery.why)

    def _say_all_is_sent(self, name: str, journals: "Sequence[Found]") -> None:
        cursors = " ".join(shlex.quote(self._cursor(journal).path) for journal in journals)
        torn = [journal.path for journal in journals if reading.is_torn(journal.path)]
        self.outcome.say("%s: %s has all of it%s. To send it again: rm %s" % (
            name, self._target, " but its last line, which is torn" if torn else "", cursors))

    def _announce(self, delivery: "Delivery", followed: "Followed") -> None:
        if not followed.is_announced:
            followed.is_announced = True
            where = ": " + delivery.location if delivery.location else ""
            messages.say("following; rows go to %s%s" % (self._target, where))

    def _follow(self) -> int:
        """Each run in a thread of its own, once there is something to send until its end; new ones as they come."""
        missing = [path for path in self._paths if not os.path.exists(path)]
        for path in missing:
            self.outcome.fail(path, ValueError("there is no such file or folder"))
        if len(missing) == len(self._paths) and not self._named:
            return len(missing)
        if not self._runs():
            messages.say("waiting for runs; Ctrl-C to stop" if self._named else
                         "waiting for a file named %s; Ctrl-C to stop" % found_runs.PATTERN)
        while not self._stopping.is_set():
            found = self._runs()
            waiting = self._start(found)
            may_grow = self._named or any(map(os.path.isdir, self._paths))
            if found and not waiting and not may_grow and self._have_ended(found):
                break
            waited = 0.0
            while waiting and waited < _LOOK_SECONDS and not self._stopping.is_set():
                self._stopping.wait(_TURN_SECONDS)
                waited += _TURN_SECONDS
                waiting = self._start({key: found[key] for key in waiting})
            self._stopping.wait(_LOOK_SECONDS - waited)
        for followed in list(self._following.values()):
            followed.join()
        return len(self._following)

    def _start(self, found: "Dict[str, List[Found]]") -> "Dict[str, List[Found]]":
        """Begin to send what has rows, as far as there are slots; returns the runs that wait for one, by id."""
        waiting: Dict[str, List[Found]] = collections.OrderedDict()
        for key, journals in found.items():
            followed = self._following.setdefault(key, Followed())
            if followed.is_running():
                self._add_new(followed, journals)
            elif followed.is_due(journals):
                if self._has_more(journals):
                    waiting[key] = journals
                else:
                    followed.nothing_new(journals)
        running = [followed for followed in self._following.values() if followed.is_running()]
        for key in list(waiting)[:max(0, AT_ONCE - len(running))]:
            self._following[key].start(waiting.pop(key), self._stopping, self._send_followed)
        if waiting:
            idle = [followed for followed in running if not self._has_more(followed.journals)]
            for followed in sorted(idle, key=lambda one: last_written(one.journals))[:len(waiting)]:
                followed.give_way()
        return waiting

    def _send_followed(self, followed: "Followed", journals: "Sequence[Found]", stopping: "Stopping") -> bool:
        return self._send(journals, followed, stopping)

    def _add_new(self, followed: "Followed", journals: "Sequence[Found]") -> None:
        """Add journals of trainings that went on with this run; one that was moved is followed already."""
        known = {journal.header["run"] for journal in followed.journals}
        for journal in journals:
            delivery = followed.delivery
            if journal.header["run"] in known or delivery is None:
                continue
            try:
                if not delivery.add(journal.path, self._others(journal)):
                    return  # too late: the next look sends it
                followed.journals.append(journal)
            except (OSError, ValueError, AlreadyLocked) as error:
                self.outcome.fail(journal.path, error)

    def _have_ended(self, found: "Dict[str, List[Found]]") -> bool:
        return not any(followed.is_running() for followed in self._following.values()) and not any(
            self._has_more(journals) for journals in found.values())
