"""Another user of the machine: what they plant under a name, and what a process of theirs does."""
import contextlib
import os
import socket
import stat
import tempfile
import traceback

import pytest

UID = 54321  # nobody's on any machine
_TEMPORARY = tempfile.gettempdir()  # before a test names another
needs_root = pytest.mark.skipif(getattr(os, "geteuid", lambda: 1)() != 0,
                                reason="NOT TESTED: another user. Being one takes root")


@contextlib.contextmanager
def open_folder(mode=0o1777):
    """A folder that everybody may write to, as /tmp; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory(dir=_TEMPORARY) as folder:
        os.chmod(folder, mode)
        yield folder


def as_user(work, uid=UID):
    """Run a function in a process of another user's; AssertionError where it raises."""
    child = os.fork()
    if not child:
        status = 1
        with contextlib.suppress(BaseException):
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
            try:
                work()
                status = 0
            except BaseException:
                traceback.print_exc()
        os._exit(status)
    assert os.waitpid(child, 0)[1] == 0


def _link(path, victim):
    os.symlink(victim, path)


def _folder(path, victim):
    os.mkdir(path)


def _socket(path, victim):
    here = os.open(".", os.O_RDONLY)
    try:
        os.chdir(os.path.dirname(path))  # a socket's path is short
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(os.path.basename(path))
    finally:
        os.fchdir(here)
        os.close(here)


def _device(path, victim):
    os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, 5))  # /dev/zero, which has no end


PLANTS = {"a symlink": _link, "a symlink to nothing": lambda path, victim: os.symlink(path + ".nothing", path),
          "another name of a file": lambda path, victim: os.link(victim, path),
          "a FIFO": lambda path, victim: os.mkfifo(path), "a folder": _folder, "a socket": _socket}
if needs_root.args[0] is False:
    PLANTS["a device"] = _device


def plant(what, path, victim):
    """Put something under this name. A file that a test expects to be left alone is the `victim`."""
    PLANTS[what](str(path), str(victim))


def state(path):
    """All that can be changed of a file or folder: what it is, its mode, its owner, what is in it."""
    status = os.lstat(str(path))
    content = None
    if stat.S_ISREG(status.st_mode):
        with open(str(path), "rb") as file:
            content = file.read()
    elif stat.S_ISLNK(status.st_mode):
        content = os.readlink(str(path))
    elif stat.S_ISDIR(status.st_mode):
        content = sorted(os.listdir(str(path)))
    return status.st_mode, status.st_uid, status.st_gid, status.st_ino, content
