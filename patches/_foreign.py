"""Whether a file emits to Neptune by other means than ours: by code that can run, whatever else in it has the name."""
from __future__ import annotations

import ast
import contextlib
import io
import tokenize
from typing import Optional

from patches._reading import reading, syntax_tree
from patches._refusals import Unreadable

_NAME = "neptune"
_OF_TEXTS_AND_MAPPINGS = {"get", "items", "keys", "values", "pop", "copy", "setdefault", "lower", "strip", "split"}


def foreign_line(raw: bytes) -> Optional[str]:
    """The line that emits, or brings in what does; None where there is none.

    A parameter, an attribute that is set or asked for, a comment and a text emit nothing. An import is the best
    evidence, else the first call.
    """
    if _NAME.encode() not in raw.lower():
        return None
    numbers: list[int] = []
    with contextlib.suppress(Unreadable), reading(raw):  # no valid Python: whoever parses it says so better
        try:
            tree = syntax_tree(raw)
        except SyntaxError:
            numbers = _import_lines(raw)
        else:
            found = _Emits()
            found.visit(tree)
            numbers = found.imports + found.calls
    if not numbers:
        return None
    line = raw.splitlines()[numbers[0] - 1].decode("utf-8", "replace")
    return f"line {numbers[0]}: {' '.join(line.split())[:80]}"


class _Emits(ast.NodeVisitor):
    """Collects the numbers of lines with imports and calls of what has the name."""

    def __init__(self) -> None:
        self.imports: list[int] = []
        self.calls: list[int] = []

    def visit_If(self, node: ast.If) -> None:
        never = isinstance(node.test, ast.Constant) and not node.test.value
        names = {getattr(node.test, "id", None), getattr(node.test, "attr", None)}
        for statement in node.orelse if never or "TYPE_CHECKING" in names else [node.test, *node.body, *node.orelse]:
            self.visit(statement)

    def visit_Import(self, node: ast.Import) -> None:
        if any(_has_name(alias.name) for alias in node.names):
            self.imports.append(node.lineno)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if _has_name(node.module or "") or any(_has_name(alias.name) for alias in node.names):
            self.imports.append(node.lineno)

    def visit_Call(self, node: ast.Call) -> None:
        function = node.func
        asks = isinstance(function, ast.Attribute) and function.attr in _OF_TEXTS_AND_MAPPINGS
        if _speaks(function) and not asks:
            self.calls.append(node.lineno)
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        if any(isinstance(target, ast.Subscript) and _speaks(target.value) for target in node.targets):
            self.calls.append(node.lineno)  # run["lr"] = 0.1
        self.generic_visit(node)


def _speaks(node: ast.expr) -> bool:
    """Whether what is called, or set an item of, has the name: not what it is called with."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        if isinstance(node, ast.Attribute) and _has_name(node.attr):
            return True
        node = node.func if isinstance(node, ast.Call) else node.value
    return isinstance(node, ast.Name) and _has_name(node.id)


def _has_name(text: str) -> bool:
    return _NAME in text.lower()


def _import_lines(raw: bytes) -> list[int]:
    """The same for a file that this Python cannot parse, as far as that goes: imports alone."""
    lines = []
    try:
        for token in tokenize.tokenize(io.BytesIO(raw).readline):
            if token.type == tokenize.NAME and _has_name(token.string) and \
                    token.line.split()[:1] in (["import"], ["from"]):
                lines.append(token.start[0])
    except (SyntaxError, tokenize.TokenError):
        pass
    return lines
