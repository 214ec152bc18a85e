"""A background process that is not the training's child: many trainings wait for all of their children by `os.wait()`,
which must not find it.

A shell starts it in the background and ends, in a session of its own, so that Ctrl-C is the trainer's alone. Its stdin
is a socket, by which it is told things, and by which its end shows. `parent` tells it when the training is gone.
"""
import contextlib
import os
import select
import signal
import socket
import subprocess
import tempfile

from ..system.own_descriptors import Descriptor
from . import parent

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, IO, List, Optional, Union

    Process = Union["Detached", "Attached"]

_SHELL = ["/bin/sh", "-c", 'exec 3<&0; "$@" <&3 3<&- &', "sh"]  # in the background stdin is nothing, if not said
_QUIETLY = getattr(socket, "MSG_NOSIGNAL", 0)  # a training may have SIGPIPE kill it


def start(command: "List[str]", environment: "Dict[str, str]", output: "IO[bytes]") -> "Process":
    """Run a command, with the arguments of `parent.describe` behind it; returns a `Detached`, or what stands for one.

    Args:
        command: a list, of a Python and its arguments.
        environment: its variables.
        output: a file for its stdout; its stderr is that of this process.

    Raises:
        OSError: it cannot be started.
    """
    has_all = fcntl is not None and hasattr(os, "killpg") and hasattr(socket, "AF_UNIX")
    return (Detached if has_all else Attached)(command, environment, output)


class Detached:
    """What was started, as this process sees it."""

    def __init__(self, command: "List[str]", environment: "Dict[str, str]", output: "IO[bytes]") -> None:
        self._has_left = False
        with contextlib.ExitStack() as failed:
            lock = _lock()
            ours, theirs = map(Descriptor, socket.socketpair())
            for one in filter(None, (ours, lock)):
                failed.callback(one.close)
            with contextlib.closing(theirs):
                self._process = _started(
                    command + parent.describe(lock.number if lock else None), [lock.number] if lock else [],
                    stdin=theirs.number, stdout=output, env=environment, start_new_session=True)
            os.set_blocking(ours.number, False)
            failed.pop_all()
        self._socket, self._lock = ours, lock

    def send(self, data: "Union[bytes, bytearray]") -> int:
        """Tell it these bytes, as many as it takes without waiting; returns how many. OSError: it is gone."""
        with self._socket.as_socket() as connection:
            try:
                return int(connection.send(data, _QUIETLY))
            except BlockingIOError:
                return 0

    def shut(self) -> None:
        """Close our end. A worker that holds a copy of the socket does not keep it open."""
        with self._socket.as_socket() as connection:
            connection.shutdown(socket.SHUT_WR)

    def has_left(self, seconds: float) -> bool:
        """Whether it is gone, or about to go; waits so long for that."""
        if not self._has_left and (not self._socket.is_ours() or _is_readable(self._socket.number, seconds)):
            self._has_left = True
            self._process.poll()  # where no shell was to be had, it is our child
            for one in filter(None, (self._socket, self._lock)):
                one.close()
        return self._has_left

    def kill(self) -> None:
        """With whatever processes the client has. Not once it has left: then its number may be another's."""
        if not self.has_left(0):
            with contextlib.suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)


class Attached:
    """The same where a system has no sessions, sockets or locks of that kind, as Windows: a child, told by a pipe."""

    def __init__(self, command: "List[str]", environment: "Dict[str, str]", output: "IO[bytes]") -> None:
        self._process = subprocess.Popen(
            command + parent.describe(None), bufsize=0, stdin=subprocess.PIPE, stdout=output, env=environment,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0))  # Ctrl-C is the trainer's alone

    def send(self, data: "Union[bytes, bytearray]") -> int:
        """See `Detached`."""
        assert self._process.stdin is not None
        return self._process.stdin.write(bytes(data))

    def shut(self) -> None:
        """See `Detached`."""
        assert self._process.stdin is not None
        self._process.stdin.close()

    def has_left(self, seconds: float) -> bool:
        """See `Detached`."""
        try:
            return self._process.wait(seconds) is not None
        except subprocess.TimeoutExpired:
            return False

    def kill(self) -> None:
        """See `Detached`; a client's own processes are left to it. On Windows this is what kills, by another name."""
        self._process.terminate()


def _started(command: "List[str]", passed: "List[int]", **how: "Any") -> "subprocess.Popen[bytes]":
    try:
        shell = subprocess.Popen(_SHELL + command, pass_fds=passed, **how)
    except OSError:  # there is none: then `os.wait()` finds it
        return subprocess.Popen(command, pass_fds=passed, **how)
    shell.wait()
    return shell


def _lock() -> "Optional[Descriptor]":
    """A file that this process holds a record lock on; None where no place has locks."""
    for make in (_in_memory, _in_temporary_folder):
        try:
            made = make()
        except (OSError, AttributeError):
            continue
        try:
            fcntl.lockf(made.number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return made
        except OSError:
            made.close()
    return None


def _in_memory() -> "Descriptor":
    return Descriptor(os.memfd_create("neptune-writer"))  # Linux, from Python 3.8 on: no disk that is full or far away


def _in_temporary_folder() -> "Descriptor":
    with tempfile.TemporaryFile() as file:
        return Descriptor(os.dup(file.fileno()))


def _is_readable(descriptor: int, seconds: float) -> bool:
    if hasattr(select, "poll"):  # not only numbers below 1,024
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        return bool(poll.poll(int(seconds * 1000)))
    return bool(select.select([descriptor], [], [], seconds)[0])
