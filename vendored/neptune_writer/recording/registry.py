"""A registry of writers by owner that keeps no owner alive."""
import sys
import weakref

from .. import messages
from ..system.process_lock import ProcessLock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Protocol, Tuple

    class Closes(Protocol):
        """A writer, or what else is kept for a logger."""

        def close(self) -> None:
            """Called once the logger was garbage-collected."""


class Registry:
    """owner -> writer, forgotten (and the writer closed) when the owner is collected.

    Not a WeakKeyDictionary: a logger may define ``__eq__``, which makes it unhashable.
    """

    def __init__(self) -> None:
        self._entries: "Dict[int, Tuple[Callable[[], Any], Any]]" = {}
        self._lock = ProcessLock()

    def add(self, owner: object, writer: "Closes") -> "Any":
        """Keep ``writer`` for ``owner`` in place of any earlier one, which is returned, or None."""
        entry = self._entry(owner, writer)
        with self._lock.held():  # threads that replace it each get another one
            earlier = self.get(owner)
            self._entries[id(owner)] = entry
        return earlier

    def add_once(self, owner: object, writer: "Closes") -> "Any":
        """Keep ``writer`` for ``owner``, unless another thread was first; returns the one that is kept."""
        return self._entries.setdefault(id(owner), self._entry(owner, writer))[1]

    def _entry(self, owner: object, writer: "Closes") -> "Tuple[Callable[[], Any], Any]":
        key = id(owner)

        def forget(reference: "Any", is_finalizing: "Callable[[], bool]" = sys.is_finalizing) -> None:
            if is_finalizing():
                return  # the exit has ended every run, and modules are being taken apart
            entry = self._entries.get(key)
            if entry is not None and entry[0] is reference:
                del self._entries[key]
                with messages.one_line_on_failure("a run was not ended"):
                    writer.close()

        try:
            return weakref.ref(owner, forget), writer
        except TypeError:  # __slots__ without __weakref__: kept alive, rather than mixed up with its successor
            return lambda: owner, writer

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, owner: object) -> "Any":
        """The writer of ``owner``, or None."""
        entry = self._entries.get(id(owner))
        return entry[1] if entry is not None and entry[0]() is owner else None
