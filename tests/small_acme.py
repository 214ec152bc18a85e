"""A small package of loggers with the symbols of Acme's, of our own writing."""
import pytest

BASE = '''\
"""What a logger is."""
import abc


class Logger(abc.ABC):
    @abc.abstractmethod
    def write(self, data): ...

    @abc.abstractmethod
    def close(self): ...
'''

TERMINAL = '''\
from small.loggers import base


class TerminalLogger(base.Logger):
    """Prints rows."""

    def __init__(self, label="", print_fn=print):
        self.label, self.print_fn = label, print_fn

    def write(self, data):
        self.print_fn("[%s] %s" % (self.label, ", ".join("%s=%s" % item for item in sorted(data.items()))))

    def close(self):
        self.print_fn("[%s] closed" % self.label)
'''

FILTERS = '''\
import time

from small.loggers import base


class Filter(base.Logger):
    def __init__(self, to):
        self.to = to

    def close(self):
        self.to.close()


class NoneFilter(Filter):
    def write(self, data):
        self.to.write({key: value for key, value in data.items() if value is not None})


class TimeFilter(Filter):
    def __init__(self, to, time_delta):
        super().__init__(to)
        self.time_delta, self.last = time_delta, float("-inf")

    def write(self, data):
        now = time.monotonic()
        if now - self.last > self.time_delta:
            self.last = now
            self.to.write(data)
'''

AGGREGATORS = '''\
from small.loggers import base


class Dispatcher(base.Logger):
    def __init__(self, to, serialize_fn=None):
        self.to, self.serialize_fn = to, serialize_fn

    def write(self, data):
        data = self.serialize_fn(data) if self.serialize_fn else data
        for logger in self.to:
            logger.write(data)

    def close(self):
        for logger in self.to:
            logger.close()
'''

DEFAULT = '''\
"""The logger that everybody gets who names none."""
from small.loggers import aggregators
from small.loggers import filters
from small.loggers import terminal


# What the label is for, stands here.
def make_default_logger(label, save_data=True, time_delta=1.0, steps_key="steps"):
    """A logger that prints one row per second at most."""
    logger = aggregators.Dispatcher([terminal.TerminalLogger(label)])
    logger = filters.NoneFilter(logger)
    logger = filters.TimeFilter(logger, time_delta)
    return logger
'''

PACKAGE = '''\
"""All loggers."""

from small.loggers.aggregators import Dispatcher
from small.loggers.base import Logger
from small.loggers.filters import NoneFilter
from small.loggers.filters import TimeFilter
from small.loggers.default import make_default_logger
from small.loggers.terminal import TerminalLogger

# Others come from elsewhere.
'''

ACME = {
    "small/__init__.py": '__version__ = "0.9"\n', "small/loggers/__init__.py": PACKAGE,
    "small/loggers/aggregators.py": AGGREGATORS, "small/loggers/base.py": BASE, "small/loggers/default.py": DEFAULT,
    "small/loggers/filters.py": FILTERS, "small/loggers/terminal.py": TERMINAL}


@pytest.fixture(autouse=True)
def own_runs(monkeypatch):
    """Runs belong to the process: here, to the test."""
    from neptune_writer.frameworks.acme import neptune
    monkeypatch.setattr(neptune, "_PROCESS", neptune._Process())
