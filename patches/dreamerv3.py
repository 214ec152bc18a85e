"""Let the logger of DreamerV3 emit its numbers: that of embodied, which came before, and of elements, which came of it.

https://github.com/danijar/dreamerv3/blob/2411f7d/embodied/core/logger.py
https://github.com/danijar/elements/blob/main/elements/logger.py

`add`, `write` and `outputs` are common words: it is known by its `multiplier` and its list of `_metrics` besides. In
Director and DayDreamer, which had it first, these attributes begin with an underscore.
https://github.com/danijar/director/blob/a6a649e/embodied/core/logger.py
"""
from patches._tables import Table, patch
from patches.edits import import_package

LOGGER = Table(
    defines=("__init__", "write", "add", "scalar", "video"),
    holds=("outputs", "multiplier", "_metrics"),
    imports=import_package("neptune_writer.frameworks.dreamerv3", "follow"),
    code="neptune_writer.follow({self})",
    late=True,
)

PATCH = patch(
    "dreamerv3",
    "https://github.com/danijar/dreamerv3",
    LOGGER,
    LOGGER._replace(holds=("_outputs", "_multiplier", "_metrics"), lacks=("outputs",)),
    package="elements",
)
