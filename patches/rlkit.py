"""Let rlkit's logger emit its table, as PEARL, viskit and their users have copied it.

https://github.com/rail-berkeley/rlkit/blob/master/rlkit/core/logging.py

A class since 2018; before, and in PEARL, a module whose functions are called the same.
"""
from patches._tables import Table, patch

RLKIT = Table(
    defines=("dump_tabular", "record_tabular"),
    row="_tabular",
    folder=("_snapshot_dir", "_tabular_outputs"),
)

PATCH = patch(
    "rlkit",
    "https://github.com/rail-berkeley/rlkit",
    RLKIT,
    RLKIT._replace(is_module=True, defines=(*RLKIT.defines, "get_table_key_set")),
)
