"""Let RLlib and Ray Tune emit one run per trial, and one for an algorithm that is trained without Tune.

https://github.com/ray-project/ray/blob/master/python/ray/tune/callback.py
https://github.com/ray-project/ray/blob/master/python/ray/tune/trainable/trainable.py

Since 1.1 Tune tells callbacks of its trials, and every list of them becomes a `CallbackList`: there ours joins it.
In 1.0 a trial has a `UnifiedLogger`, and callbacks are not told of its last result. An algorithm without Tune has
neither, but all versions have `Trainable.log_result`. The package is copied into `ray/tune`, whose own files import it;
those below import it from them.
"""
from __future__ import annotations

import ast

from patches import Patch, Target, _symbols as symbols
from patches.edits import AddImport, AfterClass, AnchorError, Edit, FirstStatement, Refused, import_package

IMPORT = import_package("neptune_writer.frameworks.rllib", "with_neptune")
CALLBACK = "NeptuneLoggerCallback"
LOGGERS = {"CSVLoggerCallback", "JsonLoggerCallback", "TBXLoggerCallback"}


def edit_callbacks(tree: ast.Module) -> list[Edit]:
    """The class that all callbacks derive from, and the list of them that an experiment has."""
    known = symbols.classes(tree)
    base = known.get("Callback")
    if base is None or not {"on_trial_result", "on_trial_error"} <= set(symbols.methods(base)):
        return []  # in 1.0 it is `on_trial_fail`
    init = symbols.methods(known["CallbackList"]).get("__init__") if "CallbackList" in known else None
    if init is None or "callbacks" not in symbols.parameters(init):
        raise AnchorError("CallbackList.__init__(self, callbacks)", 0)
    ours = f"class {CALLBACK}(neptune_writer.LoggerCallback, Callback):\n    pass"
    return [IMPORT, AfterClass("Callback", ours),
            FirstStatement("CallbackList.__init__", f"callbacks = neptune_writer.with_neptune(callbacks, {CALLBACK})")]


def edit_loggers(tree: ast.Module) -> list[Edit]:
    """The loggers of 1.x, in one file with the one that unites them."""
    known = symbols.classes(tree)
    if not {"Logger", "UnifiedLogger"} <= set(known) or "on_result" not in symbols.methods(known["Logger"]):
        return []
    ours = "class NeptuneLogger(neptune_writer.Logger, Logger):\n    pass"
    edits: list[Edit] = [IMPORT, AfterClass("Logger", ours)]
    if "LoggerCallback" in known:
        return [*edits, AddImport(f"from ray.tune.callback import {CALLBACK}")]
    init = symbols.methods(known["UnifiedLogger"]).get("__init__")
    if init is None or not {"trial", "loggers"} <= set(symbols.parameters(init)):
        raise Refused("UnifiedLogger.__init__(self, ..., trial, loggers) is missing: this Ray is older than any that "
                      "is supported; `report` shows its result.json")
    loggers = "DEFAULT_LOGGERS if loggers is None else loggers"
    return [*edits, FirstStatement(
        "UnifiedLogger.__init__", f"loggers = neptune_writer.loggers_with_neptune({loggers}, trial, NeptuneLogger)")]


def edit_exports(tree: ast.Module) -> list[Edit]:
    """What `from ray.tune.logger import ...` finds since 2.0."""
    found = {node.module for node in tree.body if isinstance(node, ast.ImportFrom)}
    if "ray.tune.logger.logger" not in found or not LOGGERS & symbols.imported(tree):
        return []
    return [AddImport(f"from ray.tune.callback import {CALLBACK}, neptune_writer")]


def edit_trainables(tree: ast.Module) -> list[Edit]:
    """What everything that Tune can train derives from, algorithms included."""
    node = symbols.classes(tree).get("Trainable")
    if node is None or not {"train", "save", "restore"} <= set(symbols.methods(node)):
        return []
    log = symbols.methods(node).get("log_result")
    names = symbols.parameters(log) if log else []
    if log is None or len(names) < 2:
        raise AnchorError("Trainable.log_result(self, result)", 0)
    # Imported where it is needed: at the head of the file Ray's own imports would go in a circle. And asked for: git
    # may have put the file that has it back.
    load, ask = "from ray.tune import logger as neptune", 'hasattr(neptune, "neptune_writer")'
    call = f"neptune.neptune_writer.write_result({symbols.self_name(log, node)}, {names[1]})"
    return [FirstStatement("Trainable.log_result", f"{load}\nif {ask}:\n    {call}",
                           formerly=f"{load}; {ask} and {call}")]


PATCH = Patch(
    name="rllib",
    upstream="https://github.com/ray-project/ray",
    logger=("on_trial_result", "on_trial_error"),
    targets=(
        Target((b"class Callback", b"def on_trial_error"), edit_callbacks),
        Target((b"class UnifiedLogger", b"class Logger"), edit_loggers),
        Target((b"from ray.tune.logger.logger import",), edit_exports, companion=True),
        Target((b"class Trainable", b"def train"), edit_trainables, companion=True),
    ),
    package="ray",
)
