"""Loading the patched form of a file under the file's own name and lines."""
import ast
import marshal
import os
import sys
import warnings
from importlib.machinery import SourceFileLoader
from importlib.util import MAGIC_NUMBER

try:
    from _imp import _fix_co_filename
except ImportError:
    _fix_co_filename = None


class PatchedLoader(SourceFileLoader):
    """Of a plain file. `__file__`, `get_source` and line numbers are the file's own: tracebacks, debuggers and coverage
    show what is on the disk. No bytecode is read from the framework's `__pycache__`, and none is written there."""

    def __init__(self, name, path, kept):
        super(PatchedLoader, self).__init__(name, path)
        self._kept = kept

    def get_code(self, fullname):
        """The patched form's, for the bytes that are there now; the file's own where they were not looked at."""
        path = self.get_filename(fullname)
        code = patched_code(self._kept.place_of(self.get_data(path)), path)
        return super(PatchedLoader, self).get_code(fullname) if code is None else code


def patched_code(place, path):
    """The code of the patched form that is kept at ``place``, as that of ``path``; None where there is none."""
    compiled = "%s.%s.opt-%d.pyc" % (place, sys.implementation.cache_tag, sys.flags.optimize)
    code = _read(compiled)
    if code is not None and _fix_co_filename is not None:
        _fix_co_filename(code, path)
        return code
    try:
        with open(place + ".py", "rb") as file:
            source = file.read()
        with open(place + ".lines") as file:
            lines = [int(word) for word in file.read().split()]
    except (OSError, ValueError):
        return None
    code = compile_at(source, path, lines)
    _write(compiled, code)
    return code


def compile_at(source, path, lines):
    """Compile it so that each line of the original keeps its number.

    Args:
        lines: index: line of ``source``; value: the line it gets.
    """
    last = len(lines) - 1
    with warnings.catch_warnings():  # the file's own business, which were said when its bytecode was made
        warnings.simplefilter("ignore")
        tree = ast.parse(source, path)
        for node in ast.walk(tree):
            line, end = getattr(node, "lineno", None), getattr(node, "end_lineno", None)
            if line is not None:
                node.lineno = lines[min(max(line, 0), last)]
            if end is not None:
                node.end_lineno = max(lines[min(max(end, 0), last)], node.lineno)
                if node.end_lineno == node.lineno and node.end_col_offset < node.col_offset:
                    node.end_col_offset = node.col_offset
        return compile(tree, path, "exec", dont_inherit=True)


def _read(path):
    try:
        with open(path, "rb") as file:
            if file.read(len(MAGIC_NUMBER)) == MAGIC_NUMBER:
                return marshal.loads(file.read())
    except (OSError, EOFError, ValueError, TypeError):
        pass
    return None


def _write(path, code):
    """Also where Python writes no bytecode: this one is ours."""
    temporary = "%s.%d" % (path, os.getpid())
    try:
        with open(temporary, "xb") as file:
            file.write(MAGIC_NUMBER + marshal.dumps(code))
        os.replace(temporary, path)
    except OSError:
        pass
