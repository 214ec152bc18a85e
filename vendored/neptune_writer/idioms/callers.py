"""The config of the code that calls a framework, which is never told of it: ``args``, ``cfg``, ``config_dict``."""
import sys

from ..recording.cleaning import fields_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Dict, Iterator, List, Optional, Sequence

_NAMES = ("config_dict", "args", "cfg", "config")  # the best first
_FURTHEST = 50  # frames
_OPTIMIZED = 1  # a flag of a function's code
_MAY_HOLD_A_COPY = sys.version_info < (3, 13)
_WITH_LOCALS = frozenset(("locals", "vars", "dir", "eval", "exec"))  # names in functions that may ask for theirs
_OURS_ALONE = 3  # references: the frame's, ours, and that of who counts them


def config(frame: "Optional[FrameType]") -> "Dict[str, Any]":
    """The hyper-parameters that the nearest caller has under a usual name, as a dictionary; empty where none has any.

    Args:
        frame: that of the framework's code.
    """
    for above in _upwards(frame):
        for found in map(fields_of, values(above, _NAMES)):
            if found and all(isinstance(name, str) for name in found):
                return dict(found)
    return {}


def trainer(frame: "Optional[FrameType]", *attributes: str) -> "Any":
    """The nearest ``self`` among the callers that has all these attributes; None where there is none."""
    for above in _upwards(frame):
        for found in values(above, ("self",)):
            if all(hasattr(found, name) for name in attributes):
                return found
    return None


def _upwards(frame: "Optional[FrameType]") -> "Iterator[FrameType]":
    for _ in range(_FURTHEST):
        if frame is None:
            return
        yield frame
        if frame.f_globals.get("__name__") == "__main__" and not frame.f_code.co_flags & _OPTIMIZED:
            return  # what runs the script has options of its own
        frame = frame.f_back


def values(frame: "FrameType", names: "Sequence[str]") -> "List[Any]":
    """What stands under these names in a frame, in their order.

    Up to Python 3.12 the dictionary that a frame gives is the one that ``locals()`` gave the function, and to read it
    sets it to what the variables are now: where the function may have one, it is left alone. Elsewhere it is a copy,
    which would keep alive all that the function had until that returns.
    """
    code = frame.f_code
    if not code.co_flags & _OPTIMIZED:
        return [frame.f_locals[name] for name in names if name in frame.f_locals]
    names = [name for name in names if name in code.co_varnames + code.co_cellvars + code.co_freevars]
    if not names or _MAY_HOLD_A_COPY and not _WITH_LOCALS.isdisjoint(code.co_names):
        return []
    local = frame.f_locals
    found = [local[name] for name in names if name in local]
    if type(local) is dict and sys.getrefcount(local) <= _OURS_ALONE:  # a debugger may hold it, too
        local.clear()
    return found
