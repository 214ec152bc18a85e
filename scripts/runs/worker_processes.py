"""Calls in processes of their own, whatever program makes them."""
from __future__ import annotations

import concurrent.futures
import contextlib
import multiprocessing
import sys
import types
from concurrent.futures.process import BrokenProcessPool
from typing import Callable, Iterator, Sequence, TypeVar

Argument = TypeVar("Argument")
Result = TypeVar("Result")


def results(call: Callable[[Argument], Result], arguments: Sequence[Argument], workers: int,
            at_once: int = 1) -> Iterator[Result]:
    """What the call returns for each argument, in order.

    Where a process dies (of a lack of memory, say), those that are left are called here, one by one.

    Args:
        call: a function of a module.
        workers: how many processes.
        at_once: how many arguments a process is handed at a time.
    """
    done = 0
    try:
        with concurrent.futures.ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
            with _no_main():
                found = pool.map(call, arguments, chunksize=at_once)
            for result in found:
                yield result
                done += 1
    except BrokenProcessPool:
        yield from map(call, arguments[done:])


@contextlib.contextmanager
def _no_main() -> Iterator[None]:
    """Processes that begin meanwhile do not run the program once more, which they would to know what it defines: a
    user's script that reads runs outside of ``if __name__ == "__main__"`` would begin anew in each."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
