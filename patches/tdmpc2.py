"""Let the logger of TD-MPC2, and of Newt after it, emit its rows; what it gives to W&B it gives still.

https://github.com/nicklashansen/tdmpc2/blob/main/tdmpc2/common/logger.py

`log` is a common word: it is known by `pprint_multitask` and `save_agent` besides, and by its handle of W&B.
"""
from patches._tables import Table, patch
from patches.edits import import_package

PATCH = patch(
    "tdmpc2",
    "https://github.com/nicklashansen/tdmpc2",
    Table(
        defines=("log", "pprint_multitask", "save_agent"),
        holds=("_wandb",),
        imports=import_package("neptune_writer.frameworks.tdmpc2", "log"),
        code="neptune_writer.log({self}, {1}, {2})",
        more=(("__init__", "neptune_writer.describe({self}, {1})"),),
    ),
)
