"""File descriptors of ours: never one of the first three, which C code prints into, whatever they are.

A process whose stdin, stdout or stderr is closed gets their numbers for the next files that it opens.
"""
import os
import sys

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Tuple

LOWEST = 3


def high(descriptor: int) -> int:
    """The same open file under a number from 3 on, which no program that is started inherits; the given one is closed
    where it was lower. POSIX record locks (`fcntl.lockf`) go with a close: take them afterwards."""
    if descriptor >= LOWEST:
        return descriptor
    lower = [descriptor]
    try:
        if hasattr(fcntl, "F_DUPFD_CLOEXEC"):
            return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, LOWEST)
        while True:
            copied = os.dup(descriptor)
            if copied >= LOWEST:
                return copied
            lower.append(copied)
    finally:
        for number in lower:
            os.close(number)


def pipe() -> "Tuple[int, int]":
    """``(reading, writing)``, as `os.pipe`."""
    reading, writing = os.pipe()
    try:
        reading = high(reading)
    except OSError:
        os.close(writing)
        raise
    try:
        return reading, high(writing)
    except OSError:
        os.close(reading)
        raise


def fill_standard() -> None:
    """Open the null device as stdin, stdout and stderr where they are closed. For processes that are ours alone."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets this number: those below it are open
            os.set_inheritable(number, True)
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, mode, closefd=False))
