"""Let the logger of TD-MPC2 emit its rows, of Newt after it and TD-MPC before; what it gives to W&B it gives still.

https://github.com/nicklashansen/tdmpc2/blob/main/tdmpc2/common/logger.py
https://github.com/nicklashansen/tdmpc/blob/main/src/logger.py

`log` is a common word: it is known by `pprint_multitask` besides, and by its handle of W&B; TD-MPC's by its lists of
columns and `_print`. Forks have taken `save_agent` out.
"""
from patches._tables import Table, patch
from patches.edits import import_package

TDMPC2 = Table(
    defines=("log", "pprint_multitask"),
    holds=("_wandb",),
    imports=import_package("neptune_writer.frameworks.tdmpc2", "log"),
    code="neptune_writer.log({self}, {1}, {2})",
    more=(("__init__", "neptune_writer.describe({self}, {1})"),),
)

PATCH = patch(
    "tdmpc2",
    "https://github.com/nicklashansen/tdmpc2",
    TDMPC2,
    TDMPC2._replace(
        defines=("log", "finish", "_format", "_print"),
        holds=("_wandb", "_eval", "_group", "_model_dir"),
        lacks=("pprint_multitask",),
        code='neptune_writer.log({self}, {1}, {2}, "env_step")',
        more=(("__init__", "neptune_writer.describe({self}, {2})"),),
    ),
)
