"""What an experiment is: a live object of a client, a callable that makes one, or a spec; and which one counts."""
import os

from . import clients, specs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional, Tuple

ACCEPTED = ("a run or experiment object of a Neptune client (neptune, neptune-client, neptune-scale, minfx, goodseed), "
            "a callable that makes one, or a text such as 'offline', 'journal', 'workspace/project' or 'wandb:project'")


def is_live(value: object) -> bool:
    """Whether ``value`` is a live experiment; see `clients`."""
    return clients.of_live(value) is not None


def is_given(experiment: object) -> bool:
    """Whether the code names an experiment: not None, not an empty text. Its own truth value is never asked for."""
    return experiment is not None and not (type(experiment) is str and not experiment)


def check(experiment: object) -> None:
    """Raise TypeError unless ``experiment`` is one."""
    if not (isinstance(experiment, str) or callable(experiment)):
        check_live(experiment)


def check_live(experiment: object) -> None:
    """Raise TypeError unless ``experiment`` is a live one."""
    if not is_live(experiment):
        raise TypeError("neptune_experiment: expected %s; found an object of type %s.%s"
                        % (ACCEPTED, type(experiment).__module__, type(experiment).__qualname__))


def short_text(experiment: object) -> str:
    """What stands for an experiment in a text: its type, never its content."""
    return "<%s.%s>" % (type(experiment).__module__.split(".")[0], type(experiment).__qualname__)


def chosen(experiment: "Any" = None) -> "Any":
    """The experiment that counts: the one the code gives, else NEPTUNE_EXPERIMENT, else `of_client`."""
    return experiment if is_given(experiment) else of_environment() or of_client()


def of_environment() -> "Optional[str]":
    """The spec in NEPTUNE_EXPERIMENT, or None."""
    return os.environ.get("NEPTUNE_EXPERIMENT") or None


def of_client() -> str:
    """The spec for what Neptune's client would do by itself; only the journal where no project is set."""
    mode = os.environ.get("NEPTUNE_MODE", "").strip().lower()
    if mode in specs.MODES:
        return mode
    return "async" if os.environ.get("NEPTUNE_PROJECT") else specs.JOURNAL


def pickled(experiment: "Any") -> "Tuple[Optional[str], Optional[str]]":
    """What a pickle or a copy keeps: (the spec or None, the short text of a live object or callable or None), since
    the latter stays in its process."""
    if experiment is None or isinstance(experiment, str):
        return experiment, None
    return None, short_text(experiment)
