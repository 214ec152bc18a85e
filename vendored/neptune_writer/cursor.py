"""How far a journal was handed to one target: a small file, replaced atomically."""
import contextlib
import hashlib
import json
import os
import re


class Cursor:
    """Where one target stands in one journal.

    The file lies beside the journal; while that folder takes no file, under the user's cache folder. The one that is
    further is true.

    Attributes:
        offset: bytes of the journal that the target has.
        series: what the forwarder must know to go on (see `series.Series`), as JSON.
    """

    def __init__(self, journal, target):
        self.offset = 0
        self.series = {}
        journal = os.path.abspath(journal)
        name = re.sub(r"[^A-Za-z0-9_.-]+", "-", target)[:60] or "target"
        beside = "%s.%s-%s.cursor" % (journal, name, hashlib.sha1(os.fsencode(target)).hexdigest()[:6])
        elsewhere = os.path.join(_cache_folder(), hashlib.sha1(os.fsencode(beside)).hexdigest() + ".cursor")
        self.path = beside if os.access(os.path.dirname(journal), os.W_OK) else elsewhere
        self._elsewhere = elsewhere
        for path in (beside, elsewhere):
            self._load(path)

    def _load(self, path):
        try:
            with open(path, encoding="utf-8") as file:
                state = json.load(file)
            if int(state["offset"]) > self.offset:
                self.offset, self.series = int(state["offset"]), dict(state["series"])
        except (OSError, ValueError, KeyError, TypeError):
            pass

    def save(self):
        """Put the file in place of the old one, whole or not at all; raises OSError where no folder takes it."""
        try:
            self._put(self.path)
            if self.path != self._elsewhere:
                with contextlib.suppress(OSError):
                    os.remove(self._elsewhere)
        except OSError:
            self._put(self._elsewhere)

    def _put(self, path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        temporary = "%s.%d" % (path, os.getpid())
        try:
            with open(temporary, "w", encoding="utf-8") as file:
                json.dump({"offset": self.offset, "series": self.series}, file)
            os.replace(temporary, path)
        except OSError:
            with contextlib.suppress(OSError):
                os.remove(temporary)
            raise


def _cache_folder():
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "neptune-writer", "cursors")
