"""What the loggers share that collect a row and then dump it as a table: rlkit, rllab and all that came of them.

Each kind is one `Table`; a framework is a few of them, in a module of its own. What is inserted is one import, and one
line in the method that dumps.
"""
from __future__ import annotations

import ast
from typing import Iterator, NamedTuple, Optional, Sequence

import patches._symbols as symbols
from patches._patch import Patch, Target
from patches.edits import AnchorError, Edit, FirstStatement, ImportPackage, LastStatement, import_package

IMPORT = import_package("neptune_writer.idioms.tables", "write_row")


class Table(NamedTuple):
    """One kind of logger: what it is known by, and where it keeps what ours asks for.

    A logger is a class, or a whole module whose functions and globals are what a class has as methods and attributes.
    In code, `{own}` stands before each attribute: `self.`, or nothing in a module.

    Attributes:
        defines: methods that are all there, the one that dumps first.
        row: the attribute that holds the row: names and values, in pairs or as a mapping.
        is_module: whether the logger is a module.
        holds: attributes that are all there besides.
        reads: names that all stand in the method that dumps, such as those of what it has worked out.
        lacks: methods, and attributes, of relatives that are another kind.
        step: code for where the row stands, or `(metric, other)` for that metric, and the other where the row lacks it;
            None for what `neptune_writer.points.step_metrics` knows of its metrics.
        folder: attributes, the best first, that hold the folder, or the files in it; those that are surely set count.
        only_if: attributes of which one may say that this process is the one that logs.
        unless: attributes that each may say that the logger is silent.
        late: whether the row is there only once the method has done its work.
        imports: the import of our module.
        code: the call in place of `write_row`'s, in the method that dumps; `{self}` is the logger.
        more: method -> code that goes first in it; `{0}`, `{1}`, ... are its parameters.
    """

    defines: tuple[str, ...]
    row: str = ""
    is_module: bool = False
    holds: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    step: Optional[str] = None
    folder: tuple[str, ...] = ()
    only_if: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    late: bool = False
    imports: ImportPackage = IMPORT
    code: Optional[str] = None
    more: tuple[tuple[str, str], ...] = ()

    @property
    def dump(self) -> str:
        """The method that writes the row."""
        return self.defines[0]

    @property
    def signs(self) -> tuple[bytes, ...]:
        """What stands in each file that has one."""
        attributes = (name.encode() for name in (self.row, *self.holds, *self.reads) if name)
        return (*(f"def {method}".encode() for method in self.defines), *attributes)


def patch(name: str, upstream: str, *tables: Table, package: Optional[str] = None,
          companions: tuple[Target, ...] = ()) -> Patch:
    """The patch of a framework whose loggers are of these kinds, and have these companions beside them."""
    def target(table: Table) -> Target:
        return Target(table.signs, lambda tree: edit_loggers(tree, table))

    logger = tables[0].defines + ((tables[0].row,) if tables[0].row else ())
    return Patch(name, upstream, logger, (*map(target, tables), *companions), package)


def is_in(tree: ast.Module, table: Table) -> bool:
    """Whether a file has a logger of that kind."""
    return any(True for _ in _classes(tree, table))


def edit_loggers(tree: ast.Module, table: Table) -> list[Edit]:
    """The edits of every logger of that kind in a file."""
    if table.is_module:
        functions = symbols.functions(tree)
        found = _is_logger(table, set(functions), symbols.names(tree))
        edits = list(_edits(table, functions, "", "__name__", _settled_in_module(tree, table))) if found else []
    else:
        edits = [edit for lineage in _classes(tree, table) for edit in _edits_of_class(table, lineage)]
    return [table.imports, *edits] if edits else []


def _classes(tree: ast.Module, table: Table) -> Iterator[list[ast.ClassDef]]:
    """The loggers of a file, each with its bases behind it: what dumps by itself, and does not leave it to a base."""
    known = symbols.classes(tree)
    for node in known.values():
        lineage = [node, *symbols.ancestors(node, known)]
        methods = {name for one in lineage for name in symbols.methods(one)}
        attributes = {name for one in lineage for name in symbols.attributes(one)}
        dump = symbols.methods(node).get(table.dump)
        if not dump or not set(table.reads) <= symbols.names(dump) or symbols.calls(dump, symbols.bases(node)):
            continue
        if _is_logger(table, methods, attributes):
            yield lineage


def _is_logger(table: Table, methods: set[str], attributes: set[str]) -> bool:
    needed = {table.row, *table.holds} - {""}
    return set(table.defines) <= methods and needed <= attributes and not set(table.lacks) & (methods | attributes)


def _edits_of_class(table: Table, lineage: list[ast.ClassDef]) -> Iterator[Edit]:
    node, methods = lineage[0], symbols.methods(lineage[0])
    self = symbols.self_name(methods[table.dump], node)
    return _edits(table, methods, f"{node.name}.", self, _settled_in_class(lineage, methods[table.dump]))


def _settled_in_class(lineage: list[ast.ClassDef], dump: ast.FunctionDef) -> set[str]:
    """Attributes that are there whenever it dumps: the constructor sets them, or the method asks for them itself."""
    makers = [symbols.methods(node)["__init__"] for node in lineage if "__init__" in symbols.methods(node)]
    stored = {item.attr for maker in makers for item in ast.walk(maker)
              if isinstance(item, ast.Attribute) and isinstance(item.ctx, ast.Store)}
    return stored | symbols.attributes(dump)


def _settled_in_module(tree: ast.Module, table: Table) -> set[str]:
    """The same of a module's globals."""
    assigned = (node for node in symbols.top_level(tree.body) if isinstance(node, (ast.Assign, ast.AnnAssign)))
    return {name for node in assigned for name in symbols.names(node)} | symbols.names(
        symbols.functions(tree)[table.dump])


def _edits(table: Table, methods: symbols.Functions, prefix: str, owner: str, settled: set[str]) -> Iterator[Edit]:
    """The line in the method that dumps, and those in others.

    Args:
        prefix: what stands before a method's name in an anchor.
        owner: what the code calls the logger.
        settled: attributes that may be asked for.
    """
    own = "" if table.is_module else f"{owner}."

    def filled(code: str, method: str) -> str:
        try:
            return code.format(*symbols.parameters(methods[method]), self=owner, own=own)
        except IndexError:
            raise AnchorError(f"{prefix}{method}({owner}, ...)", 0) from None

    for method, code in table.more:
        if method in methods:  # else it is a base's, which has the line
            yield FirstStatement(prefix + method, filled(code, method))
    if table.code is not None:
        code = filled(table.code, table.dump)
    else:
        given = [owner, own + table.row]
        given += [f"step={table.step.format(own=own)}"] if table.step else []
        folders = _present(table.folder, settled, own)
        given += [f"folder={' or '.join(folders)}"] if folders else []
        code = f"neptune_writer.write_row({', '.join(given)})"
    conditions = _present(table.only_if, settled, own)[:1]
    conditions += [f"not {name}" for name in _present(table.unless, settled, own)]
    if conditions:
        code = f"if {' and '.join(conditions)}:\n    {code}"
    yield (LastStatement if table.late else FirstStatement)(prefix + table.dump, code)


def _present(names: Sequence[str], settled: set[str], own: str) -> list[str]:
    return [own + name for name in names if name in settled]
