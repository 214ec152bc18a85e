"""A copy of the environment variables that other threads cannot change."""
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict


def snapshot() -> "Dict[str, str]":
    """The variables, a dict. Iterating over `os.environ` fails if one is unset meanwhile."""
    variables = {}
    for name in list(os.environ):  # atomic
        value = os.environ.get(name)
        if value is not None:
            variables[name] = value
    return variables
