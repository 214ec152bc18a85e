"""Let Tianshou's logger for TensorBoard emit its rows, from 0.4.3 to 2.0; that for W&B passes its rows to it.

https://github.com/thu-ml/tianshou/blob/master/tianshou/utils/logger/tensorboard.py

`write` is a common word: it is known by `save_data`, `restore_data` its `writer` and its `last_save_step` besides. Who
makes one has the config.
"""
from patches._tables import Table, patch
from patches.edits import import_package

PATCH = patch(
    "tianshou",
    "https://github.com/thu-ml/tianshou",
    Table(
        defines=("write", "save_data", "restore_data"),
        holds=("writer", "last_save_step"),
        lacks=("tensorboard_logger", "wandb_run"),
        imports=import_package("neptune_writer.frameworks.tianshou", "write"),
        code="neptune_writer.write({self}, {1}, {2}, {3})",
        more=(("__init__", "neptune_writer.describe({self})"),),
    ),
    package="tianshou",
)
