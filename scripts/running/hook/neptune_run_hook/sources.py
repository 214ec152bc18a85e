"""Which source files may hold a logger: told by their bytes, and remembered by size and time, as Python does for
its own bytecode, so that the second training reads none of the others."""
import atexit
import os

_AT_ONCE = 200  # files that are remembered with one write


class Sources(object):
    """
    Args:
        signs: a list for each kind of file that a patch edits, of bytes that all occur in such a file, rarest first.
        remembered: a file of one line for each source file that holds no logger; made if missing.
    """

    def __init__(self, signs, remembered):
        self._signs = signs
        self._path = remembered
        self._none = None
        self._new = []
        library = os.path.dirname(os.__file__) + os.sep
        self._library = library, library + "site-packages" + os.sep, library + "dist-packages" + os.sep

    def may_hold_logger(self, path):
        """Whether a file is worth a closer look; one that cannot be read is not."""
        library, site, dist = self._library
        if path.startswith(library) and not path.startswith((site, dist)):
            return False
        try:
            key = _key(path)
            if self._none is None:
                self._none = self._remembered()
            if key in self._none:
                return False
            with open(path, "rb") as file:
                raw = file.read()
        except (OSError, ValueError):
            return False
        if self.looks_like_logger(raw):
            return True
        self._remember(key)
        return False

    def looks_like_logger(self, raw):
        """The same of a file's bytes."""
        return any(all(sign in raw for sign in target) for target in self._signs)

    def _remembered(self):
        atexit.register(self._write)
        try:
            with open(self._path, "rb") as file:
                return set(file.read().split(b"\n"))
        except OSError:
            return set()

    def _remember(self, key):
        self._none.add(key)
        self._new.append(key)
        if len(self._new) >= _AT_ONCE:
            self._write()

    def _write(self):
        new, self._new = self._new, []
        if not new:
            return
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                os.write(descriptor, b"\n".join(new) + b"\n")
            finally:
                os.close(descriptor)
        except OSError:
            pass  # a folder that takes nothing: then each training looks again


def _key(path):
    from hashlib import blake2b  # here: a Python that imports no more than its library needs none
    status = os.stat(path)
    what = "%s\0%d\0%d\0%d" % (path, status.st_size, status.st_mtime_ns, status.st_ino)
    return blake2b(what.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest().encode("ascii")
