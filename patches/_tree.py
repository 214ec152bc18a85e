"""How each edit is made on a LibCST tree, which keeps every byte that no edit touches."""
from __future__ import annotations

from typing import Callable

import libcst as cst

from patches._parameters import add_parameter, pass_argument
from patches.edits import (
    MARKER, AddImport, AddParameter, AfterClass, AnchorError, Decorate, Edit, FirstStatement, LastStatement, Refused)

Change = Callable[[cst.FunctionDef], cst.FunctionDef]
Headline = (cst.Import, cst.ImportFrom)


def parse(raw: bytes) -> cst.Module:
    """Parse, and refuse what LibCST would not give back byte for byte.

    Of 32 hostile files two changed silently: one with lone CRs, one with a leading form feed. Lines
    that end in a lone CR are refused in any case: `remove_edits` goes by lines that end in LF.
    """
    try:
        module = cst.parse_module(raw)
        if module.bytes == raw and b"\r" not in raw.replace(b"\r\n", b""):
            return module
    except (cst.ParserSyntaxError, SyntaxError, UnicodeError, LookupError):
        raise Refused("expected Python that LibCST reads, found none") from None
    raise Refused("expected LibCST to keep every byte of it, found that it does not "
                  "(lone CRs or a leading form feed?)")


def apply(module: cst.Module, edit: Edit) -> cst.Module:
    """Make one edit.

    Raises:
        AnchorError: its anchor is not there exactly once.
    """
    if isinstance(edit, AddImport):
        return _add_import(module, edit)
    if isinstance(edit, AfterClass):
        return _add_after_class(module, edit)
    if isinstance(edit, AddParameter):
        return _on_function(module, edit.function, lambda node: add_parameter(node, edit.name))
    if isinstance(edit, Decorate):
        decorator = _decorator(module, edit.code)
        return _on_function(module, edit.function,
                            lambda node: node.with_changes(decorators=[decorator, *node.decorators]))
    if isinstance(edit, FirstStatement):
        statement = _statement(module, edit.code)
        return _on_function(module, edit.function, lambda node: _put_first(node, statement))
    if isinstance(edit, LastStatement):
        statement = _statement(module, edit.code)
        return _on_function(module, edit.function, lambda node: _put_last(node, statement))
    return _on_function(module, edit.function, lambda node: pass_argument(node, edit))


def _statement(module: cst.Module, code: str) -> cst.BaseStatement:
    """One line, marked; `if a: b` and `class A: pass` are such lines, too."""
    assert "\n" not in code
    return cst.parse_statement(code + MARKER, module.config_for_parsing)


def _decorator(module: cst.Module, code: str) -> cst.Decorator:
    """One line, marked; what stands above the function stays above."""
    function = cst.parse_statement(f"@{code}{MARKER}\ndef f(): pass", module.config_for_parsing)
    return cst.ensure_type(function, cst.FunctionDef).decorators[0]


# --- statements

def _add_import(module: cst.Module, edit: AddImport) -> cst.Module:
    """Behind the last import above the first block, in which a class may be, else behind the docstring."""
    place = 1 if module.get_docstring(clean=False) is not None else 0
    for index, statement in enumerate(module.body):
        if not isinstance(statement, cst.SimpleStatementLine):
            break
        if isinstance(statement.body[0], Headline):
            place = index + 1
    added = _statement(module, edit.code)
    return module.with_changes(body=[*module.body[:place], added, *module.body[place:]])


def _add_after_class(module: cst.Module, edit: AfterClass) -> cst.Module:
    """Right behind its last line: blank lines and comments that follow stay with the statement they stand above."""
    found = [index for index, statement in enumerate(module.body)
             if isinstance(statement, cst.ClassDef) and statement.name.value == edit.name]
    if len(found) != 1:
        raise AnchorError(f"class {edit.name}", len(found))
    place = found[0] + 1
    added = _statement(module, edit.code)
    return module.with_changes(body=[*module.body[:place], added, *module.body[place:]])


def _put_first(node: cst.FunctionDef, added: cst.BaseStatement) -> cst.FunctionDef:
    place = 1 if node.get_docstring(clean=False) is not None else 0
    return _put(node, added, place)


def _put_last(node: cst.FunctionDef, added: cst.BaseStatement) -> cst.FunctionDef:
    last = node.body.body[-1]
    if isinstance(last, cst.SimpleStatementLine):
        last = last.body[0]
    return _put(node, added, len(node.body.body) - isinstance(last, cst.Return))


def _put(node: cst.FunctionDef, added: cst.BaseStatement, place: int) -> cst.FunctionDef:
    """Put a statement before that one of a function."""
    body = node.body
    if isinstance(body, cst.SimpleStatementSuite):  # def f(self): pass
        lines = [cst.SimpleStatementLine(part) for part in (body.body[:place], body.body[place:]) if part]
        lines[-1] = lines[-1].with_changes(trailing_whitespace=body.trailing_whitespace)
        place = min(place, 1)
        return node.with_changes(body=cst.IndentedBlock([*lines[:place], added, *lines[place:]]))
    block = [*body.body[:place], added, *body.body[place:]]
    return node.with_changes(body=body.with_changes(body=block))


class _OnFunction(cst.CSTTransformer):
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


def _on_function(module: cst.Module, name: str, change: Change) -> cst.Module:
    transformer = _OnFunction(name, change)
    changed = module.visit(transformer)
    if transformer.found != 1:
        raise AnchorError(name, transformer.found)
    return changed
