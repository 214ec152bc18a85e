"""RLlib and Ray Tune: a run a trial, and one for an algorithm that is trained without Tune.

A patched Ray makes its own classes of two of these, by the side of its others:

    class NeptuneLoggerCallback(neptune_writer.LoggerCallback, Callback): pass
    class NeptuneLogger(neptune_writer.Logger, Logger): pass
"""
from .algorithms import write_result
from .callback import LoggerCallback, with_neptune
from .logger import Logger, loggers_with_neptune

__all__ = ["LoggerCallback", "Logger", "with_neptune", "loggers_with_neptune", "write_result"]
