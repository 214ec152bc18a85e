"""Runs sent again: those below the paths a person names, one after the other, or followed all at once."""
import os
import shlex
import threading

from . import messages, runs
from .cursor import Cursor
from .delivery import Delivery
from .locks import Held

_LOOK_SECONDS = 1.0  # between two looks for new journals


class Resend:
    """What the send-again command does, in a thread of its own, so that Ctrl-C is told between two batches.

    Args:
        paths: journals, and folders of them.
        spec: where they go.
        stopping: see `stopping`; one that follows makes this follow.

    Attributes:
        status: the exit code so far: 1 once a journal could not be sent.
        sizes, sent: path -> bytes of the journal, and of those how many the tracker has; for a progress bar.
    """

    def __init__(self, paths, spec, stopping):
        self._paths = paths
        self._spec = spec
        self._stopping = stopping
        self._said = set()  # paths that failed
        self._following = {}  # run id -> (delivery, paths of its parts, thread)
        self.status = 0
        self.sizes = {}
        self.sent = {}

    def run(self):
        """Send everything; returns once that is done, or the end was told."""
        if not self._stopping.is_set():
            return self._follow()
        for path in self._paths:
            if os.path.isdir(path) and not runs.journals([path]):
                self._failed(path, ValueError(runs.NOTHING))
        for parts in self._runs().values():
            if not self._stopping.at_once:
                self._send([part.path for part in parts])

    def _runs(self):
        paths = runs.journals(self._paths)
        if not self._stopping.is_set():  # one that was made just now gets its header in a moment
            paths = [path for path in paths if path in self._paths or os.path.getsize(path)]
        found = runs.group(paths, self._failed)
        for parts in found.values():
            for part in parts:
                self.sizes[part.path] = os.path.getsize(part.path)
                self.sent.setdefault(part.path, Cursor(part.path, self._spec).offset)
        return found

    def _failed(self, path, error):
        if path not in self._said:
            self._said.add(path)
            self.status = 1
            messages.warn("%s: not sent to %s: %s" % (path, self._spec.rstrip(":"), messages.reason(error, path)))

    def _send(self, paths, key=None):
        """Send one run as far as the tracker has not got it; with a key, while it is followed."""
        name = paths[0] if len(paths) == 1 else "%s and %d that went on with it" % (paths[0], len(paths) - 1)
        try:
            if not any(runs.has_more(path, self._spec) for path in paths):
                self._say_all_is_sent(name, paths)
                return
            opened = self._say_where if key is not None else lambda delivery: None
            with Delivery(self._spec, self._stopping, patient=key is not None, progress=self.sent.__setitem__,
                          opened=opened) as delivery:
                for path in paths:
                    delivery.add(path)
                if key is not None:
                    self._following[key][0].append(delivery)
                whole = delivery.run()
        except Exception as error:
            self._failed(name, error)
            return
        if delivery.rows:
            messages.say("%s: %s" % (name, messages.sent(delivery.rows, self._spec, delivery.place)))
        elif whole:
            self._say_all_is_sent(name, paths)
        if delivery.superseded:
            messages.say("%s: %s superseded by what went on with it, from the same step on" % (
                name, messages.count(delivery.superseded, "row")))
        if not whole and (key is None or self._stopping.is_set()):  # else the next look goes on
            self.status = 1
            why = " (%s)" % delivery.why if delivery.why else ""
            messages.say("%s: %s has not got all of it%s; send again to go on from there" % (
                name, self._spec.rstrip(":"), why))

    def _say_all_is_sent(self, name, paths):
        cursors = " ".join(shlex.quote(Cursor(path, self._spec).path) for path in paths)
        messages.say("%s: %s has all of it; to send it anew: rm %s" % (name, self._spec.rstrip(":"), cursors))

    def _say_where(self, delivery):
        messages.say("following, to %s%s" % (self._spec.rstrip(":"), ": " + delivery.place if delivery.place else ""))

    def _follow(self):
        """Each run in a thread of its own, once there is something to send until its end; new ones as they come."""
        missing = [path for path in self._paths if not os.path.exists(path)]
        for path in missing:
            self._failed(path, ValueError("there is no such file or folder"))
        if len(missing) == len(self._paths):
            return
        if not self._runs():
            messages.say("waiting for %s; Ctrl-C ends it" % runs.PATTERN)
        while not self._stopping.is_set():
            found = self._runs()
            for key, parts in found.items():
                self._look_at(key, [part.path for part in parts])
            if found and not any(map(os.path.isdir, self._paths)) and self._have_ended():
                break
            self._stopping.wait(_LOOK_SECONDS)
        for _, _, thread in list(self._following.values()):
            thread.join()

    def _look_at(self, key, paths):
        deliveries, known, thread = self._following.get(key, ([], [], None))
        new = [path for path in paths if path not in known]
        if thread is None or not thread.is_alive():
            if any(runs.has_more(path, self._spec) for path in paths):
                thread = threading.Thread(target=self._send, args=(paths, key), daemon=True)
                self._following[key] = [], paths, thread
                thread.start()
        elif new and deliveries:
            for path in new:  # a training went on with this run
                try:
                    if not deliveries[0].add(path):
                        return  # over: the next look sends it
                except (OSError, ValueError, Held) as error:
                    self._failed(path, error)
            self._following[key] = deliveries, paths, thread

    def _have_ended(self):
        return not any(thread.is_alive() for _, _, thread in self._following.values()) and not any(
            runs.has_more(path, self._spec) for path in self.sizes if path not in self._said)
