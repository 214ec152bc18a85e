"""Let PyMARL's logger emit its numbers, as EPyMARL, PyMARL2 and all others have copied it.

https://github.com/oxwhirl/pymarl/blob/master/src/utils/logging.py

`log_stat` gets one number per call, and each is a point. What `setup_sacred` gets has the config.
"""
from patches._tables import Table, patch
from patches.edits import import_package

PATCH = patch(
    "pymarl",
    "https://github.com/oxwhirl/pymarl",
    Table(
        defines=("log_stat", "print_recent_stats"),
        holds=("stats",),
        imports=import_package("neptune_writer.idioms.scalars", "write"),
        code="neptune_writer.write({self}, {1}, {2}, {3})",
        more=(("setup_sacred", "neptune_writer.describe({self}, {1})"),),
    ),
)
