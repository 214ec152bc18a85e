"""Let Stable-Baselines3, and every project that carries a copy of it, emit its rows, one run per model.

https://github.com/DLR-RM/stable-baselines3/blob/master/stable_baselines3/common/logger.py
https://github.com/DLR-RM/stable-baselines3/blob/master/stable_baselines3/common/base_class.py

The logger is any class with `dump` and `output_formats`; its formats have a `write` that is told which keys to exclude.
"""
from __future__ import annotations

import ast

from patches import Patch, Target, _symbols as symbols
from patches._output_formats import Dialect, edit_logger, model_class
from patches.edits import AnchorError, Edit, LastStatement

DIALECT = Dialect(module="stable_baselines3", write=("write", "key_excluded"), dump="dump")


def edit_formats(tree: ast.Module) -> list[Edit]:
    """The edits of the logger's file."""
    return edit_logger(tree, DIALECT)


def edit_models(tree: ast.Module) -> list[Edit]:
    """A model has its logger once `_setup_learn` has made one; before 1.1 all models share that of the module."""
    node = model_class(tree)
    if node is None:
        return []
    setup = symbols.methods(node)["_setup_learn"]
    if "reset_num_timesteps" not in symbols.parameters(setup):
        return []  # Stable Baselines 2
    self = symbols.self_name(setup, node)
    if "_logger" in symbols.attributes(node):
        logger = f"{self}._logger"
    elif "logger" in symbols.imported(tree):
        logger = "logger.Logger.CURRENT"
    else:
        raise AnchorError(f"{node.name}._logger", 0)
    return [DIALECT.imports(), LastStatement(f"{node.name}._setup_learn", f"neptune_writer.begin({self}, {logger})")]


PATCH = Patch(
    name="stable_baselines3",
    upstream="https://github.com/DLR-RM/stable-baselines3",
    logger=("dump", "output_formats"),
    targets=(
        Target((b"key_excluded", b"def dump"), edit_formats),
        Target((b"def _setup_learn",), edit_models, companion=True),
    ),
    package="stable-baselines3",
)
