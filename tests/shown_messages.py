"""What a user may be shown: every text of the sources longer than a word that is neither docstring nor code.

    python tests/shown_messages.py --write   takes the sources' texts over into the table

The table is read as a whole when a message is added: does it fit the others in its words?
"""
import ast
import functools
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "tests" / "shown_messages.txt"
_NO_PROSE = re.compile(r"<|/\*|default-src|if True: import")  # pages, policies and programs begin like that
_PROSE = re.compile(r"[A-Za-z]{2,}[,;:]? [a-z]{2,}")


def messages_of(source):
    """The texts of one module, in their order, each on one line; `{name}` stands for what is put in."""
    tree = ast.parse(source)
    docstrings, inside = set(), set()
    for node in ast.walk(tree):
        for statement in getattr(node, "body", []) if not isinstance(node, (ast.Lambda, ast.IfExp)) else []:
            if isinstance(statement, ast.Expr):
                docstrings.add(statement.value)
        if isinstance(node, ast.JoinedStr):
            inside.update(child for child in ast.walk(node) if child is not node)
    found = {}
    for node in ast.walk(tree):
        if node not in inside and node not in docstrings and _is_text(node):
            text = " ".join(_text(node).split())
            if _PROSE.search(text) and not _is_code(text):
                found.setdefault(text, (node.lineno, node.col_offset))
    return sorted(found, key=found.get)


@functools.lru_cache(maxsize=None)
def all_messages():
    """Path -> its messages, of every module of ours."""
    found = {}
    for folder in ("scripts", "patches", "vendored"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "examples" not in path.parts:
                found[path.relative_to(ROOT).as_posix()] = messages_of(path.read_text(encoding="utf-8"))
    return {path: messages for path, messages in found.items() if messages}


def table(messages):
    """The same as text: a path, and its messages below it."""
    return "\n\n".join("\n".join([path, *("    " + text for text in texts)]) for path, texts in messages.items()) + "\n"


def _is_text(node):
    return isinstance(node, ast.JoinedStr) or isinstance(node, ast.Constant) and isinstance(node.value, str)


def _text(node):
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(map(_text, node.values))
    if isinstance(node, ast.FormattedValue):
        return "{%s}" % _text(node.value)
    if isinstance(node, ast.IfExp):
        return "%s|%s" % (_text(node.body), _text(node.orelse))
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    return "..."


def _is_code(text):
    if _NO_PROSE.match(text) or len(text.split()) > 60:
        return True
    try:
        ast.parse(text.replace("{", "\\"))  # what holds something else is not code
    except (SyntaxError, ValueError):
        return False
    return True


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(__doc__)
    TABLE.write_text(table(all_messages()), encoding="utf-8")
