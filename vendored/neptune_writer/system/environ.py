"""The environment as it is at one moment, while other threads change it."""
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict


def snapshot() -> "Dict[str, str]":
    """A dict of the variables. To go through `os.environ` fails where one is unset meanwhile."""
    variables = {}
    for name in list(os.environ):  # this much of it is done in one piece
        value = os.environ.get(name)
        if value is not None:
            variables[name] = value
    return variables
