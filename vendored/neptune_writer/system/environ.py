"""Copies of the environment variables that other threads cannot change."""
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict


def snapshot() -> "Dict[str, str]":
    """The variables, a dict. Iterating over `os.environ` fails if one is unset meanwhile."""
    variables = {}
    for name in list(os.environ):  # atomic
        value = os.environ.get(name)
        if value is not None:
            variables[name] = value
    return variables


def as_kept() -> "Dict[Any, Any]":
    """The variables as Python keeps them, in a hundredth of `snapshot`'s time: to see whether they have changed."""
    kept = getattr(os.environ, "_data", None)
    return dict(kept) if type(kept) is dict else dict(snapshot())
