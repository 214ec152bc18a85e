"""Descriptors of ours that stay open in the training's process, which closes and forks as it likes."""
import contextlib
import os
import socket

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, List, Tuple, Union

_LOWEST = 10  # shells use those below
ours: "List[Descriptor]" = []  # what a fork of this process lets go of


class Descriptor:
    """An open file or socket, under a number that is no standard stream's and none that the shell uses. A training may
    close numbers that it knows nothing of, and get them for files of its own: those are never touched."""

    def __init__(self, opened: "Union[int, socket.socket]") -> None:
        taken = opened if isinstance(opened, int) else opened.detach()
        try:
            self.number = fcntl.fcntl(taken, fcntl.F_DUPFD_CLOEXEC, _LOWEST)
        finally:
            os.close(taken)
        self._identity = _identity(self.number)
        ours.append(self)

    def is_ours(self) -> bool:
        """Whether it is still what was opened."""
        try:
            return _identity(self.number) == self._identity
        except OSError:
            return False

    @contextlib.contextmanager
    def as_socket(self) -> "Iterator[socket.socket]":
        """The socket that it is, for one call."""
        if not self.is_ours():
            raise OSError("its socket was closed")
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, fileno=self.number)
        try:
            yield connection
        finally:
            connection.detach()

    def close(self) -> None:
        """May be called twice."""
        if self in ours:
            ours.remove(self)
            if self.is_ours():
                os.close(self.number)


def _identity(descriptor: int) -> "Tuple[int, int]":
    status = os.fstat(descriptor)
    return status.st_dev, status.st_ino


def _let_go() -> None:
    for one in list(ours):
        one.close()


if hasattr(os, "register_at_fork"):  # from 3.7 on
    os.register_at_fork(after_in_child=_let_go)
