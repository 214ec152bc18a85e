"""What edits do to a LibCST tree, which keeps every byte that none of them touches."""
from __future__ import annotations

from typing import Callable, Iterator, Optional, Sequence

import libcst as cst
from libcst import matchers

from patches._marks import MARKER
from patches._refusals import AnchorError

Change = Callable[[cst.FunctionDef], cst.FunctionDef]
Statements = Sequence[cst.BaseStatement]


def statements(module: cst.Module, code: str) -> Statements:
    """Our code as statements of that module: each line marked, with the module's indentation and line ends."""
    lines = []
    for line in code.split("\n"):
        body = line.lstrip(" ")
        lines.append(module.default_indent * ((len(line) - len(body)) // 4) + body + MARKER + module.default_newline)
    parsed: Statements = cst.parse_module("".join(lines), module.config_for_parsing).body
    return parsed


def decorator(module: cst.Module, code: str) -> cst.Decorator:
    """Our decorator, marked; what stands above the function stays above."""
    function = cst.parse_statement(f"@{code}{MARKER}\ndef f(): pass", module.config_for_parsing)
    return cst.ensure_type(function, cst.FunctionDef).decorators[0]


# --- at the top of the module

def insert_statements(module: cst.Module, place: int, code: str) -> cst.Module:
    """Our statements before that one of the module."""
    return module.with_changes(body=[*module.body[:place], *statements(module, code), *module.body[place:]])


def after_imports(module: cst.Module) -> int:
    """The place behind the last import above the first block (a class may be in one), else behind the docstring."""
    place = 1 if module.get_docstring(clean=False) is not None else 0
    for index, statement in enumerate(module.body):
        if not isinstance(statement, cst.SimpleStatementLine):
            break
        if isinstance(statement.body[0], (cst.Import, cst.ImportFrom)):
            place = index + 1
    return place


def after_relative_import(module: cst.Module) -> Optional[int]:
    """The place of an import of ours behind a relative one that is run whenever the module is, since it is in no block.

    None where there is none, or one only below a class or function, which may need ours before.
    """
    for index, statement in enumerate(module.body):
        if isinstance(statement, cst.SimpleStatementLine):
            if any(isinstance(part, cst.ImportFrom) and part.relative for part in statement.body):
                return max(index + 1, after_imports(module))
        elif matchers.findall(statement, matchers.ClassDef() | matchers.FunctionDef()):
            return None
    return None


def classes(module: cst.Module) -> Iterator[tuple[int, cst.ClassDef]]:
    """Those at the top of the module, each with its place in the body."""
    return ((index, node) for index, node in enumerate(module.body) if isinstance(node, cst.ClassDef))


# --- in a function

def change_function(module: cst.Module, name: str, change: Change) -> cst.Module:
    """Change the function of that dotted name.

    Raises:
        AnchorError: there is not one of that name.
    """
    finder = _FunctionChange(name, change)
    changed = module.visit(finder)
    if finder.found != 1:
        raise AnchorError(name, finder.found)
    return changed


def after_docstring(node: cst.FunctionDef) -> int:
    """The place of a function's first statement that is not its docstring."""
    return 1 if node.get_docstring(clean=False) is not None else 0


def before_last_return(node: cst.FunctionDef, name: str) -> int:
    """The place of the `return` that a function, of that dotted name, ends with, else that behind its last statement.

    Raises:
        AnchorError: nothing of ours can be there.
    """
    last: cst.CSTNode = node.body.body[-1]
    if isinstance(last, cst.SimpleStatementLine):
        shared, last = len(last.body) > 1, last.body[-1]
        if shared and isinstance(last, cst.Return):
            raise AnchorError(name, 1, "ends with a return on the line of another statement")
    if isinstance(last, cst.Raise):
        raise AnchorError(name, 1, "ends with a raise, and nothing behind it would be run")
    return len(node.body.body) - isinstance(last, cst.Return)


def insert_into(node: cst.FunctionDef, place: int, module: cst.Module, code: str) -> cst.FunctionDef:
    """Our statements before that one of a function."""
    added = statements(module, code)
    body = node.body
    if isinstance(body, cst.SimpleStatementSuite):  # def f(self): pass
        lines = [cst.SimpleStatementLine(part) for part in (body.body[:place], body.body[place:]) if part]
        lines[-1] = lines[-1].with_changes(trailing_whitespace=body.trailing_whitespace)
        place = min(place, 1)
        return node.with_changes(body=cst.IndentedBlock([*lines[:place], *added, *lines[place:]]))
    block = [*body.body[:place], *added, *body.body[place:]]
    return node.with_changes(body=body.with_changes(body=block))


class _FunctionChange(cst.CSTTransformer):
    """Changes the function of that dotted name; looks into classes, ifs and trys, not functions."""

    def __init__(self, name: str, change: Change) -> None:
        super().__init__()
        self.name, self.change = name, change
        self.scope: list[str] = []
        self.found = 0

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self.scope.append(node.name.value)

    def leave_ClassDef(self, original_node: cst.ClassDef,
                       updated_node: cst.ClassDef) -> cst.ClassDef:
        self.scope.pop()
        return updated_node

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return False

    def leave_FunctionDef(self, original_node: cst.FunctionDef,
                          updated_node: cst.FunctionDef) -> cst.FunctionDef:
        if ".".join([*self.scope, original_node.name.value]) != self.name:
            return updated_node
        self.found += 1
        return self.change(updated_node)
