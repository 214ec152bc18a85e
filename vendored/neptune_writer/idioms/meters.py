"""Loggers that average over groups of meters, train's and eval's: pytorch_sac, CURL, RAD, DrQ, DrQ-v2.

A group is cleared when it is dumped. Its meters are called ``train/...`` and ``eval/...``, as in TensorBoard; the
framework's own tables leave that out. What a group holds while nothing is to be saved is not in these either.
"""
from .. import messages
from ..recording.registry import Registry
from . import tables
from .tables import connect

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Mapping, Optional

__all__ = ["connect", "dump"]

_named = Registry()  # logger -> _Named, once its runs have a name


def dump(owner: object, step: "Any", given: "Mapping[str, Any]") -> None:
    """The groups are about to be dumped.

    Args:
        owner: the logger, whose attributes the groups are.
        step: where they stand.
        given: all arguments of the method by name, of which ``ty`` may be the one group, and ``save`` false.
    """
    if not (given.get("save", True) and tables.is_configured()):
        return
    with messages.one_line_on_failure("a row was not recorded"):
        row: "Dict[str, Any]" = {}
        for name, group in vars(owner).items():
            if hasattr(group, "_prime_meters") and given.get("ty") in (None, name.split("_mg")[0].lstrip("_")):
                row.update((key, meter.value()) for key, meter in group._meters.items())
        if row:
            folder = getattr(owner, "_log_dir", None)
            if _named.get(owner) is None:
                _named.add_once(owner, _Named())
                tables.describe(owner, None, _name(tables.read_config(tables.place_of(folder))))
            tables.write_row(owner, row, step, folder)


def _name(config: "Mapping[str, Any]") -> "Optional[str]":
    """The task; None where the config does not say it. The folder is called after the hour, or the day."""
    parts = [config.get("domain_name"), config.get("task_name") or config.get("env") or config.get("task")]
    return "_".join(part for part in parts if isinstance(part, str)) or None


class _Named:
    """The logger's runs have their name."""

    def close(self) -> None:
        """The logger is gone."""
