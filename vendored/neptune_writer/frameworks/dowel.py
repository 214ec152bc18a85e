"""dowel: tables that go through the logger before it is told at which step they stand."""
import os

from .. import messages, values
from ..idioms import tables
from ..idioms.tables import connect
from ..recording.registry import Registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, Optional, Union

__all__ = ["connect", "dump", "keep"]

_waiting = Registry()  # logger -> _Waiting


class _Waiting:
    """The row that no `dump_all` has been called for yet."""

    def __init__(self) -> None:
        self.row: "Dict[str, Any]" = {}

    def close(self) -> None:
        """The logger is gone."""


def keep(owner: object, data: "Any", outputs: "Iterable[object]") -> None:
    """Something is logged; of a table the row is kept until `dump`, since the caller may clear it.

    Args:
        owner: the logger.
        data: text, histogram or anything else, but a ``TabularInput`` is what counts.
        outputs: the logger's.
    """
    if not hasattr(data, "as_primitive_dict") or not tables.is_configured():
        return
    with messages.one_line_on_failure("a row was not recorded"):
        plain = data.as_primitive_dict
        row = {name: value for name, value in data.as_dict.items()
               if name in plain or values.number(value) is not None}  # a 0-d tensor; not figures and histograms
        waiting = _waiting.get(owner) or _waiting.add_once(owner, _Waiting())
        if waiting.row.keys() & row.keys():  # the next table, and nobody dumps them
            _write(owner, waiting, None, outputs)
        waiting.row.update(row)


def dump(owner: object, step: "Any", outputs: "Iterable[object]") -> None:
    """The outputs are about to be told that a step is complete.

    Args:
        step: where the row stands, or None.
    """
    waiting = _waiting.get(owner)
    if waiting is not None:
        with messages.one_line_on_failure("a row was not recorded"):
            _write(owner, waiting, step, outputs)


def _write(owner: object, waiting: "_Waiting", step: "Any", outputs: "Iterable[object]") -> None:
    row, waiting.row = waiting.row, {}
    tables.write_row(owner, row, step, _folder(outputs))


def _folder(outputs: "Iterable[object]") -> "Optional[Union[str, os.PathLike[str]]]":
    """That of the first file that an output writes, or of its event files; None where there is neither."""
    for output in outputs:
        name = getattr(getattr(output, "_log_file", None), "name", None)
        if isinstance(name, str):
            return os.path.dirname(name) or os.curdir
        folder = getattr(getattr(output, "_writer", None), "logdir", None)
        if isinstance(folder, (str, os.PathLike)):
            return folder
    return None
