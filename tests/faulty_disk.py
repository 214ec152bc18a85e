"""Every operation on a checkout's files, counted; one of them can be made to fail, or to be the last of its process.

It stands between the scripts and the real disk, on the very functions that Python has for it, so that no operation is
left out because somebody forgot to announce it.
"""
import builtins
import contextlib
import os
from pathlib import Path

import pytest

from scripts.checkout import clone, swap

CHANGES = ("create", "write", "fsync", "mkdir", "rmdir", "unlink", "rename", "replace", "chmod", "chown", "git")
KILLED = 9
SOME, EVERY = "some", pytest.param("every", marks=pytest.mark.slow)
"""How many of a command's operations a test tries, for `chosen`."""


class Disk:
    """What happens below a folder, as `operations`: the name of each, in order.

    Args:
        folder: operations elsewhere are neither counted nor touched.
        hit: called with the number and name of each operation before it happens. What it raises is what the caller
            of the operation gets; returns whether a write is to be torn, half of it on the disk and none of the rest.
    """

    def __init__(self, folder, hit=lambda number, name: False):
        self.folder, self.hit, self.operations = os.path.realpath(folder), hit, []

    def __enter__(self):
        self._patch = pytest.MonkeyPatch()
        for name in ("mkdir", "rmdir", "unlink", "rename", "replace", "chmod", "chown",
                     "lstat", "stat", "listdir", "scandir"):
            self._patch.setattr(os, name, self._counted(name, getattr(os, name)))
        for name, called in (("fchmod", "chmod"), ("fchown", "chown")):
            self._patch.setattr(os, name, self._counted(called, getattr(os, name)))
        fsync, self._open, git = os.fsync, open, clone._git
        self._patch.setattr(os, "fsync", lambda handle: (self._happens("fsync"), fsync(handle))[1])
        self._patch.setattr(clone, "_git", lambda *rest: (self._happens("git"), git(*rest))[1])
        self._patch.setattr(builtins, "open", self._opened)
        self._patch.setattr(swap, "exchanged", self._exchanged(swap.exchanged))
        return self

    def __exit__(self, *error):
        self._patch.undo()

    def _happens(self, name):
        self.operations.append(name)
        return self.hit(len(self.operations) - 1, name)

    def _counted(self, name, real):
        def operation(path=".", *rest, **more):
            if self._is_ours(path, more.get("dir_fd", more.get("src_dir_fd"))):
                self._happens(name)
            return real(path, *rest, **more)
        return operation

    def _exchanged(self, real):
        def exchanged(one, other):
            if self._is_ours(other.whole):
                self._happens("rename")
            return real(one, other)
        return exchanged

    def _is_ours(self, path, folder=None):
        """Whether a path, an open file, or a name in an open folder lies below the folder."""
        if isinstance(path, int) or folder is not None:
            above = os.readlink(f"/proc/self/fd/{path if folder is None else folder}")
            path = above if folder is None else os.path.join(above, path)
        return isinstance(path, (str, Path)) and str(path).startswith(self.folder)

    def _opened(self, path, mode="r", *rest, **more):
        if not self._is_ours(path):
            return self._open(path, mode, *rest, **more)
        self._happens("create" if set(mode) & set("wxa") else "read")
        return _File(self._open(path, mode, *rest, **more), self)


class _File:
    """A file whose reads and writes are counted, too."""

    def __init__(self, file, disk):
        self.file, self.disk = file, disk

    def __getattr__(self, name):
        return getattr(self.file, name)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.file.close()

    def read(self, *rest):
        self.disk._happens("read")
        return self.file.read(*rest)

    def write(self, raw):
        if self.disk._happens("write"):
            self.file.write(raw[:len(raw) // 2])
            self.file.flush()
            os._exit(KILLED)
        return self.file.write(raw)


def chosen(how_many, operations):
    """The numbers of every operation; of some: the first, the middle and the last one of each kind."""
    of_kind = {}
    for number, name in enumerate(operations):
        of_kind.setdefault(name, []).append(number)
    if how_many == "every":
        return list(range(len(operations)))
    return sorted({numbers[at] for numbers in of_kind.values() for at in (0, len(numbers) // 2, -1)})


def failing(number, error):
    """A `hit` that lets the operation of that number fail once."""
    def hit(at, name):
        if at == number:
            raise error
        return False
    return hit


def run_killed(folder, number, work):
    """Run `work` in a process of its own that ends without any clean-up at its change of that number.

    Changes are counted, looks are not: between two changes the disk is the same. A write is torn.
    """
    left = [number]

    def hit(at, name):
        if name in CHANGES:
            left[0] -= 1
            if left[0] == -1:
                if name == "write":
                    return True
                os._exit(KILLED)
        return False

    child = os.fork()
    if not child:
        with contextlib.suppress(BaseException):
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.dup2(1, 2)
            with Disk(folder, hit):
                work()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
