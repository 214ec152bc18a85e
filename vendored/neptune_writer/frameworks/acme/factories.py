"""What `make_default_logger` makes: with NEPTUNE_EXPERIMENT set, a logger that also emits; else the very same one."""
import functools
import inspect

from ... import messages
from ...experiment import experiments
from . import throttle
from .base import Logger, close
from .neptune import NeptuneLogger

_TIME_DELTA = 1.0  # seconds, Acme's own default


def also_to_neptune(make_default_logger):
    """Decorates ``make_default_logger(label, ..., time_delta, ..., steps_key)``, of whose parameters only the first
    is in every version of Acme."""
    signature = inspect.signature(make_default_logger)

    @functools.wraps(make_default_logger)
    def make(*args, **kwargs):
        logger = make_default_logger(*args, **kwargs)
        if experiments.of_environment() is None:
            return logger
        with messages.one_line_on_failure("the logger has no output for Neptune"):
            bound = signature.bind(*args, **kwargs)
            steps_key = bound.arguments.get("steps_key")  # as a loop says it; the default was chosen by nobody
            bound.apply_defaults()
            label = bound.args[0] if bound.args else next(iter(bound.arguments.values()))
            time_delta = throttle.wanted(bound.arguments.get("time_delta", _TIME_DELTA))
            return EmittingLogger(logger, NeptuneLogger(None, label, steps_key, time_delta))
        return logger

    return make


class EmittingLogger(Logger):
    """A logger of Acme's, whose rows also go to Neptune, before its clock filter: behind it, short episodes are lost.

    Args:
        to: the logger.
        neptune: the `NeptuneLogger`.
    """

    def __init__(self, to, neptune):
        self.__dict__.update(_EmittingLogger__to=to, _EmittingLogger__neptune=neptune)

    def write(self, data):
        """Write one row to both."""
        self.__neptune.write(data)
        return self.__to.write(data)

    def close(self):
        """Close both."""
        self.__neptune.close()
        close(self.__to)

    def __getattr__(self, name):  # what else the logger has
        if name.startswith("__") or name.startswith("_EmittingLogger__"):
            raise AttributeError(name)
        return getattr(self.__to, name)

    def __setattr__(self, name, value):
        setattr(self.__to, name, value)

    def __getstate__(self):
        return self.__dict__

    def __setstate__(self, state):
        self.__dict__.update(state)
