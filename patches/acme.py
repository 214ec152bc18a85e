"""Let Acme's default loggers emit every row, and offer its own kind of logger and filters for Neptune.

https://github.com/google-deepmind/acme/blob/master/acme/utils/loggers/default.py
https://github.com/google-deepmind/acme/blob/master/acme/utils/loggers/__init__.py

The default logger is what `make_default_logger` makes around a `TerminalLogger`, whatever else a fork puts into it.
"""
from __future__ import annotations

import ast

from patches import Patch, Target, _symbols as symbols
from patches.edits import AddImport, AnchorError, Decorate, Edit, import_package

FUNCTION = "make_default_logger"
OFFERED = "AggregateFilter, NeptuneLogger, SmoothingFilter, make_neptune_logger"
MODULES = {"aggregators", "base", "filters", "terminal"}


def edit_default(tree: ast.Module) -> list[Edit]:
    """The edits of the file that defines the default logger."""
    function = symbols.functions(tree).get(FUNCTION)
    if function is None or "TerminalLogger" not in symbols.attributes(function) | symbols.names(function):
        return []
    if not symbols.parameters(function):
        raise AnchorError(f"{FUNCTION}(label, ...)", 0)
    return [import_package("neptune_writer.frameworks.acme", "also_to_neptune"),
            Decorate(FUNCTION, "neptune_writer.also_to_neptune")]


def edit_package(tree: ast.Module) -> list[Edit]:
    """The edits of the package that offers all loggers: it imports them from modules of its own."""
    modules: dict[str, set[str]] = {}
    for node in symbols.top_level(tree.body):
        if isinstance(node, ast.ImportFrom):
            package, _, module = ("." * node.level + (node.module or "")).rpartition(".")
            modules.setdefault(package, set()).add(module)
    if not any(MODULES <= found for found in modules.values()) or not symbols.imported(tree) & {FUNCTION, "*"}:
        return []
    return [AddImport(f"from .neptune_writer.frameworks.acme import {OFFERED}")]


PATCH = Patch(
    name="acme",
    upstream="https://github.com/google-deepmind/acme",
    logger=(FUNCTION, "TerminalLogger"),
    targets=(
        Target((b"def make_default_logger", b"TerminalLogger"), edit_default),
        Target((b"make_default_logger", b"TerminalLogger", b"Dispatcher"), edit_package, companion=True),
    ),
    package="dm-acme",
)
