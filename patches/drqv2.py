"""Let the logger of DrQ-v2 emit its averages, and that of pytorch_sac, pytorch_sac_ae, CURL, RAD and DrQ before it.

https://github.com/facebookresearch/drqv2/blob/main/logger.py

It is known by its two groups of meters. Which of them are dumped, and whether to save, came in two orders.
"""
from patches._tables import Table, patch
from patches.edits import import_package

PATCH = patch(
    "drqv2",
    "https://github.com/facebookresearch/drqv2",
    Table(
        defines=("dump", "log"),
        holds=("_train_mg", "_eval_mg"),
        imports=import_package("neptune_writer.idioms.meters", "dump"),
        code="neptune_writer.dump({self}, {1}, locals())",
    ),
)
