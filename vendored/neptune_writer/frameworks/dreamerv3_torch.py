"""Loggers of Dreamer in torch, which know their folder, and a process that trains by one config."""
from .. import messages
from ..idioms import tables
from ..idioms.tables import connect
from ..recording.cleaning import fields_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List, Mapping

__all__ = ["configure", "connect", "write"]

_OF_THE_FOLDER = ("traindir", "evaldir")  # below the folder of the training, once it runs
_configs: "List[Any]" = []  # that of the training, if any


def configure(config: "Any") -> None:
    """The process is about to train by this config, an argparse namespace; its loggers are not made yet."""
    _configs[:] = [config]


def write(owner: "Any", given: "Mapping[str, Any]") -> None:
    """The logger has written.

    Args:
        owner: the logger, with ``step`` and maybe ``_logdir``.
        given: the names of its method: ``scalars``, pairs of name and number; maybe ``step``.
    """
    if not tables.is_configured():
        return
    with messages.one_line_on_failure("a row was not recorded"):
        known: "Any" = fields_of(_configs[0]) if _configs else {}
        config = {name: value for name, value in known.items() if name not in _OF_THE_FOLDER}
        task = config.get("task")
        tables.describe(owner, config, task if isinstance(task, str) else None)
        tables.write_row(owner, given["scalars"], given.get("step") or owner.step, getattr(owner, "_logdir", None))
