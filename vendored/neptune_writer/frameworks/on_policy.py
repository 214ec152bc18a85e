"""MAPPO's runners and HARL's loggers: numbers that go to a SummaryWriter, or to W&B, from wherever in the loop.

We stand before the writer of the runner, or before `wandb.log` where it has none, and pass on what comes.
"""
import functools
import sys

from .. import messages
from ..idioms import tables
from ..recording.cleaning import fields_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Mapping, Tuple

    Told = Callable[..., Tuple[Mapping[str, Any], Any]]  # of a call's arguments: the numbers by name, the step

__all__ = ["connect", "follow"]

_TASKS = ("scenario_name", "map_name", "scenario", "hanabi_name", "task")
_METHODS = ("add_scalar", "add_scalars")


def connect(owner: "Any", experiment: "Any") -> None:
    """See `tables.connect`; from here on the runner's numbers are followed."""
    tables.connect(owner, experiment)
    follow(owner)


def follow(owner: "Any") -> None:
    """A runner, or a logger, was made: follow its numbers, where rows go anywhere.

    Args:
        owner: with a ``writter``, or ``use_wandb``; MAPPO's has its arguments as ``all_args``.
    """
    if not tables.is_configured():
        return
    with messages.one_line_on_failure("the runner is not followed"):
        _describe(owner)
        folder = getattr(owner, "run_dir", None) or getattr(owner, "save_dir", None)
        writer = getattr(owner, "writter", None)
        if writer is not None:
            for method in _METHODS:
                setattr(writer, method, _followed(getattr(writer, method), owner, folder, _TOLD[method]))
        elif getattr(owner, "use_wandb", False) and "wandb" in sys.modules:
            wandb: "Any" = sys.modules["wandb"]
            wandb.log = _followed(wandb.log, owner, folder, _told_to_wandb)


def _followed(call: "Callable[..., Any]", owner: object, folder: "Any", told: "Told") -> "Callable[..., Any]":
    """What passes a call on, and keeps the numbers that it tells of."""
    call = getattr(call, "followed", call)  # a process may train twice

    @functools.wraps(call)
    def follow_one(*arguments: "Any", **named: "Any") -> "Any":
        with messages.one_line_on_failure("a number was not recorded"):
            row, step = told(*arguments, **named)
            if step is None:
                tables.write_row(owner, row, None, folder)  # what W&B counts by its calls
            for name, value in row.items() if step is not None else ():
                tables.write_scalar(owner, name, value, step, folder)
        return call(*arguments, **named)

    follow_one.followed = call  # type: ignore[attr-defined]
    return follow_one


def _told_scalar(tag: str, value: "Any", global_step: "Any" = None, *arguments: "Any",
                 **named: "Any") -> "Tuple[Dict[str, Any], Any]":
    return {tag: value}, global_step


def _told_scalars(main_tag: str, tag_scalar_dict: "Mapping[str, Any]", global_step: "Any" = None, *arguments: "Any",
                  **named: "Any") -> "Tuple[Dict[str, Any], Any]":
    """A tag is often told twice, as ``("loss", {"loss": 0.5})``."""
    return {tag if tag == main_tag else "%s/%s" % (main_tag, tag): value
            for tag, value in tag_scalar_dict.items()}, global_step


def _told_to_wandb(data: "Any" = None, step: "Any" = None, *arguments: "Any",
                   **named: "Any") -> "Tuple[Mapping[str, Any], Any]":
    return data or {}, step


_TOLD: "Dict[str, Told]" = {"add_scalar": _told_scalar, "add_scalars": _told_scalars}


def _describe(owner: object) -> None:
    """The algorithm, the environment and the task name the runs; HARL has saved its config in their folder. A runner
    without arguments, as in DexterousHands, has them as attributes, and writes all its runs into one folder."""
    config = fields_of(getattr(owner, "all_args", None)) or {}
    if not config and not hasattr(owner, "args"):
        config = {name: value for name, value in getattr(owner, "__dict__", {}).items()
                  if isinstance(value, (bool, int, float, str)) and not name.endswith("_dir")}
    if config:
        parts = [config.get("algorithm_name"), config.get("env_name"), _task(config), config.get("experiment_name")]
    else:
        args = fields_of(getattr(owner, "args", None)) or {}
        parts = [args.get("algo"), args.get("env"), _task(fields_of(getattr(owner, "env_args", None)) or {}),
                 args.get("exp_name")]
    tables.describe(owner, config, "_".join(str(part) for part in parts if part) or None)


def _task(config: "Mapping[Any, Any]") -> "Any":
    return next((config[name] for name in _TASKS if config.get(name)), None)
