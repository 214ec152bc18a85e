"""What came of sending again: what was not sent, or not completely, and why; each said once, and all at the end."""
import collections
import threading

from .. import messages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Optional, Set

_NAMED = 10  # runs in the summary


class Outcome:
    """Collects it from several threads.

    Attributes:
        failed: path of the run's first journal -> why it was not sent, or not completely.
        unreadable: what was no journal when it was last looked at -> why.
    """

    def __init__(self, target: str) -> None:
        self._target = target
        self._said: Set[str] = set()
        self._lock = threading.Lock()
        self.failed: Dict[str, str] = collections.OrderedDict()
        self.unreadable: Dict[str, str] = collections.OrderedDict()

    def fail(self, name: str, error: "Exception", path: "Optional[str]" = None) -> None:
        """A run, or what a person named, is not sent; ``path``: of its first journal, where that is not the name."""
        why = messages.reason(error, path or name)
        with self._lock:
            self.failed[path or name] = why
        self._warn(name, why)

    def fail_to_read(self, path: str, error: "Exception") -> None:
        """It is no journal, when looked at now."""
        self.unreadable[path] = messages.reason(error, path)
        self._warn(path, self.unreadable[path])

    def stay_behind(self, name: str, path: str, why: str) -> None:
        """A run was sent, but not completely."""
        with self._lock:
            self.failed[path] = why or "the time was up"
        self.say("%s: %s does not have all of it%s. To send the rest, run the command again" % (
            name, self._target, " (%s)" % why if why else ""))

    def succeed(self, path: str) -> None:
        """The run was sent completely, whatever was wrong before."""
        with self._lock:
            self.failed.pop(path, None)

    def say(self, text: str) -> None:
        """Say it once."""
        if self._is_new(text):
            messages.say(text)

    def _warn(self, name: str, why: str) -> None:
        text = "%s: not sent to %s: %s" % (name, self._target, why)
        if self._is_new(text):
            messages.warn(text)

    def _is_new(self, text: str) -> bool:
        with self._lock:
            is_new = text not in self._said
            self._said.add(text)
        return is_new

    def sum_up(self, count: int) -> int:
        """Say which of several runs were not sent completely, and why; returns the exit code."""
        failed = collections.OrderedDict(self.unreadable, **self.failed)
        names = list(failed)
        count = max(count, len(names))
        if names and count > 1:
            shown = ["%s (%s)" % (name, failed[name]) for name in names[:_NAMED]]
            if len(names) > _NAMED:
                shown.append("and %d more, named above" % (len(names) - _NAMED))
            messages.say("%d of %s %s not sent completely: %s" % (
                len(names), messages.count(count, "run"), "was" if len(names) == 1 else "were", "; ".join(shown)))
        return int(bool(names))
