"""Let PyMARL's logger emit its numbers, as EPyMARL, PyMARL2 and all others have copied it.

https://github.com/oxwhirl/pymarl/blob/master/src/utils/logging.py

`log_stat` gets one number a call; those of one step become one row. What `setup_sacred` gets has the config.
"""
from patches._tables import Table, patch
from patches.edits import import_package

PATCH = patch(
    "pymarl",
    "https://github.com/oxwhirl/pymarl",
    Table(
        defines=("log_stat", "print_recent_stats"),
        holds=("stats",),
        imports=import_package("neptune_writer.idioms.scalars", "keep"),
        code="neptune_writer.keep({self}, {1}, {2}, {3})",
        more=(
            ("print_recent_stats", "neptune_writer.flush({self})"),
            ("setup_sacred", "neptune_writer.describe({self}, {1})"),
            ("finish", "neptune_writer.flush({self})"),
        ),
    ),
)
