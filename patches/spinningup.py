"""Let SpinningUp's logger, and every copy of it, emit its table and config to Neptune.

https://github.com/openai/spinningup/blob/master/spinup/utils/logx.py

The logger is any class that has `log_tabular` and `dump_tabular`, in any file, under any name:
59 of 63 public copies are distinct, and all keep these two and `log_current_row`.
"""
from __future__ import annotations

import ast
from typing import Iterator, Optional, Sequence

from patches import Patch, Target, _symbols as symbols
from patches.edits import (
    PARAMETER, AddParameter, AnchorError, Edit, FirstStatement, PassArgument, Refused, import_package)

ROWS = ("log_current_row", "_log_current_row")
"""The attribute in which a logger collects the row that `dump_tabular` writes."""
STEP_PARAMETERS = ("global_step", "total_steps", "total_timesteps", "timesteps", "env_steps", "step", "steps")
"""What forks call a parameter of `dump_tabular` that says where the row stands."""

IMPORT = import_package("neptune_writer", "connect")
STEP = '("TotalEnvInteracts", "Epoch")'


# --- what identifies it

def _is_logger(node: ast.ClassDef) -> bool:
    methods = symbols.methods(node)
    if "log_tabular" not in methods:
        return False
    if "dump_tabular" in methods:
        # One that calls a base of another file adds to a logger, and is not one itself.
        return not symbols.calls(methods["dump_tabular"], symbols.bases(node))
    if symbols.bases(node) or not _row(node):
        return False
    raise AnchorError(f"{node.name}.dump_tabular", 0)


def _row(node: ast.ClassDef) -> Optional[str]:
    names = symbols.attributes(node)
    return next((row for row in ROWS if row in names), None)


def _forwards_keywords(call: ast.Call) -> bool:
    """Whether a dictionary of keywords goes on as it came, `**kwargs`, and is not made on the spot."""
    return any(word.arg is None and isinstance(word.value, ast.Name) for word in call.keywords)


# --- what is inserted

def edit_loggers(tree: ast.Module) -> list[Edit]:
    """The edits of every logger class in the file, and of the classes that derive from it."""
    known = symbols.classes(tree)
    loggers = [node for node in known.values() if _is_logger(node)]
    roots = [node for node in loggers
             if not any(base in loggers for base in symbols.ancestors(node, known))]
    edits: list[Edit] = [IMPORT] if roots else []
    for root in roots:
        row = _row(root)
        if row is None:
            raise AnchorError(f"self.{ROWS[0]} in class {root.name}", 0)
        edits += _edit_root(root, row)
        derived = [node for node in known.values() if root in symbols.ancestors(node, known)]
        family = {node.name for node in [root, *derived]}
        for node in derived:
            edits += _edit_subclass(node, row, [name for name in symbols.bases(node) if name in family])
    return edits


def _edit_root(node: ast.ClassDef, row: str) -> Iterator[Edit]:
    init = symbols.methods(node).get("__init__")
    if init is not None:
        names = symbols.parameters(init)
        self = symbols.self_name(init, node)
        known = "".join(f", {name}={name}" for name in ("output_dir", "exp_name") if name in names)
        yield AddParameter(f"{node.name}.__init__", PARAMETER)
        yield FirstStatement(
            f"{node.name}.__init__", f"neptune_writer.connect({self}, {PARAMETER}{known})")
    elif not symbols.bases(node):  # else the constructor is that of a base in another file
        raise AnchorError(f"{node.name}.__init__", 0)
    yield from _edit_methods(node, row, symbols.bases(node))


def _edit_methods(node: ast.ClassDef, row: str, bases: Sequence[str]) -> Iterator[Edit]:
    """The two that write, unless they leave it to the base's, which is edited as well."""
    methods = symbols.methods(node)
    save, dump = methods.get("save_config"), methods.get("dump_tabular")
    if save and not symbols.calls(save, bases):
        names = symbols.parameters(save)
        self = symbols.self_name(save, node)
        if len(names) > 1:
            yield FirstStatement(f"{node.name}.save_config",
                                 f"{names[1]} = neptune_writer.write_config({self}, {names[1]})")
    if dump and not symbols.calls(dump, bases):
        self = symbols.self_name(dump, node)
        given = next((name for name in symbols.parameters(dump)[1:] if name in STEP_PARAMETERS), None)
        step = STEP if given is None else f"{STEP} if {given} is None else {given}"
        yield FirstStatement(f"{node.name}.dump_tabular",
                             f"neptune_writer.write_row({self}, {self}.{row}, step={step})")


def _edit_subclass(node: ast.ClassDef, row: str, bases: Sequence[str]) -> Iterator[Edit]:
    """A constructor with a signature of its own has to take the parameter and pass it on.

    Args:
        bases: those of its bases that are loggers: what other bases write is not ours.
    """
    init = symbols.methods(node).get("__init__")
    calls = symbols.calls(init, bases) if init else []
    if init and not any(_forwards_keywords(call) for call in calls):
        first = symbols.bases(node)[0]
        if first not in bases and any(symbols.is_super(call.func) for call in calls):
            raise Refused(f"super() in {node.name}.__init__ calls {first}, its first base, which is not a logger")
        name = f"{node.name}.__init__"
        yield AddParameter(name, PARAMETER)
        yield PassArgument(name, tuple(bases), "__init__", PARAMETER)
    yield from _edit_methods(node, row, bases)


def edit_serialiser(tree: ast.Module) -> list[Edit]:
    """`convert_json` walks whatever it is given: hand it a short text in place of an experiment."""
    found = symbols.functions(tree).get("convert_json")
    names = symbols.parameters(found) if found else []
    if not names:
        return []
    code = f"{names[0]} = neptune_writer.hide_experiment({names[0]})"
    return [IMPORT, FirstStatement("convert_json", code)]


PATCH = Patch(
    name="spinningup",
    upstream="https://github.com/openai/spinningup",
    logger=("log_tabular", "dump_tabular"),
    targets=(
        Target((b"class ", b"def log_tabular"), edit_loggers),
        Target((b"def convert_json",), edit_serialiser, companion=True),
    ),
)
