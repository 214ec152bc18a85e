"""Let FSRL's logger emit its averages, once it writes them, and not those in between for its event files.

https://github.com/liuzuxin/FSRL/blob/main/fsrl/utils/logger/base_logger.py

`write` is a common word: it is known by `write_without_reset`, `reset_data` and `stats_mean` besides. The one that does
nothing has no `step`.
"""
from patches._tables import Table, patch
from patches.edits import import_package

PATCH = patch(
    "fsrl",
    "https://github.com/liuzuxin/FSRL",
    Table(
        defines=("write", "write_without_reset", "reset_data", "stats_mean"),
        holds=("log_dir",),
        reads=("step",),
        imports=import_package("neptune_writer.frameworks.fsrl", "write"),
        code="neptune_writer.write({self}, {1})",
    ),
)
