"""What came of sending again: what is not sent, or not whole, and why; each said once, and all of it in the end."""
import collections
import threading

from .. import messages

_NAMED = 10  # runs in the summary


class Outcome:
    """Told from several threads.

    Attributes:
        failed: path of the run's first journal -> why it is not sent, or not whole.
        unreadable: what was no journal when it was last looked at -> why.
    """

    def __init__(self, target):
        self._target = target
        self._said = set()
        self._lock = threading.Lock()
        self.failed = collections.OrderedDict()
        self.unreadable = collections.OrderedDict()

    def fail(self, name, error, path=None):
        """A run, or what a person named, is not sent; ``path``: of its first journal, where that is not the name."""
        why = messages.reason(error, path or name)
        with self._lock:
            self.failed[path or name] = why
        self._warn(name, why)

    def fail_to_read(self, path, error):
        """It is no journal, this time."""
        self.unreadable[path] = messages.reason(error, path)
        self._warn(path, self.unreadable[path])

    def stay_behind(self, name, path, why):
        """A run is sent, but not whole."""
        with self._lock:
            self.failed[path] = why or "the time was up"
        self.say("%s: %s has not got all of it%s; send again to go on from there" % (
            name, self._target, " (%s)" % why if why else ""))

    def succeed(self, path):
        """The run is sent whole, whatever was wrong before."""
        with self._lock:
            self.failed.pop(path, None)

    def say(self, text):
        """Say it, if it was not said yet."""
        if self._is_new(text):
            messages.say(text)

    def _warn(self, name, why):
        text = "%s: not sent to %s: %s" % (name, self._target, why)
        if self._is_new(text):
            messages.warn(text)

    def _is_new(self, text):
        with self._lock:
            is_new = text not in self._said
            self._said.add(text)
        return is_new

    def sum_up(self, count):
        """Say which of several runs are not sent whole, and why; returns the exit code."""
        failed = collections.OrderedDict(self.unreadable, **self.failed)
        names = list(failed)
        count = max(count, len(names))
        if names and count > 1:
            shown = ["%s (%s)" % (name, failed[name]) for name in names[:_NAMED]]
            if len(names) > _NAMED:
                shown.append("and %d more, each of them named above" % (len(names) - _NAMED))
            messages.say("%d of %s %s not sent whole: %s" % (
                len(names), messages.count(count, "run"), "was" if len(names) == 1 else "were", "; ".join(shown)))
        return int(bool(names))
