"""Let OfflineRL-Kit's logger emit its rows.

https://github.com/yihaosun1124/OfflineRL-Kit/blob/main/offlinerlkit/utils/logger.py

It came of the OpenAI baselines', but its outputs are called handlers, and it knows the timestep.
"""
from patches._tables import Table, patch

PATCH = patch(
    "offlinerl_kit",
    "https://github.com/yihaosun1124/OfflineRL-Kit",
    Table(
        defines=("dumpkvs", "logkv", "set_timestep"),
        row="_name2val",
        holds=("_timestep",),
        lacks=("output_formats",),
        step="{own}_timestep",
        folder=("_dir",),
    ),
)
