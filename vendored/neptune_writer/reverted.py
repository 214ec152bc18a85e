"""Files that install patched and that are as they were again, while others still import the package beside them."""
import json
import os
import shlex
import sys

from . import installed, messages
from .system import files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List

_HOOK = "neptune_run_hook"
"""What `neptune-rl-logging run` brings along: it patches such a file as it is imported."""


def warn() -> None:
    """Say it in one line, with the command that helps: what they log would be missing without a word."""
    main = getattr(sys.modules.get("__main__"), "__file__", None) or ""
    if _HOOK in sys.modules or os.path.dirname(os.path.abspath(main)) == installed.FOLDER:
        return  # the latter is `python FOLDER`, which sends runs and is no training
    above = os.path.dirname(installed.FOLDER)
    names = [name for name in _recorded() if _is_reverted(os.path.join(above, name))]
    if names:
        messages.warn("%s: not patched any more, as after pip install -U or git checkout, so what %s logs is missing; "
                      "patch again: neptune-rl-logging install %s"
                      % (", ".join(os.path.join(above, name) for name in names), "it" if len(names) == 1 else "each",
                         shlex.quote(above)), once=("reverted", above))


def _recorded() -> "List[str]":
    try:
        with files.open_to_read(installed.RECORD) as file:
            return sorted(json.loads(file.read().decode("utf-8"))["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return []  # copied, not installed


def _is_reverted(path: str) -> bool:
    try:
        with files.open_to_read(path) as file:
            return b"neptune_writer" not in file.read()  # each file that is patched names it
    except OSError:
        return False
