"""Tianshou's logger for TensorBoard: rows of train, test, update and info, each in a count of its own.

What `env_step` counts is the run's; gradient steps and epochs are clocks beside it. Its loggers know of no config.
"""
from .. import messages
from ..idioms import tables
from ..idioms.tables import connect

__all__ = ["connect", "write"]


def write(owner, step_type, step, data):
    """A row is about to be written.

    Args:
        owner: the logger, whose ``writer`` has a ``log_dir``.
        step_type: what the row is of and what its step counts, as ``update/gradient_step``.
        step: where it stands.
        data: metric name -> value; since 1.1 the names lack what the row is of, and it writes the step, too.
    """
    if not tables.is_configured():
        return
    with messages.one_line_on_failure("a row was not recorded"):
        scope, _, counted = step_type.rpartition("/")
        row = {name: value for name, value in data.items()
               if getattr(value, "shape", ()) in ((), (1,)) and not hasattr(value, "savefig")}
        if hasattr(owner, "exclude_arrays"):
            row = {"%s/%s" % (scope, name): value for name, value in row.items()}
            row[step_type] = step
        folder = getattr(owner.writer, "log_dir", None) or getattr(owner.writer, "logdir", None)
        tables.describe(owner, None, "_".join(tables.names_of(tables.place_of(folder), 2)) or None)
        tables.write_row(owner, row, step, folder, None if counted == "env_step" else counted)
