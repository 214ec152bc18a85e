"""The callback that Ray Tune tells of its trials, since Ray 1.1."""
from ... import messages
from ...experiment import experiments
from .job import is_configured
from .results import Selection
from .trials import Trials

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Type


class LoggerCallback:
    """A callback of Ray Tune that makes a run of each trial. It works in the driver, wherever trials run.

    Args:
        experiment: see `neptune_writer.connect`; None for what NEPTUNE_EXPERIMENT says, and where that says nothing,
            for what Neptune's client would do. In a live one each trial has a namespace of its own. Ray pickles
            callbacks, but never a live experiment: a message says so where one is missing.
        include: patterns of the metrics to keep, such as ``env_runners/*``, see `results.Selection`.
        exclude: patterns of those to leave out.

    Raises:
        TypeError: ``experiment`` is no experiment, or a pattern is no text.
    """

    is_neptune = True
    _left_behind: "Optional[str]" = None  # the live experiment that a pickle left behind, as a text

    def __init__(self, experiment: "Any" = None, include: "Any" = None, exclude: "Any" = None) -> None:
        if experiments.is_given(experiment):
            experiments.check(experiment)
        self._given = {"experiment": experiment, "include": include, "exclude": exclude}
        self._trials = Trials(experiment, Selection(include, exclude))

    def on_trial_start(self, iteration: int, trials: "List[Any]", trial: "Any", **_: "Any") -> None:
        """A trial starts, for the first time or again."""
        with messages.one_line_on_failure("a trial is not recorded"):
            if self._left_behind is not None:
                messages.warn("the live experiment %s cannot be restored with its callback; trials go to %s"
                              % (self._left_behind, experiments.chosen()))
                self._left_behind = None
            self._trials.start(trial)

    def on_trial_result(self, iteration: int, trials: "List[Any]", trial: "Any", result: "Dict[str, Any]",
                        **_: "Any") -> None:
        """A trial has a result."""
        with messages.one_line_on_failure("a result was not recorded"):
            self._trials.write(trial, result)

    def on_trial_complete(self, iteration: int, trials: "List[Any]", trial: "Any", **_: "Any") -> None:
        """A trial is over."""
        with messages.one_line_on_failure("the end of a trial was not recorded"):
            self._trials.end(trial, "terminated")

    def on_trial_error(self, iteration: int, trials: "List[Any]", trial: "Any", **_: "Any") -> None:
        """A trial has failed for good."""
        with messages.one_line_on_failure("the end of a trial was not recorded"):
            self._trials.fail(trial)

    def on_step_end(self, iteration: int, trials: "List[Any]", **_: "Any") -> None:
        """Tune has written down what trials failed with."""
        with messages.one_line_on_failure("the end of a trial was not recorded"):
            self._trials.end_failed()

    def on_experiment_end(self, trials: "List[Any]", **_: "Any") -> None:
        """No trial is left."""
        with messages.one_line_on_failure("the end of a trial was not recorded"):
            self._trials.close()

    def __deepcopy__(self, memo: "Dict[int, Any]") -> "LoggerCallback":
        return self  # its runs are open

    def __getstate__(self) -> "Dict[str, Any]":
        experiment, left_behind = experiments.pickled(self._given["experiment"])
        return dict(self._given, experiment=experiment, left_behind=left_behind)

    def __setstate__(self, state: "Dict[str, Any]") -> None:
        self._left_behind = state.pop("left_behind", None)
        LoggerCallback.__init__(self, **state)


def with_neptune(callbacks: "List[Any]", kind: "Type[Any]") -> "List[Any]":
    """The callbacks of an experiment, with ours added where NEPTUNE_EXPERIMENT is set and the code has none.

    Args:
        callbacks: a list, which is not changed; the same object is returned where nothing is to be added.
        kind: the class of ours.
    """
    with messages.one_line_on_failure("trials are not recorded"):
        if is_configured() and not any(map(is_ours, callbacks)):
            return list(callbacks) + [kind()]
    return callbacks


def is_ours(callback: "Any") -> bool:
    """Whether it is one of ours, of whichever copy of this package, or holds one: Ray 1.1 to 1.12 wraps loggers."""
    return getattr(callback, "is_neptune", False) or any(map(is_ours, getattr(callback, "logger_classes", ())))
