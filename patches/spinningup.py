"""Let SpinningUp's logger, and every copy of it, emit its table and config to Neptune.

https://github.com/openai/spinningup/blob/master/spinup/utils/logx.py

The logger is any class that has `log_tabular` and `dump_tabular`, in any file, under any name:
59 of 63 public copies are distinct, and all keep these two and `log_current_row`.
"""
from __future__ import annotations

import ast
from typing import Iterator, Optional, Sequence

from patches import Patch, Target
from patches.edits import (
    PARAMETER, AddImport, AddParameter, AnchorError, Edit, FirstStatement, PassArgument, Refused)

# Some forks import the same file as `utils.logx` and as `logx`: this line works under both.
IMPORT = AddImport('neptune_writer = __import__("neptune_writer", globals(), fromlist=["connect"], '
                   'level=1 if __package__ else 0)')
STEP = '("TotalEnvInteracts", "Epoch")'
ROWS = ("log_current_row", "_log_current_row")

Functions = dict[str, ast.FunctionDef]


def edit_loggers(tree: ast.Module) -> list[Edit]:
    """The edits of every logger class in the file, and of the classes that derive from it."""
    classes = {node.name: node for node in _top_level(tree.body) if isinstance(node, ast.ClassDef)}
    loggers = [node for node in classes.values() if _is_logger(node)]
    roots = [node for node in loggers
             if not any(base in loggers for base in _ancestors(node, classes))]
    edits: list[Edit] = [IMPORT] if roots else []
    for root in roots:
        row = _row(root)
        if row is None:
            raise AnchorError(f"self.{ROWS[0]} in class {root.name}", 0)
        edits += _edit_root(root, row)
        derived = [node for node in classes.values() if root in _ancestors(node, classes)]
        family = {node.name for node in [root, *derived]}
        for node in derived:
            edits += _edit_subclass(node, row, [name for name in _bases(node) if name in family])
    return edits


def edit_serialiser(tree: ast.Module) -> list[Edit]:
    """`convert_json` walks whatever it is given: hand it a short text in place of an experiment."""
    for node in _top_level(tree.body):
        if isinstance(node, ast.FunctionDef) and node.name == "convert_json":
            names = _parameters(node)
            if names:
                code = f"{names[0]} = neptune_writer.hide_experiment({names[0]})"
                return [IMPORT, FirstStatement("convert_json", code)]
    return []


def _is_logger(node: ast.ClassDef) -> bool:
    methods = _methods(node)
    if "log_tabular" not in methods:
        return False
    if "dump_tabular" in methods:
        # One that calls a base of another file adds to a logger, and is none itself.
        return not _calls(methods["dump_tabular"], _bases(node))
    if _bases(node) or not _row(node):
        return False
    raise AnchorError(f"{node.name}.dump_tabular", 0)


def _edit_root(node: ast.ClassDef, row: str) -> Iterator[Edit]:
    init = _methods(node).get("__init__")
    if init is not None:
        names = _parameters(init)
        self = _self(init, node)
        known = "".join(f", {name}={name}" for name in ("output_dir", "exp_name") if name in names)
        yield AddParameter(f"{node.name}.__init__", PARAMETER)
        yield FirstStatement(
            f"{node.name}.__init__", f"neptune_writer.connect({self}, {PARAMETER}{known})")
    elif not _bases(node):  # else the constructor is that of a base in another file
        raise AnchorError(f"{node.name}.__init__", 0)
    yield from _edit_methods(node, row, _bases(node))


def _edit_methods(node: ast.ClassDef, row: str, bases: Sequence[str]) -> Iterator[Edit]:
    """The two that write, unless they leave it to the base's, which is edited as well."""
    methods = _methods(node)
    save, dump = methods.get("save_config"), methods.get("dump_tabular")
    if save and not _calls(save, bases):
        names = _parameters(save)
        self = _self(save, node)
        if len(names) > 1:
            yield FirstStatement(f"{node.name}.save_config",
                                 f"{names[1]} = neptune_writer.write_config({self}, {names[1]})")
    if dump and not _calls(dump, bases):
        self = _self(dump, node)
        yield FirstStatement(f"{node.name}.dump_tabular",
                             f"neptune_writer.write_row({self}, {self}.{row}, step={STEP})")


