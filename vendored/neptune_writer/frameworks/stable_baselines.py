"""Stable Baselines 2, and every copy of OpenAI baselines' logger: the step of a row is one of its metrics."""
from .. import messages, values
from ..idioms import output_format
from ..idioms.output_format import with_neptune

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict

__all__ = ["OutputFormat", "begin", "with_neptune"]

STEPS = ("total_timesteps", "total timesteps", "misc/total_timesteps", "TimestepsSoFar", "total/steps", "timesteps",
         "steps", "step")
"""What the family's algorithms call their step: PPO2 A2C ACER ACKTR, SAC TD3, baselines' PPO2, PPO1 TRPO GAIL, DDPG,
HER, DQN, and the training loops of the diffusion models that took the logger along."""


class OutputFormat(output_format.OutputFormat):
    """See `output_format`."""

    framework = "stable_baselines"
    counts = STEPS[0]

    def writekvs(self, kvs: "Dict[str, Any]", *_: "Any", **__: "Any") -> None:
        """Write one row; the framework clears the dictionary afterwards, and other formats change it.

        What else a fork may hand to its formats is left alone.
        """
        with messages.one_line_on_failure("a row was not recorded"):
            name = next((name for name in STEPS if values.step(kvs.get(name)) is not None), None)
            trained = getattr(self.model(), "num_timesteps", None)
            if name is not None or trained is None:
                self.counts = name or self.counts
                self.write_row(kvs, STEPS)
            else:  # a row of the user's own, which stands where the model is
                self.write_row(kvs, trained, self.counts)


def begin(model: "Any", logger: "Any", **more: "Any") -> None:
    """A model's `learn` begins; see `output_format.begin`.

    Args:
        logger: the framework's logger module, whose current logger all models write to.
    """
    with messages.one_line_on_failure("the model has no run of its own"):
        current = logger.Logger.CURRENT
        if getattr(current, "output_formats", None) is None:
            return
        output_format.begin(model, current, **more)
        if getattr(model, "verbose", 1) < 1 and any(isinstance(one, OutputFormat) for one in current.output_formats):
            messages.warn("%s: logs nothing with verbose=0, so its run stays empty; make it with verbose=1"
                          % type(model).__name__, once=("verbose", type(model).__name__))
