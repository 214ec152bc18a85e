"""The config of the code that calls a framework, which is never told of it: ``args``, ``cfg``, ``config_dict``."""
from ..recording.cleaning import fields_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Dict, Iterator, List, Optional, Sequence

_NAMES = ("config_dict", "args", "cfg", "config")  # the best first
_FURTHEST = 50  # frames
_OPTIMIZED = 1  # a flag of a function's code


def config(frame: "Optional[FrameType]") -> "Dict[str, Any]":
    """The hyper-parameters that the nearest caller has under a usual name, as a dictionary; empty where none has any.

    Args:
        frame: that of the framework's code.
    """
    for above in _upwards(frame):
        for found in map(fields_of, _values(above, _NAMES)):
            if found and all(isinstance(name, str) for name in found):
                return dict(found)
    return {}


def trainer(frame: "Optional[FrameType]", *attributes: str) -> "Any":
    """The nearest ``self`` among the callers that has all these attributes; None where there is none."""
    for above in _upwards(frame):
        for found in _values(above, ("self",)):
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


def _values(frame: "FrameType", names: "Sequence[str]") -> "List[Any]":
    """What stands under these names in a frame."""
    code = frame.f_code
    if code.co_flags & _OPTIMIZED:
        names = [name for name in names if name in code.co_varnames + code.co_cellvars + code.co_freevars]
        if not names:
            return []
    local = frame.f_locals
    found = [local[name] for name in names if name in local]
    if type(local) is dict and code.co_flags & _OPTIMIZED:
        local.clear()  # a copy, which would keep alive all that the function had until it returns
    return found
