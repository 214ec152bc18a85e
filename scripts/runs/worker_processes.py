"""Calls in processes of their own, whatever program makes them."""
from __future__ import annotations

import concurrent.futures
import contextlib
import functools
import multiprocessing
import os
import signal
import sys
import types
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Callable, Iterator, Sequence, TypeVar

Argument = TypeVar("Argument")
Result = TypeVar("Result")
_CTRL_C = (signal.SIGINT,)
_is_calling, _is_stopped = False, False  # in a process of these


def results(call: Callable[[Argument], Result], arguments: Sequence[Argument], workers: int,
            at_once: int = 1) -> Iterator[Result]:
    """What the call returns for each argument, in order.

    If a process dies, for lack of memory for example, the rest is called in this process. Ctrl-C ends the calls, and so
    does a caller that closes this iterator.

    Args:
        call: a function of a module.
        workers: how many processes.
        at_once: how many arguments a process is handed at a time.
    """
    done, others = 0, multiprocessing.active_children()
    pool = concurrent.futures.ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _heed_ctrl_c)
    try:
        with _beginning():
            found = pool.map(functools.partial(_called, call), arguments, chunksize=at_once)
        for result in found:
            yield result
            done += 1
    except BrokenProcessPool:
        yield from map(call, arguments[done:])
    finally:
        if done < len(arguments):
            for process in multiprocessing.active_children():
                if process not in others and process.pid is not None:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(process.pid, signal.SIGINT)
        pool.shutdown(cancel_futures=True)


@contextlib.contextmanager
def _beginning() -> Iterator[None]:
    """Processes that are started meanwhile do not import the main program: a user's script that reads runs outside of
    ``if __name__ == "__main__"`` would run again in each. Nor do they print a traceback if Ctrl-C comes that early."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, _CTRL_C)  # which they inherit, up to `_heed_ctrl_c`
    try:
        yield
    finally:
        sys.modules["__main__"] = main
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _heed_ctrl_c() -> None:
    """Ctrl-C ends the calls, and not the process: if that ended while it hands over a result, the program would wait
    for the rest of it."""
    signal.signal(signal.SIGINT, _stop)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _CTRL_C)


def _stop(*_: Any) -> None:
    global _is_stopped
    _is_stopped = True
    if _is_calling:
        raise KeyboardInterrupt


def _called(call: Callable[[Argument], Result], argument: Argument) -> Result:
    global _is_calling
    try:
        _is_calling = True
        if _is_stopped:
            raise KeyboardInterrupt
        return call(argument)
    finally:
        _is_calling = False
