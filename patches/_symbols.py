"""Finding symbols in a file's syntax tree: what every patch asks before it names an anchor."""
from __future__ import annotations

import ast
from typing import Iterator, Optional, Sequence

from patches._refusals import Refused

Functions = dict[str, ast.FunctionDef]


def top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module, those under its ifs and trys included."""
    for node in body:
        yield node
        if isinstance(node, (ast.If, ast.Try, ast.With)):
            blocks = [node.body, getattr(node, "orelse", []), getattr(node, "finalbody", [])]
            blocks += [handler.body for handler in getattr(node, "handlers", [])]
            for block in blocks:
                yield from top_level(block)


def classes(tree: ast.Module) -> dict[str, ast.ClassDef]:
    """Name -> class, of those at the top of the module."""
    return {node.name: node for node in top_level(tree.body) if isinstance(node, ast.ClassDef)}


def functions(tree: ast.Module) -> Functions:
    """Name -> function, of those at the top of the module."""
    return {node.name: node for node in top_level(tree.body) if isinstance(node, ast.FunctionDef)}


def methods(node: ast.ClassDef) -> Functions:
    """Name -> method."""
    return {item.name: item for item in node.body if isinstance(item, ast.FunctionDef)}


def bases(node: ast.ClassDef) -> tuple[str, ...]:
    """The names of its bases, `object` left out; of `module.Name` the last part."""
    names = (last_name(base) for base in node.bases)
    return tuple(name for name in names if name and name != "object")


def ancestors(node: ast.ClassDef, known: dict[str, ast.ClassDef]) -> list[ast.ClassDef]:
    """Every class of the file that it derives from."""
    found: list[ast.ClassDef] = []
    waiting = list(node.bases)
    while waiting:
        name = waiting.pop()
        base = known.get(name.id) if isinstance(name, ast.Name) else None  # module.Name is not of this file
        if base and base is not node and base not in found:
            found.append(base)
            waiting += base.bases
    return found


def last_name(node: ast.expr) -> Optional[str]:
    """`Name` of `Name` and of `module.Name`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None


def parameters(node: ast.FunctionDef) -> list[str]:
    """Names of all parameters, in the order they are written in."""
    args = node.args
    star = [args.vararg] if args.vararg else []
    rest = [args.kwarg] if args.kwarg else []
    return [arg.arg for arg in [*args.posonlyargs, *args.args, *star, *args.kwonlyargs, *rest]]


def self_name(method: ast.FunctionDef, node: ast.ClassDef) -> str:
    """What a method calls its object.

    Raises:
        Refused: it has none.
    """
    static = {"staticmethod", "classmethod"} & {last_name(item) for item in method.decorator_list}
    names = [*method.args.posonlyargs, *method.args.args]
    if static or not names:
        problem = f"is a {static.pop()}" if static else "takes no parameter"
        raise Refused(f"{node.name}.{method.name} {problem}, where it should take self")
    return names[0].arg


def attributes(node: ast.AST) -> set[str]:
    """The name behind every dot in it."""
    return {item.attr for item in ast.walk(node) if isinstance(item, ast.Attribute)}


def names(node: ast.AST) -> set[str]:
    """Every name in it that stands alone."""
    return {item.id for item in ast.walk(node) if isinstance(item, ast.Name)}


def imported(tree: ast.Module) -> set[str]:
    """The names that the module's imports bind."""
    return {(alias.asname or alias.name).partition(".")[0] for node in top_level(tree.body)
            if isinstance(node, (ast.Import, ast.ImportFrom)) for alias in node.names}


def calls(function: ast.FunctionDef, of: Sequence[str]) -> list[ast.Call]:
    """The calls of a base's method of the same name: super().f(), super(C, self).f(), Base.f()."""
    return [call for call in ast.walk(function)
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
            and call.func.attr == function.name
            and (is_super(call.func) or last_name(call.func.value) in of)]


def is_super(called: ast.expr) -> bool:
    """Whether it is `super(...).anything`."""
    owner = called.value if isinstance(called, ast.Attribute) else None
    return isinstance(owner, ast.Call) and last_name(owner.func) == "super"
