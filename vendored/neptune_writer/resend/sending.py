"""Runs sent again: those below the paths a person names, one after the other, or followed all at once."""
import collections
import os
import shlex

from .. import messages
from ..delivery.cursor import Cursor, of_other_steps
from ..delivery.run_delivery import Delivery
from ..delivery.step_options import AS_SAID
from ..journal import reading
from ..system.locks import AlreadyLocked
from . import found_runs
from .followed import AT_ONCE, Followed, last_written
from .outcome import Outcome

_LOOK_SECONDS = 1.0  # between two looks for new journals
_TURN_SECONDS = 0.1  # where runs wait for a place


class Resend:
    """What the send-again command does, in a thread of its own, so that Ctrl-C is told between two batches.

    Args:
        paths: journals, and folders of them.
        spec: where they go.
        stopping: see `stopping`; one that follows makes this follow.
        how: see `how`.

    Attributes:
        status: the exit code, once it is done: 1 where a journal could not be sent, or not whole.
        outcome: see `Outcome`.
        sizes, sent: path -> bytes of the journal, and of those how many the tracker has; for a progress bar.
    """

    def __init__(self, paths, spec, stopping, how=AS_SAID):
        self._paths = paths
        self._spec = spec
        self._target = spec.rstrip(":")
        self._stopping = stopping
        self._how = how
        self.outcome = Outcome(self._target)
        self._following = {}  # run id -> Followed
        self._places = {}  # id of a journal -> paths at which it was
        self.status = 0
        self.sizes = {}
        self.sent = {}

    def run(self):
        """Send everything; returns once that is done, or the end was told."""
        if not self._stopping.is_set():
            count = self._follow()
        else:
            for path in self._paths:
                if os.path.isdir(path) and not found_runs.journals([path], self.outcome.fail):
                    if path not in self.outcome.failed:
                        self.outcome.fail(path, ValueError(found_runs.NOTHING))
            found = self._runs()
            for parts in found.values():
                if not self._stopping.at_once:
                    self._send(parts)
            count = len(found)
        self.status = self.outcome.sum_up(count)

    def _runs(self):
        self.outcome.unreadable.clear()
        paths = found_runs.journals(self._paths, self.outcome.fail_to_read)
        if not self._stopping.is_set():  # one that was made just now gets its header in a moment
            paths = [path for path in paths if path in self._paths or reading.has_whole_line(path)]
        found = found_runs.group(paths, self.outcome.fail_to_read, self._say_copied)
        for parts in found.values():
            for part in parts:
                places = self._places.setdefault(part.header["run"], [])
                if part.path not in places:
                    places.append(part.path)
                if part.path not in self.sent:
                    self.sent[part.path] = self._cursor(part).offset
                try:
                    self.sizes[part.path] = os.path.getsize(part.path)
                except OSError:
                    self.sizes[part.path] = self.sent[part.path]  # gone meanwhile
        return found

    def _others(self, part):
        """Where else this journal is, or was: see `Cursor`."""
        return part.copies + [path for path in self._places.get(part.header["run"], ())
                              if path != part.path and not os.path.exists(path)]

    def _cursor(self, part):
        return Cursor(part.path, self._how.target(self._spec), self._others(part))

    def _has_more(self, parts):
        return any(found_runs.has_more(part.path, self._how.target(self._spec), self._others(part)) for part in parts)

    def _say_copied(self, path, kept):
        self.outcome.say("%s: an older copy of %s, left out" % (path, kept))

    def _send(self, parts, followed=None, stopping=None):
        """Send one run as far as the tracker has not got it; returns whether all that was there is sent."""
        paths = [part.path for part in parts]
        name = paths[0] if len(paths) == 1 else "%s and %d that went on with it" % (paths[0], len(paths) - 1)
        try:
            others = [path for part in parts
                      for path in of_other_steps(part.path, self._spec, self._how.target(self._spec))]
            if others:
                self.outcome.say("%s: %s has it already with other steps (--x, --restarts), so points of both are in "
                                 "it; name another place for one of them, or remove what was sent and: rm %s" % (
                                     name, self._target, " ".join(map(shlex.quote, others))))
            if not self._has_more(parts):
                self._say_all_is_sent(name, parts)
                return True
            opened = (lambda delivery: self._say_where(delivery, followed)) if followed else lambda delivery: None
            with Delivery(self._spec, stopping or self._stopping, patient=False, progress=self.sent.__setitem__,
                          opened=opened, how=self._how) as delivery:
                for part in parts:
                    delivery.add(part.path, self._others(part))
                if followed:
                    followed.delivery = delivery
                whole = delivery.run()
        except Exception as error:
            self.outcome.fail(name, error, paths[0])
            return False
        self._say_done(name, parts, delivery, whole, bool(followed))
        return whole

    def _say_done(self, name, parts, delivery, whole, is_followed):
        if delivery.rows:
            messages.say("%s: %s" % (name, messages.sent(delivery.rows, self._spec, delivery.location)))
        elif whole:
            self._say_all_is_sent(name, parts)
        feed = delivery.feed
        if feed is not None and feed.superseded:
            to = "" if feed.lowest == feed.highest else " to %s" % feed.highest
            messages.say("%s: %s at %s%s superseded by later ones" % (
                name, messages.count(feed.superseded, "point"), feed.lowest, to))
        if whole:
            self.outcome.succeed(parts[0].path)
        elif not is_followed or self._stopping.is_set() or delivery.why:  # else the next look goes on
            self.outcome.stay_behind(name, parts[0].path, delivery.why)

    def _say_all_is_sent(self, name, parts):
        cursors = " ".join(shlex.quote(self._cursor(part).path) for part in parts)
        torn = [part.path for part in parts if reading.is_torn(part.path)]
        self.outcome.say("%s: %s has all of it%s; to send it again: rm %s" % (
            name, self._target, " but its last line, which is torn" if torn else "", cursors))

    def _say_where(self, delivery, followed):
        if not followed.told:
            followed.told = True
            messages.say("following, to %s%s" % (self._target, ": " + delivery.location if delivery.location else ""))

    def _follow(self):
        """Each run in a thread of its own, once there is something to send until its end; new ones as they come."""
        missing = [path for path in self._paths if not os.path.exists(path)]
        for path in missing:
            self.outcome.fail(path, ValueError("there is no such file or folder"))
        if len(missing) == len(self._paths):
            return len(missing)
        if not self._runs():
            messages.say("waiting for %s; Ctrl-C ends it" % found_runs.PATTERN)
        while not self._stopping.is_set():
            found = self._runs()
            waiting = self._start(found)
            if found and not waiting and not any(map(os.path.isdir, self._paths)) and self._have_ended(found):
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

    def _start(self, found):
        """Begin to deliver what has rows, as far as there is a place; returns the ids of the runs that wait for one."""
        waiting = collections.OrderedDict()
        for key, parts in found.items():
            followed = self._following.setdefault(key, Followed())
            if followed.is_running():
                self._add_new(followed, parts)
            elif followed.is_due(parts):
                if self._has_more(parts):
                    waiting[key] = parts
                else:
                    followed.nothing_new(parts)
        running = [followed for followed in self._following.values() if followed.is_running()]
        for key in list(waiting)[:max(0, AT_ONCE - len(running))]:
            self._following[key].start(waiting.pop(key), self._stopping, self._send_followed)
        if waiting:
            idle = [followed for followed in running if not self._has_more(followed.parts)]
            for followed in sorted(idle, key=lambda one: last_written(one.parts))[:len(waiting)]:
                followed.give_way()
        return waiting

    def _send_followed(self, followed, parts, stopping):
        return self._send(parts, followed, stopping)

    def _add_new(self, followed, parts):
        """A training went on with this run; a journal that was moved is followed already."""
        known = {part.header["run"] for part in followed.parts}
        for part in parts:
            delivery = followed.delivery
            if part.header["run"] in known or delivery is None:
                continue
            try:
                if not delivery.add(part.path, self._others(part)):
                    return  # over: the next look sends it
                followed.parts.append(part)
            except (OSError, ValueError, AlreadyLocked) as error:
                self.outcome.fail(part.path, error)

    def _have_ended(self, found):
        return not any(followed.is_running() for followed in self._following.values()) and not any(
            self._has_more(parts) for parts in found.values())
