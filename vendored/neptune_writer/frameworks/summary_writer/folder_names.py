"""What a training is called by its folder, and what the runs of one setting are called together."""
import os
import re
import socket
import sys

from ...idioms import tables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional, Tuple

_SAYS_NOTHING = frozenset(("summaries", "summary", "tensorboard", "tensorboards", "tensorboard_logs", "tb", "tb_logs",
                           "tblogs", "tfevents", "events", "logs", "log", "nn", "runs", "run"))
_TIME = r"[A-Z][a-z]{2}\d\d_\d\d-\d\d-\d\d"
_MADE_UP = re.compile("%s_%s" % (_TIME, re.escape(socket.gethostname())))  # `SummaryWriter()`'s
_NOT_OF_ALL = re.compile(  # a seed and a time: CleanRL and rl_games have them at the end, legged_gym at the beginning
    r"(?:__\d+)?__\d{9,11}$|[-_]\d{9,11}(?:\.\d+)?$|[-_]\d\d-\d\d-\d\d-\d\d$|^%s(?:_.*)?$" % _TIME)


def of(folder: "Optional[str]") -> "Tuple[Optional[str], str]":
    """(name, name without the seed and the time); None where the folder says nothing."""
    script = os.path.basename(sys.argv[0] if sys.argv else "") or "run"
    if folder is None:
        return None, script
    parent, name = os.path.split(folder)
    while name and parent != folder and says_nothing(name):
        folder = parent
        parent, name = os.path.split(folder)
    if _MADE_UP.match(name):
        return name, _MADE_UP.sub("", name).strip("-_ ") or script
    group: "Optional[str]" = _NOT_OF_ALL.sub("", name)
    group = tables.name_of(os.path.join(parent, group) if group else parent)
    return name or None, group or name or script


def says_nothing(name: str) -> bool:
    """Whether a folder's name is one that any training may have: ``summaries``, or a bare number."""
    return name.lower().lstrip(".") in _SAYS_NOTHING or name.isdigit()
