"""The logger of one trial, as Ray 1.0 has it."""
from ... import messages
from .callback import is_ours
from .job import is_configured
from .results import Selection
from .trials import Trials

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Sequence, Type


class Logger:
    """A logger of Ray 1.0, made for each trial: ``tune.run(loggers=DEFAULT_LOGGERS + (NeptuneLogger,))``.

    Where ``config["logger_config"]`` has ``neptune_experiment``, or a ``neptune_project_name``, that is the
    experiment. One without a trial writes nothing: an algorithm that is trained without Tune has its run anyway.
    """

    is_neptune = True
    config: "Any"
    trial: "Any"

    def _init(self) -> None:
        with messages.one_line_on_failure("a trial is not recorded"):
            wanted = (self.config or {}).get("logger_config") or {}
            self._trials = Trials(wanted.get("neptune_experiment") or wanted.get("neptune_project_name"), Selection())
            if self.trial is not None:
                self._trials.start(self.trial)

    def on_result(self, result: "Dict[str, Any]") -> None:
        """The trial has a result."""
        with messages.one_line_on_failure("a result was not recorded"):
            if self.trial is not None:
                self._trials.write(self.trial, result)

    def close(self) -> None:
        """The trial is over, or was put off."""
        with messages.one_line_on_failure("the end of a trial was not recorded"):
            if self.trial is not None:
                state = str(self.trial.status).lower()
                self._trials.end(self.trial, state if state in ("terminated", "error") else None)


def loggers_with_neptune(loggers: "Sequence[Any]", trial: "Any", kind: "Type[Any]") -> "Sequence[Any]":
    """`with_neptune` for Ray 1.0, where classes of loggers are made for each trial; for a trial only."""
    with messages.one_line_on_failure("the trial is not recorded"):
        if trial is not None and is_configured() and not any(map(is_ours, loggers)):
            return list(loggers) + [kind]
    return loggers
