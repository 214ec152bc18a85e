"""Let OmniSafe's logger emit its table.

https://github.com/PKU-Alignment/omnisafe/blob/main/omnisafe/common/logger.py

`dump_tabular` itself makes the row out of what was stored, so ours is read at its end.
"""
from patches._tables import Table, patch

PATCH = patch(
    "omnisafe",
    "https://github.com/PKU-Alignment/omnisafe",
    Table(
        defines=("dump_tabular", "register_key", "store"),
        lacks=("log_tabular",),
        row="_current_row",
        step='("TotalEnvSteps", {own}_epoch)',
        holds=("_epoch",),
        folder=("_log_dir",),
        only_if=("_maste_proc", "_master_proc", "_main_proc"),
        late=True,
    ),
    package="omnisafe",
)
