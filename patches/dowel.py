"""Let dowel, the logger of garage, emit its tables.

https://github.com/rlworkgroup/dowel/blob/master/src/dowel/logger.py

A table goes through `log`, like texts and all else, and may be cleared before `dump_all` says at which step it stands.
"""
from patches._tables import Table, patch
from patches.edits import import_package

PATCH = patch(
    "dowel",
    "https://github.com/rlworkgroup/dowel",
    Table(
        defines=("dump_all", "dump_output_type", "add_output", "log"),
        holds=("_outputs",),
        imports=import_package("neptune_writer.frameworks.dowel", "dump"),
        code="neptune_writer.dump({self}, {1}, {own}_outputs)",
        more=(("log", "neptune_writer.keep({self}, {1}, {own}_outputs)"),),
    ),
    package="dowel",
)
