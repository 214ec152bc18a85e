"""Algorithms of RLlib that a script trains itself, without Tune: a run each, which ends with it."""
from ... import messages
from ...experiment import experiments
from ...recording.registry import Registry
from . import job
from .results import Selection
from .trials import TrialRun, family_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict

_runs = Registry()


def write_result(trainable: "Any", result: "Dict[str, Any]") -> None:
    """A `Trainable` has a result; that of one which is trained without Tune, in the driver, is a row of its run.

    Args:
        trainable: it is not changed, and its run ends with it.
        result: as `train` returns it.
    """
    with messages.one_line_on_failure("a result was not recorded"):
        run = _runs.get(trainable)
        if run is None:
            if not job.is_configured() or _is_of_a_trial(trainable):
                return
            run = _run_of(trainable)
            _runs.add(trainable, run)
        run.write(result)


def _run_of(trainable: "Any") -> "TrialRun":
    config = trainable.config
    config = dict(config if isinstance(config, dict) else config.to_dict())
    name = family_of(type(trainable).__name__, config)
    return TrialRun(config, name, experiments.of_environment(), Selection(), name=name,
                    folder=getattr(trainable, "logdir", None))


def _is_of_a_trial(trainable: "Any") -> bool:
    """Whether Tune trains it, which tells the driver of its results; or it is in some other worker's hands."""
    if job.is_worker() or getattr(trainable, "_storage", None) is not None:
        return True
    logger = getattr(trainable, "_result_logger", None)  # up to 2.54; Tune gives it one that does nothing
    return job.has_no_workers() and type(logger).__name__ == "NoopLogger"
