"""The folder of patched files in the user's cache, as the training sees it.

    signs                   what a file must hold to be worth a closer look, see `sources`
    tool.json               the command that patches one, see `asking`
    files/CONTENT.py        a file's patched form, by the SHA-256 of the file's bytes
    files/CONTENT.lines     index: line of the patched form; value: the line of the file that it stands for
    files/CONTENT.*.pyc     the code of it, one a Python version
    files/CONTENT-PLACE.json  what became of the file of that content in that place, see `Decision`
    packages/PATCH/neptune_writer/  what the patched form imports
    looked-at               files without a logger, see `sources`
    found/                  trainings that have imported a logger, see `finder`
"""
import os

from . import asking
from .sources import Sources


class Decision(object):
    """What became of one file.

    Attributes:
        patch: the name of what its patched form was made by; None where it is left as it is.
        why: in words, why it is left though it looks like a logger; "" where that is nothing to talk about.
        installed: whether it needs none of this: its logging was installed.
        needs: path -> SHA-256 of the files that this rests on.
    """

    def __init__(self, patch, why, installed, needs):
        self.patch, self.why, self.installed, self.needs = patch, why, installed, needs


class Kept(object):
    """What is kept there. Raises OSError where it is not such a folder, or gone."""

    def __init__(self, folder):
        self._folder = folder
        signs = [line.split(b"\t") for line in self._read("signs").split(b"\n")]
        sources = Sources(signs, os.path.join(folder, "looked-at"))
        self.may_hold_logger, self.looks_like_logger = sources.may_hold_logger, sources.looks_like_logger

    def decision(self, path, root, is_deep):
        """A file's `Decision`; the tool is asked where there is none yet, or what it rested on has changed.

        Args:
            root: the folder of the package that it belongs to.
            is_deep: whether the package's folders belong to it, too.

        Raises:
            asking.Failed: the tool gave no answer.
        """
        found = self._known(path)
        if found is None:
            asking.ask(self._json("tool.json"), self._folder, path, root, is_deep)
            found = self._known(path)
        if found is None:
            raise asking.Failed("it changed just now, or %s cannot be written to" % self._folder)
        return found

    def known(self, path):
        """The same, without asking; None where there is none."""
        try:
            return self._known(path)
        except (OSError, ValueError):
            return None

    def place_of(self, raw):
        """Where what belongs to a file of these bytes is kept, without the end of its name."""
        return os.path.join(self._folder, "files", sha256(raw))

    def package_of(self, patch):
        """The folder of the package for files of one patch."""
        return os.path.join(self._folder, "packages", patch, "neptune_writer")

    def _known(self, path):
        with open(path, "rb") as file:
            name = entry_name(file.read(), path)
        try:
            found = Decision(**self._json("files", name))
        except (OSError, ValueError, TypeError):
            return None
        return found if all(_digest_of(other) == digest for other, digest in found.needs.items()) else None

    def _json(self, *names):
        import json  # here: most Pythons that a training starts import no file that is patched
        return json.loads(self._read(*names).decode("utf-8"))

    def _read(self, *names):
        with open(os.path.join(self._folder, *names), "rb") as file:
            return file.read()


def entry_name(raw, path):
    """The name of the decision on a file of these bytes in that place."""
    return "%s-%s.json" % (sha256(raw), sha256(os.fsencode(path))[:16])


def sha256(raw):
    """In hex."""
    import hashlib
    return hashlib.sha256(raw).hexdigest()


def _digest_of(path):
    try:
        with open(path, "rb") as file:
            return sha256(file.read())
    except OSError:
        return None
