"""TD-MPC2's logger, and TD-MPC's: a row of a category, with its step, or before there are any its iteration.

Metrics are called ``train/...``, ``eval/...`` and ``pretrain/...``, as where the framework gives them to W&B.
"""
from .. import messages
from ..idioms import tables
from ..idioms.tables import connect
from ..recording.cleaning import fields_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping

__all__ = ["connect", "describe", "log"]


def describe(owner: object, config: "Any") -> None:
    """The logger was made of this config, of which a dataclass or OmegaConf may lack some."""
    with messages.one_line_on_failure("the config was not read"):
        fields = fields_of(config)
        if fields is None:
            fields = {name: config[name] for name in config if name in config}  # OmegaConf: not what is missing
        parts = [fields.get("task"), fields.get("exp_name")]
        tables.describe(owner, fields, "-".join(part for part in parts if isinstance(part, str)) or None)


def log(owner: object, row: "Mapping[str, Any]", category: str, counted: str = "step") -> None:
    """A row is about to be logged; not on another rank.

    Args:
        row: metric name -> value.
        category: what its metrics are called after.
        counted: the metric that is the step. TD-MPC repeats actions, and has steps of its own beside the environment's.
    """
    if not tables.is_configured() or getattr(owner, "rank", 0):  # type: ignore[arg-type]
        return
    with messages.one_line_on_failure("a row was not recorded"):
        step, clock = row.get(counted), None
        if step is None:
            step, clock = row.get("iteration"), "iteration"
        named = {"%s/%s" % (category, name): value for name, value in row.items()}
        tables.write_row(owner, named, step, getattr(owner, "_log_dir", None), clock)
