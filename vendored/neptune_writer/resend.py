"""Runs sent again: those below the paths a person names, one after the other, or followed all at once."""
import collections
import os
import shlex
import threading

from . import messages, reading, runs
from .cursor import Cursor
from .delivery import Delivery
from .followed import AT_ONCE, Followed, last_written
from .locks import Held

_LOOK_SECONDS = 1.0  # between two looks for new journals
_TURN_SECONDS = 0.1  # where runs wait for a place
_NAMED = 10  # runs in the summary


class Resend:
    """What the send-again command does, in a thread of its own, so that Ctrl-C is told between two batches.

    Args:
        paths: journals, and folders of them.
        spec: where they go.
        stopping: see `stopping`; one that follows makes this follow.

    Attributes:
        status: the exit code so far: 1 where a journal could not be sent, or not whole.
        sizes, sent: path -> bytes of the journal, and of those how many the tracker has; for a progress bar.
    """

    def __init__(self, paths, spec, stopping):
        self._paths = paths
        self._spec = spec
        self._target = spec.rstrip(":")
        self._stopping = stopping
        self._failed = collections.OrderedDict()  # what is not sent, or not whole -> why
        self._unreadable = collections.OrderedDict()  # what was no journal when last looked at -> why
        self._lock = threading.Lock()
        self._said = set()
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
                if os.path.isdir(path) and not runs.journals([path], self._fail) and path not in self._failed:
                    self._fail(path, ValueError(runs.NOTHING))
            found = self._runs()
            for parts in found.values():
                if not self._stopping.at_once:
                    self._send(parts)
            count = len(found)
        self._sum_up(count)

    def _sum_up(self, count):
        """The exit code; and, where there were several runs, which of them are not sent whole, and why."""
        failed = collections.OrderedDict(self._unreadable, **self._failed)
        self.status = self.status or int(bool(failed))
        names = list(failed)
        count = max(count, len(names))
        if names and count > 1:
            shown = ["%s (%s)" % (name, failed[name]) for name in names[:_NAMED]]
            if len(names) > _NAMED:
                shown.append("and %d more, each of them named above" % (len(names) - _NAMED))
            messages.say("%d of %s %s not sent whole: %s" % (
                len(names), messages.count(count, "run"), "was" if len(names) == 1 else "were", "; ".join(shown)))

    def _runs(self):
        self._unreadable = collections.OrderedDict()
        paths = runs.journals(self._paths, self._fail_to_read)
        if not self._stopping.is_set():  # one that was made just now gets its header in a moment
            paths = [path for path in paths if path in self._paths or reading.has_whole_line(path)]
        found = runs.group(paths, self._fail_to_read, self._say_copied)
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
        return Cursor(part.path, self._spec, self._others(part))

    def _has_more(self, parts):
        return any(runs.has_more(part.path, self._spec, self._others(part)) for part in parts)

    def _say_copied(self, path, kept):
        self._say_once("%s: an older copy of %s, left out" % (path, kept))

    def _say_once(self, text):
        with self._lock:
            is_new = text not in self._said
            self._said.add(text)
        if is_new:
            messages.say(text)

    def _fail(self, name, error, path=None):
        why = messages.reason(error, path or name)
        with self._lock:
            self._failed[name] = why
        self._warn_once(name, why)

    def _fail_to_read(self, path, error):
        self._unreadable[path] = messages.reason(error, path)
        self._warn_once(path, self._unreadable[path])

    def _warn_once(self, name, why):
        text = "%s: not sent to %s: %s" % (name, self._target, why)
        with self._lock:
            is_new = text not in self._said
            self._said.add(text)
        if is_new:
            messages.warn(text)

    def _send(self, parts, followed=None, stopping=None):
        """Send one run as far as the tracker has not got it; returns whether all that was there is sent."""
        paths = [part.path for part in parts]
        name = paths[0] if len(paths) == 1 else "%s and %d that went on with it" % (paths[0], len(paths) - 1)
        try:
            if not self._has_more(parts):
                self._say_all_is_sent(name, parts)
                return True
            opened = (lambda delivery: self._say_where(delivery, followed)) if followed else lambda delivery: None
            with Delivery(self._spec, stopping or self._stopping, patient=False, progress=self.sent.__setitem__,
                          opened=opened) as delivery:
                for part in parts:
                    delivery.add(part.path, self._others(part))
                if followed:
                    followed.delivery = delivery
                whole = delivery.run()
        except Exception as error:
            self._fail(name, error, paths[0])
            return False
        self._say_done(name, parts, delivery, whole, bool(followed))
        return whole

    def _say_done(self, name, parts, delivery, whole, is_followed):
        if delivery.rows:
            messages.say("%s: %s" % (name, messages.sent(delivery.rows, self._spec, delivery.place)))
        elif whole:
            self._say_all_is_sent(name, parts)
        if delivery.superseded:
            messages.say("%s: %s superseded by what went on with it, from the same step on" % (
                name, messages.count(delivery.superseded, "row")))
        if whole:
            with self._lock:
                self._failed.pop(name, None)
        elif not is_followed or self._stopping.is_set() or delivery.why:  # else the next look goes on
            with self._lock:
                self._failed[name] = delivery.why or "the time was up"
            self._say_once("%s: %s has not got all of it%s; send again to go on from there" % (
                name, self._target, " (%s)" % delivery.why if delivery.why else ""))

    def _say_all_is_sent(self, name, parts):
        cursors = " ".join(shlex.quote(self._cursor(part).path) for part in parts)
        torn = [part.path for part in parts if reading.is_torn(part.path)]
        self._say_once("%s: %s has all of it%s; to send it anew: rm %s" % (
            name, self._target, " but its last line, which is torn" if torn else "", cursors))

    def _say_where(self, delivery, followed):
        if not followed.told:
            followed.told = True
            messages.say("following, to %s%s" % (self._target, ": " + delivery.place if delivery.place else ""))

    def _follow(self):
        """Each run in a thread of its own, once there is something to send until its end; new ones as they come."""
        missing = [path for path in self._paths if not os.path.exists(path)]
        for path in missing:
            self._fail(path, ValueError("there is no such file or folder"))
        if len(missing) == len(self._paths):
            return len(missing)
        if not self._runs():
            messages.say("waiting for %s; Ctrl-C ends it" % runs.PATTERN)
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
            if part.header["run"] in known or followed.delivery is None:
                continue
            try:
                if not followed.delivery.add(part.path, self._others(part)):
                    return  # over: the next look sends it
                followed.parts.append(part)
            except (OSError, ValueError, Held) as error:
                self._fail(part.path, error)

    def _have_ended(self, found):
        return not any(followed.is_running() for followed in self._following.values()) and not any(
            self._has_more(parts) for parts in found.values())
