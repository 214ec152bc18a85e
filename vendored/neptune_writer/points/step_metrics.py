"""Which metrics may be the step metric: their names by rank, for each framework, and what the user names instead."""
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, Optional, Tuple

VARIABLE = "NEPTUNE_STEP"

ENV_STEPS = (
    "time/total_timesteps", "total_timesteps", "total timesteps", "misc/total_timesteps",  # Stable Baselines
    "TotalEnvInteracts", "TotalEnvSteps", "Train/TotalSteps",  # SpinningUp, OmniSafe, Safe-Policy-Optimization
    "TimestepsSoFar", "total/steps", "train/total_num_steps",  # TRPO and PPO1, DDPG, MAPPO
    "num_env_steps_sampled_lifetime", "timesteps_total",  # RLlib's new API stack, and its old one
    "EnvSteps", "TimeSteps", "num_timesteps", "timesteps")  # HER
STEPS = ("global_step", "steps", "step", "timestep")  # of whatever is counted: the environment's in DQN, or updates
ITERATIONS = ("training_iteration", "Iteration", "iteration", "Diagnostics/Iteration")  # the last one is rlpyt's
EPOCHS = ("Epoch", "epoch", "Train/Epoch")
TRAIN_STEPS = ("num train steps total", "Number of train steps total", "trainer/num train steps total",
               "trainer/num train calls")  # rlkit
EVERY = ENV_STEPS + STEPS + ITERATIONS + EPOCHS + TRAIN_STEPS

_UNITS = ((ENV_STEPS, "env steps"), (STEPS, "steps"), (ITERATIONS, "iterations"), (EPOCHS, "epochs"),
          (TRAIN_STEPS, "train steps"))
_OF_LEARNERS = frozenset(("learner", "learning", "gradient", "grad", "update", "updates", "train", "training", "opt"))
_FIRST = {  # where a framework's own come in another order than in `EVERY`; the others follow them
    "spinningup": ("TotalEnvInteracts", "TotalEnvSteps", "Train/TotalSteps", "Epoch", "Train/Epoch"),
    "rlkit": ("Epoch", "epoch") + TRAIN_STEPS,  # environment steps stand still there while it learns from a data set
    "rllab": ("Iteration", "Epoch", "iteration", "epoch"),
    "rlpyt": ("Diagnostics/Iteration", "Iteration"),
    "rllib": ("num_env_steps_sampled_lifetime", "timesteps_total", "training_iteration"),
}
_FIRST.update(spinup=_FIRST["spinningup"], ray=_FIRST["rllib"])


def of_framework(framework: "Optional[str]") -> "Tuple[str, ...]":
    """The names by rank, a tuple.

    Args:
        framework: as a journal's header or a reader calls it; None, or one that is not known, for all names there are.
    """
    first = _FIRST.get(framework or "", ())
    return first + tuple(name for name in EVERY if name not in first)


def of_user(text: "Optional[str]" = None) -> "Tuple[str, ...]":
    """What the user names, by rank, a tuple; empty where nothing is named. It goes before anything a framework says.

    Args:
        text: names with commas between them; None for what the variable NEPTUNE_STEP says.
    """
    if text is None:
        text = os.environ.get(VARIABLE)
    return tuple(name.strip() for name in (text or "").split(",") if name.strip())


def of_label(label: str, columns: "Iterable[str]") -> "Tuple[str, ...]":
    """What Acme's loop or learner of that label may count, the best first, that of others only behind its own.

    Args:
        columns: the names there are.
    """
    others = sorted(name for name in columns if name.endswith("_steps"))
    return (label + "_steps", "steps", "actor_steps") + tuple(others) + (
        label + "_episodes", "episodes", "actor_episodes")


def unit(name: str) -> "Optional[str]":
    """What a step metric counts, for a person: "env steps"; None where its name does not say."""
    known = next((word for names, word in _UNITS if name in names), None)
    if known is None and name.endswith("_steps"):
        words = name.split("/")[-1].split("_")
        return " ".join(words) if _OF_LEARNERS.intersection(words) else "env steps"
    return "episodes" if known is None and name.endswith("episodes") else known
