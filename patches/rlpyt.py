"""Let rlpyt's logger, rllab's that knows the iteration, emit its table.

https://github.com/astooke/rlpyt/blob/master/rlpyt/utils/logging/logger.py

Before a second training's first iteration the module still has the last one of the first, so the row goes before it.
"""
from patches._tables import patch
from patches.rllab import RLLAB

RLPYT = RLLAB._replace(
    defines=(*RLLAB.defines, "set_iteration"),
    holds=("_iteration",),
    lacks=("get_table_key_set",),
    step='("Diagnostics/Iteration", {own}_iteration)',
)

PATCH = patch("rlpyt", "https://github.com/astooke/rlpyt", RLPYT)
