"""The same code in another layout: our edits once black, or git with other line ends, went over the file.

Then no line is ours by its bytes any more. A statement is ours where it parses to what one of the edits inserts, or
inserted in a version before.
"""
from __future__ import annotations

import ast
import io
import tokenize
from typing import Any, Optional, Sequence

from patches._making import parse_exactly
from patches._marks import MARKER, PARAMETER
from patches._reading import reading, syntax_tree
from patches._refusals import Refused
from patches.edits import Edit

_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def same_code(one: bytes, other: bytes, edits: Sequence[Edit] = ()) -> bool:
    """Whether two files differ in nothing but their layout: they have the same syntax tree and the same comments.

    Args:
        edits: their statements count as the same in each of their forms.
    """
    if one == other:
        return True
    alike = _forms(edits)
    try:
        with reading(one), reading(other):
            return _tree(one, alike) == _tree(other, alike) and _comments(one) == _comments(other)
    except Refused:
        return False


def without(raw: bytes, edits: Sequence[Edit]) -> bytes:
    """Take out every statement that parses to one of the edits' and the parameter we add, wherever they are.

    The caller proves the result, by making the edits again.

    Raises:
        Refused: LibCST cannot keep this file's bytes.
    """
    import libcst as cst

    ours = _forms(edits)

    class Without(cst.CSTTransformer):
        """Looks into every block; what is ours goes, the line ends behind it too."""

        def on_leave(self, original_node: Any, updated_node: Any) -> Any:
            node = super().on_leave(original_node, updated_node)
            if isinstance(original_node, (cst.SimpleStatementLine, cst.BaseCompoundStatement)):
                code: str = cst.Module([]).code_for_node(original_node.with_changes(leading_lines=[]))
                if "neptune" in code.lower() and _is_one_of(code, ours):
                    return cst.RemoveFromParent()
            return node

        def leave_Decorator(self, original_node: cst.Decorator, updated_node: cst.Decorator) -> Any:
            code = cst.Module([]).code_for_node(original_node.decorator)
            return cst.RemoveFromParent() if _is_one_of(code, ours) else updated_node

        def leave_Parameters(self, original_node: cst.Parameters, updated_node: cst.Parameters) -> cst.Parameters:
            node = updated_node
            for name, before in (("params", "posonly_ind"), ("kwonly_params", "star_arg")):
                items, closing = _drop(getattr(node, name), lambda item: item.name.value == PARAMETER)
                if closing is not None and not items and isinstance(getattr(node, before), cst.CSTNode):
                    node = node.with_changes(**{before: _close(getattr(node, before), closing)})
                node = node.with_changes(**{name: items})
            return node

        def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
            items, _ = _drop(updated_node.args, lambda item: item.keyword and item.keyword.value == PARAMETER)
            return updated_node.with_changes(args=items)

    changed: cst.Module = parse_exactly(raw).visit(Without())
    result: bytes = changed.bytes
    return result


def _drop(items: Sequence[Any], is_ours: Any) -> tuple[Sequence[Any], Optional[Any]]:
    """The items without ours; the one before it ends as ours did. Also ours, None where there is none."""
    for index, item in enumerate(items):
        if is_ours(item):
            kept = [*items[:index], *items[index + 1:]]
            if index:
                kept[index - 1] = _close(kept[index - 1], item)
            return kept, item
    return items, None


def _close(item: Any, closing: Any) -> Any:
    """The item with the comma and the space behind that another one had."""
    names = [name for name in ("comma", "whitespace_after_param", "whitespace_after_arg")
             if hasattr(item, name) and hasattr(closing, name)]
    return item.with_changes(**{name: getattr(closing, name) for name in names})


def _is_one_of(code: str, ours: dict[str, str]) -> bool:
    try:
        return ast.dump(syntax_tree(code.encode()).body[0]) in ours
    except SyntaxError:
        return False


def _forms(edits: Sequence[Edit]) -> dict[str, str]:
    """Each statement of the edits, in each of their forms -> the same statement in the first form."""
    found: dict[str, str] = {}
    for edit in edits:
        bodies = [syntax_tree(code.encode()).body for code in edit.forms()]
        for forms in zip(*bodies):
            dumps = [ast.dump(statement) for statement in forms]
            found.update(dict.fromkeys(dumps, dumps[0]))
    return found


class _Modernised(ast.NodeTransformer):
    """Puts a placeholder of its first form where a statement of ours is."""

    def __init__(self, alike: dict[str, str]) -> None:
        self.alike = alike

    def visit(self, node: ast.AST) -> Any:
        first = self.alike.get(ast.dump(node)) if isinstance(node, ast.stmt) else None
        return ast.Expr(ast.Constant(first)) if first else self.generic_visit(node)


def _tree(raw: bytes, alike: dict[str, str]) -> str:
    """The syntax tree as text, without what is layout: the prefix u, white space in docstrings."""
    tree = syntax_tree(raw)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            node.kind = None
        elif isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            first: Any = node.body[0]
            first.value.value = " ".join(first.value.value.split())
    return ast.dump(_Modernised(alike).visit(tree) if alike else tree)


def _comments(raw: bytes) -> list[str]:
    """The text of every comment but our marker, sorted: a formatter moves them with the lines they are on."""
    tokens = tokenize.tokenize(io.BytesIO(raw).readline)
    found = (token.string.lstrip("#").strip() for token in tokens if token.type == tokenize.COMMENT)
    return sorted(text for text in found if text and text != MARKER.strip(" #"))
