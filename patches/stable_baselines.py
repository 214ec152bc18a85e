"""Let Stable Baselines 2, OpenAI baselines, and every project that carries a copy of their logger, emit its rows.

https://github.com/hill-a/stable-baselines/blob/master/stable_baselines/logger.py
https://github.com/openai/baselines/blob/master/baselines/logger.py

The logger is any class with `dumpkvs` and `output_formats`. Its formats are those with `writekvs`; their base is
`KVWriter`, in the oldest files `OutputFormat`. Stable Baselines has models, which say when they learn.
"""
from __future__ import annotations

import ast

from patches import Patch, Target, _symbols as symbols
from patches._output_formats import Dialect, edit_logger, model_class
from patches.edits import Edit, LastStatement

DIALECT = Dialect(module="stable_baselines", write=("writekvs", None), dump="dumpkvs")


def edit_formats(tree: ast.Module) -> list[Edit]:
    """The edits of the logger's file."""
    return edit_logger(tree, DIALECT)


def edit_models(tree: ast.Module) -> list[Edit]:
    """All models share the logger of one module, so its file's import serves: a copy of ours here would be another."""
    node = model_class(tree)
    if node is None or "logger" not in symbols.imported(tree):
        return []
    setup = symbols.methods(node)["_setup_learn"]
    names = symbols.parameters(setup)
    if "reset_num_timesteps" in names:
        return []  # Stable-Baselines3
    seed = ", seed=seed" if "seed" in names else ""  # up to 2.8 no attribute of the model
    begin = f"logger.neptune_writer.begin({symbols.self_name(setup, node)}, logger{seed})"
    return [LastStatement(f"{node.name}._setup_learn", f'if hasattr(logger, "neptune_writer"):\n    {begin}')]


PATCH = Patch(
    name="stable_baselines",
    upstream="https://github.com/hill-a/stable-baselines",
    logger=("dumpkvs", "output_formats"),
    targets=(
        Target((b"def writekvs", b"def dumpkvs"), edit_formats),
        Target((b"def _setup_learn",), edit_models, companion=True),
    ),
    package="stable-baselines",
)
