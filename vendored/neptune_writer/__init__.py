"""The calls that patched loggers make: three that write a run to disk and have it sent to a tracker.

    connect(owner, experiment)        in the logger's constructor; records, opens nothing
    write_config(owner, config)       records the config; returns it without experiments, for the framework to use
    write_row(owner, row, step)       one write to the run's journal, then back to the training

and four for loggers with more than one run: `begin`, `restart`, `from_checkpoint` and `close`.

``owner`` is the framework's logger. Nothing is ever set on it: frameworks serialise and pickle their loggers.
Nothing here raises into the training except a TypeError from `connect` for an object that is not an experiment.
"""
import os

from . import masking, messages
from .experiment import experiments, prerequisites, specs
from .recording.cleaning import without_experiments
from .recording.registry import Registry
from .system import interpreters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Mapping, Optional, Tuple

    from .recording.writer import Writer

__all__ = ["connect", "write_config", "write_row", "begin", "restart", "from_checkpoint", "close", "hide_experiment"]

_writers = Registry()


def connect(owner: object, experiment: "Any" = None, framework: "Optional[Tuple[Optional[str], Optional[str]]]" = None,
            header: "Optional[Dict[str, Any]]" = None, **named: "Any") -> None:
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
        messages.warn("this process was started to send rows, but runs the training again; nothing is recorded in it; "
                      "set %s to a Python" % interpreters.VARIABLE, once=interpreters.GUARD)
        return
    if isinstance(spec, str):
        spec = _parsed(spec)
    from .recording.writer import Writer  # here, so that a logger with nothing configured loads next to nothing
    writer = Writer(spec, is_run, named, framework, header)
    if not experiments.is_given(experiment):
        _writers.add_once(owner, writer)  # another thread may have been first
        return
    earlier = _writers.add(owner, writer)
    if earlier is not None:
        with messages.one_line_on_failure("the previous run was not closed"):
            earlier.close()


def write_config(owner: object, config: "Any") -> "Any":
    """Record the run's hyper-parameters; returns ``config`` without experiments and tokens.

    The object itself comes back where there was nothing to take out.
    """
    writer = _writer_of(owner)
    if writer is not None:
        with messages.one_line_on_failure("the config was not recorded"):
            writer.write_config(owner, config)
    return _safe(config)


def write_row(owner: object, row: "Mapping[Any, Any]", step: "Any" = (), clock: "Optional[str]" = None) -> None:
    """Record one row of metrics.

    Args:
        owner: the logger that was given to `connect`.
        row: metric name -> value; numbers, 0-d and 1-element arrays and tensors are kept. Copied at once.
        step: where the row stands, a number; or the names of the metrics that may be its step, the best first, which
            count for the whole run; None, or names that no row has, for the metrics that frameworks are known to count
            their rows by, see `points.step_metrics`.
        clock: what the step counts, where rows of one run are counted by several things, such as a learner's beside
            those of an evaluation. Where that is one of the metrics, its name.
    """
    writer = _writer_of(owner)
    if writer is not None:
        try:  # where nothing fails it costs nothing, unlike a context manager
            writer.write_row(owner, row, step, clock)
        except Exception as error:
            messages.warn_of("a row was not recorded", error)


def begin(owner: object) -> None:
    """Open the run before its first row, so that a training that fails without any is recorded.

    Names of the step metric that `write_row` is given later are then not in the journal: `connect` takes them in
    ``header``.
    """
    writer = _writer_of(owner)
    if writer is not None:
        with messages.one_line_on_failure("the run was not opened"):
            writer.begin(owner)


def restart(owner: object, clock: "Optional[str]" = None) -> None:
    """The framework's step starts over with the next row, as when a model is trained again from step 0: x continues.

    A step that falls to its first value or below is recognised without this call; one that starts over at or above the
    last one is not. ``clock``: the one that starts over, see `write_row`; None for all.
    """
    _mark(owner, "restart", clock)


def from_checkpoint(owner: object, clock: "Optional[str]" = None) -> None:
    """The framework resumes from a checkpoint with the next row, at an earlier step; x continues from there, too.

    Earlier rows from that step on are superseded. ``clock``: see `restart`.
    """
    _mark(owner, "checkpoint", clock)


def _mark(owner: object, mark: str, clock: "Optional[str]") -> None:
    writer = _writers.get(owner)
    if writer is not None:
        with messages.one_line_on_failure("a restart of the run was not recorded"):
            writer.mark(mark, clock)


def close(owner: object) -> None:
    """End the run of ``owner``: its tracker is sent what is left. A live experiment stays open, it is the user's."""
    writer = _writers.get(owner)  # which stays, so that rows after the end are not another run
    if writer is not None:
        with messages.one_line_on_failure("the run was not closed"):
            writer.close()


def hide_experiment(value: "Any") -> "Any":
    """``value`` with a short text in place of every experiment and token, safe to serialise."""
    return _safe(value, leave_out=False)


def _safe(value: "Any", **how: bool) -> "Any":
    with messages.one_line_on_failure("experiments could not be removed from a config"):
        return without_experiments(value, mask=_is_configured(), **how)
    return value


def _is_configured() -> bool:
    """With nothing configured a framework writes what it always wrote, a hyper-parameter named ``api_key`` included."""
    return bool(_writers) or experiments.of_environment() is not None


def _parsed(spec: str) -> str:
    """The spec parsed; the journal alone, with a warning at once, where it is misspelt or nothing can send to it."""
    try:
        parsed = specs.parse(spec)
    except ValueError as error:
        named_by = "NEPTUNE_EXPERIMENT" if spec == experiments.of_environment() else "neptune_experiment"
        messages.warn("%s: %s; the run is kept in its journal" % (named_by, error), once=spec)
        return specs.JOURNAL
    unmet = prerequisites.unmet(parsed) if parsed != specs.JOURNAL else None
    if unmet:
        messages.warn("%s: %s; the run is kept in its journal" % (parsed, unmet), once=spec)
    return parsed


def _writer_of(owner: object) -> "Optional[Writer]":
    writer: "Optional[Writer]" = _writers.get(owner)
    if writer is None and _is_named():
        connect(owner)  # a subclass that never called the patched constructor
        writer = _writers.get(owner)
    return writer


def _is_named() -> bool:
    """Whether the environment names an experiment. Asked of what `os.environ` wraps where it can be had: asked at each
    row of a logger with nothing configured, the rest is a third of that."""
    try:
        return _NAME in os.environ._data  # type: ignore[attr-defined]
    except AttributeError:
        return "NEPTUNE_EXPERIMENT" in os.environ


_NAME = getattr(os.environ, "encodekey", str)("NEPTUNE_EXPERIMENT")

if _is_named() and interpreters.GUARD not in os.environ:
    from . import reverted  # here, so that a logger with nothing configured loads next to nothing
    with messages.one_line_on_failure("whether every file is still patched is not known"):
        reverted.warn()
