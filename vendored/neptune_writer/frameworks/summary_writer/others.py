"""Whose scalars are not recorded here, since they are elsewhere, or are not this process's to record."""
import os
import sys

from ... import messages
from ...experiment import clients, experiments

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Dict, Optional, Tuple

_WRAPPERS = frozenset(("mlflow", "wandb", "comet_ml", "clearml", "functools", "contextlib"))
"""Packages that put themselves before a writer's methods."""
_FURTHEST = 20  # frames
_INSTALLED = (os.sep + "site-packages" + os.sep, os.sep + "dist-packages" + os.sep)
_frameworks: "Dict[str, Tuple[int, bool]]" = {}
"""Top package -> (how many modules there were, whether one of it is patched)."""


def is_silent(kind: type) -> bool:
    """Whether this process, or a class of writers, records nothing here."""
    if _rank() or _is_data_loader():
        return True
    sending = _sends_itself(kind)
    if sending is not None:
        messages.warn("%s sends what it writes by itself; it is not recorded twice" % sending.__name__,
                      once=("sends", sending.__name__))
    return sending is not None


def is_of_patched(frame: "Any") -> bool:
    """Whether the code that calls a writer belongs to a framework that is patched itself: it is recorded there.

    Args:
        frame: that of the caller. One of a package that wraps the writer's methods is looked through.
    """
    frame = _behind_wrappers(frame)
    if "neptune_writer" in str(frame.f_globals.get("__name__") or "").split("."):
        return True  # a module of ours passes on what it has recorded, as MAPPO's does
    package = _package(frame)
    if package in _WRAPPERS:
        return False
    if _is_installed(frame) and _has_patched(package):
        return True
    for _ in range(_FURTHEST):
        if frame is None or _package(frame) != package:
            return False
        if _is_of_another(frame.f_globals.get("neptune_writer")):
            return True
        frame = frame.f_back
    return False


def framework_of(frame: "FrameType") -> "Optional[Tuple[Optional[str], Optional[str]]]":
    """(name, version) of the package whose code calls a writer; None where that is a script."""
    frame = _behind_wrappers(frame)
    name = _package(frame)
    if name == "__main__" or not hasattr(sys.modules.get(name), "__path__") or name in _WRAPPERS:
        return None
    return name, version_of(name)


def version_of(module: str) -> "Optional[str]":
    """The version of the package that a module belongs to; None where it does not say."""
    version = getattr(sys.modules.get(module.partition(".")[0]), "__version__", None)
    return str(version) if isinstance(version, str) else None


def _rank() -> int:
    """The rank that the launcher of torch has said, before torch itself knows."""
    variables = os.environ
    if "MASTER_ADDR" not in variables or variables.get("WORLD_SIZE", "1") == "1":
        return 0
    rank = variables.get("RANK", "0")
    return int(rank) if rank.isdigit() else 0


def _is_data_loader() -> bool:
    """Whether this process only loads data for another."""
    worker = sys.modules.get("torch.utils.data._utils.worker")
    return getattr(worker, "_worker_info", None) is not None


def _sends_itself(kind: type) -> "Optional[type]":
    """The subclass of a writer that sends to Neptune, or to the tracker of our experiment; None where none does."""
    schemes = {"neptune", "scale", (experiments.of_environment() or "").partition(":")[0].strip().lower()}
    tops = {client.modules[0] for client in clients.TABLE if client.scheme in schemes - {"tensorboard"}}
    for cls in kind.__mro__:
        known = dict(getattr(sys.modules.get(cls.__module__), "__dict__", {}))
        if "add_scalar" not in vars(cls) or "neptune_writer" in known:
            continue  # the writer itself
        if any(_name_of(value).partition(".")[0] in tops for value in known.values()):
            return cls
    return None


def _is_of_another(module: object) -> bool:
    """Whether a name that patched files have is a module of ours, and not that of a patched writer."""
    name = _name_of(module)
    return "neptune_writer" in name and not name.endswith(".summary_writer")


def _name_of(module: object) -> str:
    return getattr(module, "__name__", "") if type(module) is type(sys) else ""


def _has_patched(package: str) -> bool:
    """Whether a package has a module that is patched, of those that are imported."""
    number = len(sys.modules)
    known = _frameworks.get(package)
    if known is None or known[0] != number and not known[1]:
        start = package + "."
        known = _frameworks[package] = number, any(
            _is_of_another(getattr(module, "__dict__", {}).get("neptune_writer"))
            for name, module in list(sys.modules.items()) if name == package or name.startswith(start))
    return known[1]


def is_wrapped(frame: "FrameType") -> bool:
    """Whether the caller of a writer is none, but puts itself before its methods, for whoever calls."""
    return _package(frame) in _WRAPPERS


def _behind_wrappers(frame: "FrameType") -> "FrameType":
    above: "Optional[FrameType]" = frame
    while above is not None and (is_wrapped(above) or _is_of_writer(above)):
        above = above.f_back
    return above or frame


def _is_of_writer(frame: "FrameType") -> bool:
    """Whether the code is that of a patched writer itself, as where `add_hparams` makes another."""
    return _name_of(frame.f_globals.get("neptune_writer")).endswith(".summary_writer")


def _package(frame: "FrameType") -> str:
    return str(frame.f_globals.get("__name__") or "").partition(".")[0]


def _is_installed(frame: "FrameType") -> bool:
    return any(part in frame.f_code.co_filename for part in _INSTALLED)
