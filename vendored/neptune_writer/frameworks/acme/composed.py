"""All of them in the order in which they work."""
import importlib

from .aggregate import AggregateFilter
from .neptune import NeptuneLogger
from .smoothing import SmoothingFilter


def make_neptune_logger(experiment=None, prefix=None, time_delta=1.0, aggregate_regex=None, smoothing_regex=None,
                        smoothing_coeff=0.99, index_name=None):
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
        TypeError: the experiment is none.
    """
    aggregators, filters, terminal = (  # Acme's own, beside which this package lies
        importlib.import_module("....%s" % name, __package__) for name in ("aggregators", "filters", "terminal"))
    shown = filters.NoneFilter(terminal.TerminalLogger(str(prefix or "")))
    if not aggregate_regex:
        shown = filters.TimeFilter(shown, time_delta)
    logger = aggregators.Dispatcher([NeptuneLogger(experiment, prefix, index_name, time_delta), shown])
    if smoothing_regex:
        logger = SmoothingFilter(logger, smoothing_regex, smoothing_coeff)
    if aggregate_regex:
        logger = AggregateFilter(logger, aggregate_regex)
    return logger
