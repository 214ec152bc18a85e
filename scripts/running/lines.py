"""Which line of a file each line of its patched form stands for, so that tracebacks show the file as it is."""
from __future__ import annotations

import ast
import difflib
import warnings
from typing import Dict, List


def line_map(old: bytes, new: bytes) -> List[int]:
    """Index: line of the patched form, from 1 on; value: the line of the file.

    A line of ours is one that has run by then, so that coverage counts none that has not: the `def` that it is in, or
    outside of functions the beginning of the statement above. A decorator's is that of its function.
    """
    a, b = old.splitlines(), new.splitlines()
    lines = [0] * (len(b) + 2)
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        for j in range(j1, j2) if tag in ("equal", "replace") else ():
            lines[j + 1] = min(i1 + j - j1, i2 - 1) + 1
    lines[-1] = max(len(a), 1)
    before = _run_before(new)
    for number in range(len(b), 0, -1):
        if not lines[number] and b[number - 1].lstrip().startswith(b"@"):
            lines[number] = lines[number + 1]
    for number in range(1, len(b) + 1):
        lines[number] = lines[number] or lines[before.get(number, 0)] or 1
    return lines


def _run_before(raw: bytes) -> Dict[int, int]:
    """Line -> the line of the innermost `def` that it is in, else that of the last statement of the module above it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(raw)
    found: Dict[int, int] = {}
    for statement, following in zip(tree.body, [*tree.body[1:], None]):
        end = following.lineno if following else raw.count(b"\n") + 2
        found.update(dict.fromkeys(range(statement.lineno + 1, end + 1), statement.lineno))
    for node in ast.walk(tree):  # outer ones come first
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found.update(dict.fromkeys(range(node.lineno + 1, (node.end_lineno or node.lineno) + 1), node.lineno))
    return found
