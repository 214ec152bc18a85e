"""What Stable Baselines 2, its family and Stable-Baselines3 share: a logger that writes to output formats.

Ours becomes one of them. It can be named like the framework's own, and the logger's constructor, which every way to a
logger goes through, adds it where NEPTUNE_EXPERIMENT is set.
"""
from __future__ import annotations

import ast
from typing import NamedTuple, Optional

import patches._symbols as symbols
from patches.edits import AfterClass, AnchorError, Edit, FirstStatement, ImportPackage, import_package

CLASS = "NeptuneOutputFormat"
NAME = "neptune"
FORMATS = "output_formats"


class Dialect(NamedTuple):
    """How one framework speaks of the same things.

    Attributes:
        module: the module of ours that its files import.
        write: the method that every format has, and what one of its parameters is called.
        dump: the logger's method that writes a row to all of them.
    """

    module: str
    write: tuple[str, Optional[str]]
    dump: str

    def imports(self) -> ImportPackage:
        """The import of our module."""
        return import_package(f"neptune_writer.frameworks.{self.module}", "begin")


def edit_logger(tree: ast.Module, dialect: Dialect) -> list[Edit]:
    """The edits of a file that holds the logger, and the formats it writes to."""
    known = symbols.classes(tree)
    loggers = _roots({name: node for name, node in known.items() if _is_logger(node, dialect)}, known)
    writers = _roots({name: node for name, node in known.items() if _is_format(node, dialect)}, known)
    if not loggers or not writers:
        return []
    writer = next((node for node in writers if node.name == "KVWriter"), writers[0])
    code = f"class {CLASS}(neptune_writer.OutputFormat, {writer.name}):\n    pass"
    edits: list[Edit] = [dialect.imports(), AfterClass(writer.name, code)]
    make = symbols.functions(tree).get("make_output_format")
    names = symbols.parameters(make) if make else []
    if len(names) > 1:
        code = f'if {names[0]} == "{NAME}":\n    return {CLASS}(folder={names[1]})'
        edits.append(FirstStatement("make_output_format", code))
    for logger in loggers:
        init = symbols.methods(logger).get("__init__")
        names = symbols.parameters(init) if init else []
        if FORMATS not in names or len(names) < 3:
            raise AnchorError(f"{logger.name}.__init__(self, folder, {FORMATS})", 0)
        folder = next(name for name in names[1:] if name != FORMATS)
        code = f"{FORMATS} = neptune_writer.with_neptune({FORMATS}, {folder}, {CLASS})"
        edits.append(FirstStatement(f"{logger.name}.__init__", code))
    return edits


def model_class(tree: ast.Module) -> Optional[ast.ClassDef]:
    """The class all algorithms derive from: the one whose `_setup_learn` asks no base. None where it is elsewhere."""
    found = [node for node in symbols.classes(tree).values() if "_setup_learn" in symbols.methods(node)
             and set(symbols.bases(node)) <= {"ABC"}]
    return found[0] if len(found) == 1 else None


def _is_logger(node: ast.ClassDef, dialect: Dialect) -> bool:
    return dialect.dump in symbols.methods(node) and FORMATS in symbols.attributes(node)


def _is_format(node: ast.ClassDef, dialect: Dialect) -> bool:
    method, parameter = dialect.write
    found = symbols.methods(node).get(method)
    return found is not None and (parameter is None or parameter in symbols.parameters(found))


def _roots(some: dict[str, ast.ClassDef], known: dict[str, ast.ClassDef]) -> list[ast.ClassDef]:
    """Those that derive from none of the others."""
    return [node for node in some.values() if not any(base in some.values() for base in symbols.ancestors(node, known))]
