"""What a patched logger talks to: three calls that write a run to disk and hand it on to a tracker.

    connect(owner, experiment)        in the logger's constructor; records, opens nothing
    write_config(owner, config)       returns the config without experiments, for the framework to go on with
    write_row(owner, row, step)       one write to the run's journal, then back to the training

and, where a logger's runs are more than itself, four more: `begin`, `begin_segment`, `rewind` and `close`.

``owner`` is the framework's logger. Nothing is ever set on it: frameworks serialise and pickle their loggers.
Nothing here raises into the training but a TypeError from `connect` for an object that is no experiment.
"""
import os

from . import experiments, interpreters, masking, messages, specs
from .cleaning import without_experiments
from .owners import Owners

__all__ = ["connect", "write_config", "write_row", "begin", "begin_segment", "rewind", "close", "hide_experiment"]

_writers = Owners()


def connect(owner, experiment=None, framework=None, header=None, **named):
    """Record where the runs of ``owner`` go; nothing is opened before the first row.

    Args:
        owner: the framework's logger; its attributes ``output_dir``, ``exp_name`` and ``output_file`` are read
            at the first row, where it has them.
        experiment: a live experiment of any client, a callable that makes one, a spec string, or None for what
            the environment variable NEPTUNE_EXPERIMENT says.
        framework: a pair of its name and version, where the caller knows better than the installer's record.
        header: fields of the journal's header that the caller knows better, too, see `journal`.
        **named: the constructor's ``output_dir`` and ``exp_name``, as far as it takes them. A logger that could
            have been given one and was given neither is no run until it saves a config.

    Raises:
        TypeError: ``experiment`` is none of these.
    """
    spec = experiments.of_environment()
    is_run = not named or any(value is not None for value in named.values())
    if experiments.is_given(experiment):
        experiments.check(experiment)
        masking.remember_token_of(experiment)
        spec, is_run = experiment, True
    elif spec is None or _writers.get(owner) is not None:  # the constructor of a subclass has connected it already
        return
    if interpreters.GUARD in os.environ:
        messages.warn("this is the training again, where a Python should send on what it records: point %s at one; "
                      "nothing is recorded here" % interpreters.VARIABLE, once=interpreters.GUARD)
        return
    if isinstance(spec, str):
        spec = _parsed(spec)
    from .writer import Writer  # here, so that a logger with nothing configured loads next to nothing
    writer = Writer(spec, is_run, named, framework, header)
    if not experiments.is_given(experiment):
        _writers.add_once(owner, writer)  # another thread may have been first
        return
    earlier = _writers.add(owner, writer)
    if earlier is not None:
        with messages.one_line_on_failure("the run before was not closed"):
            earlier.close()


def write_config(owner, config):
    """Record the run's hyper-parameters; returns ``config`` without experiments and tokens.

    The object itself comes back where there was nothing to take out.
    """
    writer = _writer_of(owner)
    if writer is not None:
        with messages.one_line_on_failure("the config was not recorded"):
            writer.write_config(owner, config)
    return _safe(config)


def write_row(owner, row, step=(), clock=None):
    """Record one row of metrics.

    Args:
        owner: the logger that was given to `connect`.
        row: metric name -> value; numbers, 0-d and 1-element arrays and tensors are kept. Copied at once.
        step: where the row stands, a number; or the names of the metrics that may be its step, the best first, which
            count for the whole run; None, or names that no row has, for the metrics that frameworks are known to count
            their rows by, see `points.names`.
        clock: what the step counts, where rows of one run are counted by several things, such as a learner's beside
            those of an evaluation. Where that is one of the metrics, its name.
    """
    writer = _writer_of(owner)
    if writer is not None:
        try:  # where nothing fails it costs nothing, unlike a context manager
            writer.write_row(owner, row, step, clock)
        except Exception as error:
            messages.warn_of("a row was not recorded", error)


def begin(owner):
    """Open the run before its first row: one that fails without any is a run, too.

    Names of the step metric that `write_row` is given later are then not in the journal: `connect` takes them in
    ``header``.
    """
    writer = _writer_of(owner)
    if writer is not None:
        with messages.one_line_on_failure("the run was not opened"):
            writer.begin(owner)


def begin_segment(owner, clock=None):
    """The framework's step begins anew with the next row, as where a model is trained again from step 0: x carries on.

    A step that falls to its first value or below says so by itself; one that begins anew at or above the last one does
    not. ``clock``: the one that begins anew, see `write_row`; None for each.
    """
    _mark(owner, "restart", clock)


def rewind(owner, clock=None):
    """The framework goes on from a checkpoint with the next row, at a step it had before: x goes on from there, too.

    The rows between supersede those of their steps. ``clock``: as of `begin_segment`.
    """
    _mark(owner, "checkpoint", clock)


def _mark(owner, mark, clock):
    writer = _writers.get(owner)
    if writer is not None:
        with messages.one_line_on_failure("where the run goes on was not recorded"):
            writer.mark(mark, clock)


def close(owner):
    """End the run of ``owner``: its tracker is sent what is left. A live experiment stays open, it is the user's."""
    writer = _writers.get(owner)  # which stays, so that rows after the end are not another run
    if writer is not None:
        with messages.one_line_on_failure("the run was not closed"):
            writer.close()


def hide_experiment(value):
    """``value``, with a short text in place of every experiment and token: what a serialiser may see of it."""
    return _safe(value, leave_out=False)


def _safe(value, **how):
    with messages.one_line_on_failure("a config was not looked into for experiments"):
        return without_experiments(value, mask=_is_configured(), **how)
    return value


def _is_configured():
    """With nothing configured a framework writes what it always wrote, a hyper-parameter named ``api_key`` included."""
    return bool(_writers) or experiments.of_environment() is not None


def _parsed(spec):
    """Said at once, not after the first epoch: a misspelt spec costs no row, the run is kept in its journal."""
    try:
        parsed = specs.parse(spec)
    except ValueError as error:
        named_by = "NEPTUNE_EXPERIMENT" if spec == experiments.of_environment() else "neptune_experiment"
        messages.warn("%s: %s; the run is kept in its journal" % (named_by, error), once=spec)
        return specs.JOURNAL
    hindrance = experiments.hindrance(parsed) if parsed != specs.JOURNAL else None
    if hindrance:
        messages.warn("%s: %s; the run is kept in its journal" % (parsed, hindrance), once=spec)
    return parsed


def _writer_of(owner):
    writer = _writers.get(owner)
    if writer is None and _is_named():
        connect(owner)  # a subclass that never called the patched constructor
        writer = _writers.get(owner)
    return writer


def _is_named():
    """Whether the environment names an experiment. Asked of what `os.environ` wraps where it can be had: asked at each
    row of a logger with nothing configured, the rest is a third of that."""
    try:
        return _NAME in os.environ._data
    except AttributeError:
        return "NEPTUNE_EXPERIMENT" in os.environ


_NAME = getattr(os.environ, "encodekey", str)("NEPTUNE_EXPERIMENT")

if _is_named() and interpreters.GUARD not in os.environ:
    from . import reverted  # here, so that a logger with nothing configured loads next to nothing
    with messages.one_line_on_failure("whether every file is still patched is not known"):
        reverted.warn()
