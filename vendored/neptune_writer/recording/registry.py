"""A dictionary of writers keyed by their owner's identity, holding no owner alive."""
import sys
import weakref

from .. import messages
from ..system.process_lock import ProcessLock


class Registry:
    """owner -> writer, forgotten (and the writer closed) when the owner is collected.

    Not a WeakKeyDictionary: a logger may define ``__eq__``, which makes it unhashable.
    """

    def __init__(self):
        self._entries = {}
        self._lock = ProcessLock()

    def add(self, owner, writer):
        """Keep ``writer`` for ``owner`` in place of any earlier one, which is returned, or None."""
        entry = self._entry(owner, writer)
        with self._lock.held():  # threads that replace it each get another one
            earlier = self.get(owner)
            self._entries[id(owner)] = entry
        return earlier

    def add_once(self, owner, writer):
        """Keep ``writer`` for ``owner``, unless another thread was first; returns the one that is kept."""
        return self._entries.setdefault(id(owner), self._entry(owner, writer))[1]

    def _entry(self, owner, writer):
        key = id(owner)

        def forget(reference, is_finalizing=sys.is_finalizing):
            if is_finalizing():
                return  # the exit has ended every run, and modules are being taken apart
            entry = self._entries.get(key)
            if entry is not None and entry[0] is reference:
                del self._entries[key]
                with messages.one_line_on_failure("a run was not ended"):
                    writer.close()

        try:
            reference = weakref.ref(owner, forget)
        except TypeError:  # __slots__ without __weakref__: kept alive, rather than mixed up with its successor
            def reference(owner=owner):
                return owner
        return reference, writer

    def __len__(self):
        return len(self._entries)

    def get(self, owner):
        """The writer of ``owner``, or None."""
        entry = self._entries.get(id(owner))
        return entry[1] if entry is not None and entry[0]() is owner else None
