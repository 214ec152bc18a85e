"""Let rllab's logger, a module of functions, emit its table.

https://github.com/rll/rllab/blob/master/rllab/misc/logger.py
"""
from patches._tables import patch
from patches.rlkit import RLKIT

RLLAB = RLKIT._replace(
    is_module=True,
    lacks=("get_table_key_set", "set_iteration"),
    unless=("_disabled", "_tabular_disabled"),  # of the first rlpyt, which has no `set_iteration` yet
)

PATCH = patch("rllab", "https://github.com/rll/rllab", RLLAB)
