"""What makes loggers: `make_neptune_logger`, and Acme's `make_default_logger` as it also emits."""
import functools
import importlib
import inspect

from ... import messages
from ...experiment import experiments
from . import throttle
from .aggregate import AggregateFilter
from .base import Logger, close
from .neptune import NeptuneLogger
from .smoothing import SmoothingFilter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Mapping, Optional

_TIME_DELTA = 1.0  # seconds, Acme's own default


def make_neptune_logger(experiment: "Any" = None, prefix: "Optional[str]" = None, time_delta: float = 1.0,
                        aggregate_regex: "Optional[str]" = None, smoothing_regex: "Optional[str]" = None,
                        smoothing_coeff: float = 0.99, index_name: "Optional[str]" = None) -> "Any":
    """A logger for a learner or a loop that writes to a run, and to the terminal as Acme does.

    The clock stands before the terminal alone, so that every row is smoothed, aggregated and emitted:

        [AggregateFilter ->] [SmoothingFilter ->] NeptuneLogger, and NoneFilter [-> TimeFilter] -> TerminalLogger

    Args:
        experiment, prefix, index_name: see `NeptuneLogger`; the prefix is the terminal's label, too.
        time_delta: seconds from one row on the terminal to the next, and from one row of device tensors to the next in
            the run; 0 for every row. Aggregated rows all come to the terminal.
        aggregate_regex: see `AggregateFilter`, whose `dump` the logger then has; None for none.
        smoothing_regex, smoothing_coeff: see `SmoothingFilter`; None for none. Aggregated rows are smoothed as such.
            An average is of every value, so those of matching keys are all converted, on a device or not.

    Raises:
        TypeError: ``experiment`` is no experiment.
    """
    filters, terminal, aggregators = [  # Acme's own, in the folder that this package was copied into
        importlib.import_module("...." + name, __package__) for name in ("filters", "terminal", "aggregators")]
    shown = filters.NoneFilter(terminal.TerminalLogger(str(prefix or "")))
    if not aggregate_regex:
        shown = filters.TimeFilter(shown, time_delta)
    logger = aggregators.Dispatcher([NeptuneLogger(experiment, prefix, index_name, time_delta), shown])
    if smoothing_regex:
        logger = SmoothingFilter(logger, smoothing_regex, smoothing_coeff)
    if aggregate_regex:
        logger = AggregateFilter(logger, aggregate_regex)
    return logger


def also_to_neptune(make_default_logger: "Callable[..., Any]") -> "Callable[..., Any]":
    """Decorates ``make_default_logger(label, ..., time_delta, ..., steps_key)``, of whose parameters only the first
    is in every version of Acme: with NEPTUNE_EXPERIMENT set its loggers also emit, else they are the very same."""
    signature = inspect.signature(make_default_logger)

    @functools.wraps(make_default_logger)
    def make(*args: "Any", **kwargs: "Any") -> "Any":
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

    def __init__(self, to: "Any", neptune: "NeptuneLogger") -> None:
        self.__dict__.update(_EmittingLogger__to=to, _EmittingLogger__neptune=neptune)

    def write(self, data: "Mapping[str, Any]") -> "Any":
        """Write one row to both."""
        self.__neptune.write(data)
        return self.__to.write(data)

    def close(self) -> None:
        """Close both."""
        self.__neptune.close()
        close(self.__to)

    def __getattr__(self, name: str) -> "Any":  # what else the logger has
        if name.startswith("__") or name.startswith("_EmittingLogger__"):
            raise AttributeError(name)
        return getattr(self.__to, name)

    def __setattr__(self, name: str, value: "Any") -> None:
        setattr(self.__to, name, value)

    def __getstate__(self) -> "Dict[str, Any]":
        return self.__dict__

    def __setstate__(self, state: "Dict[str, Any]") -> None:
        self.__dict__.update(state)
