"""FSRL's logger: averages that are written, and then reset."""
import os
import re

from .. import messages
from ..idioms import tables
from ..idioms.tables import connect

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["connect", "write"]

_UNIQUE = re.compile(r"-[0-9a-f]{4}$")  # at the end of a training's name, and in its config


def write(owner: "Any", step: "Any") -> None:
    """What was stored is about to be written, at that environment step."""
    if not tables.is_configured():
        return
    with messages.one_line_on_failure("a row was not recorded"):
        row = dict(owner.stats_mean)
        row.setdefault("update/env_step", step)
        name = _UNIQUE.sub("", str(owner.name))
        of_task = tables.names_of(
            os.path.dirname(tables.place_of(owner.log_dir)), 1) if owner.log_dir else []  # type: ignore[type-var]
        tables.describe(owner, {"name": name}, "_".join(of_task + [name]))
        tables.write_row(owner, row, step, owner.log_dir)
