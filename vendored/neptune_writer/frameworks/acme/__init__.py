"""Acme: its loggers' companions, one a file, and what its default logger gains.

A patched ``acme.utils.loggers`` has the first four among its own:

    NeptuneLogger(experiment, prefix)          rows -> a run
    SmoothingFilter(to, regex, coeff)          rows, with running averages -> another logger
    AggregateFilter(to, regex)                 statistics of rows, at `dump` -> another logger
    make_neptune_logger(experiment, prefix)    all of them, and Acme's own, in the right order
    also_to_neptune                            decorates `make_default_logger`
"""
from .aggregate import AggregateFilter
from .factories import also_to_neptune, make_neptune_logger
from .neptune import NeptuneLogger
from .smoothing import SmoothingFilter

__all__ = ["AggregateFilter", "NeptuneLogger", "SmoothingFilter", "also_to_neptune", "make_neptune_logger"]
