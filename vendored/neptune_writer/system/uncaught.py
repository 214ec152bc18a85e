"""Whether this process ends by an exception that nobody caught."""
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict

_RUNNERS = ("__main__", "runpy")
_AT_MOST = 80  # characters


def told() -> "Dict[str, str]":
    """``{"error": "ValueError"}`` where the script was ended by one, else empty. Its message is not told: it may hold
    anything.

    The interpreter keeps such an exception in `sys.last_type` before it calls what is to be done at the exit. Others
    keep theirs there, too, and go on: an interactive session, a window's callbacks; these do not begin in the script.
    """
    kind, trace = getattr(sys, "last_type", None), getattr(sys, "last_traceback", None)
    if kind is None or trace is None or hasattr(sys, "ps1"):
        return {}
    frame = trace.tb_frame
    if frame.f_globals.get("__name__") not in _RUNNERS or frame.f_back is not None:
        return {}
    return {"error": getattr(kind, "__name__", str(kind))[:_AT_MOST]}