def _edit_subclass(node: ast.ClassDef, row: str, bases: Sequence[str]) -> Iterator[Edit]:
    """A constructor with a signature of its own has to take the parameter and pass it on.

    Args:
        bases: those of its bases that are loggers: what other bases write is none of ours.
    """
    init = _methods(node).get("__init__")
    calls = _calls(init, bases) if init else []
    if init and not any(_forwards_keywords(call) for call in calls):
        first = _bases(node)[0]
        if first not in bases and any(_is_super(call.func) for call in calls):
            raise Refused(f"expected {node.name}'s first base to be a logger, since super() calls it, "
                          f"found {first}")
        name = f"{node.name}.__init__"
        yield AddParameter(name, PARAMETER)
        yield PassArgument(name, tuple(bases), "__init__", PARAMETER)
    yield from _edit_methods(node, row, bases)


def _forwards_keywords(call: ast.Call) -> bool:
    """Whether a dictionary of keywords goes on as it came, `**kwargs`, and is not made on the spot."""
    return any(word.arg is None and isinstance(word.value, ast.Name) for word in call.keywords)


def _top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module, those under its ifs and trys included."""
    for node in body:
        yield node
        if isinstance(node, (ast.If, ast.Try, ast.With)):
            blocks = [node.body, getattr(node, "orelse", []), getattr(node, "finalbody", [])]
            blocks += [handler.body for handler in getattr(node, "handlers", [])]
            for block in blocks:
                yield from _top_level(block)


def _methods(node: ast.ClassDef) -> Functions:
    return {item.name: item for item in node.body if isinstance(item, ast.FunctionDef)}


def _bases(node: ast.ClassDef) -> tuple[str, ...]:
    names = (_name(base) for base in node.bases)
    return tuple(name for name in names if name and name != "object")


def _ancestors(node: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> list[ast.ClassDef]:
    found: list[ast.ClassDef] = []
    waiting = list(node.bases)
    while waiting:
        name = waiting.pop()
        base = classes.get(name.id) if isinstance(name, ast.Name) else None  # module.Name is not of this file
        if base and base is not node and base not in found:
            found.append(base)
            waiting += base.bases
    return found


def _name(node: ast.expr) -> Optional[str]:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None


def _parameters(node: ast.FunctionDef) -> list[str]:
    """Names of all parameters, in the order they are written in."""
    args = node.args
    star = [args.vararg] if args.vararg else []
    rest = [args.kwarg] if args.kwarg else []
    return [arg.arg for arg in [*args.posonlyargs, *args.args, *star, *args.kwonlyargs, *rest]]


def _self(method: ast.FunctionDef, node: ast.ClassDef) -> str:
    """What a method calls its logger."""
    static = {"staticmethod", "classmethod"} & {_name(item) for item in method.decorator_list}
    names = [*method.args.posonlyargs, *method.args.args]
    if static or not names:
        raise Refused(f"expected {node.name}.{method.name}(self, ...), "
                      f"found {'a ' + static.pop() if static else 'no parameter'}")
    return names[0].arg


def _row(node: ast.ClassDef) -> Optional[str]:
    """The attribute in which the class collects the row that dump_tabular writes."""
    names = {item.attr for item in ast.walk(node) if isinstance(item, ast.Attribute)}
    return next((row for row in ROWS if row in names), None)


def _calls(function: ast.FunctionDef, bases: Sequence[str]) -> list[ast.Call]:
    """The calls of a base's method of the same name: super().f(), super(C, self).f(), Base.f()."""
    return [call for call in ast.walk(function)
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
            and call.func.attr == function.name
            and (_is_super(call.func) or _name(call.func.value) in bases)]


def _is_super(called: ast.expr) -> bool:
    owner = called.value if isinstance(called, ast.Attribute) else None
    return isinstance(owner, ast.Call) and _name(owner.func) == "super"


PATCH = Patch(
    name="spinningup",
    upstream="https://github.com/openai/spinningup",
    targets=(
        Target((b"class ", b"def log_tabular"), edit_loggers),
        Target((b"def convert_json",), edit_serialiser, companion=True),
    ),
)
