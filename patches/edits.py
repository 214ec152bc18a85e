"""What a patch is written with: insertions anchored on symbols, each of which makes itself.

An edit names what it is anchored on (`Logger.__init__`, `convert_json`), never a line; its anchor must be found exactly
once. Every line that it inserts ends in the same comment, so that a reader, `grep` and `remove_edits` see what is ours.

A new edit is one class here. `apply` imports what it needs of LibCST when it is called, since LibCST takes 0.1 s to
import and most commands find files to edit in few of a tree's folders, or in none.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from patches._marks import PARAMETER
from patches._refusals import AnchorError, Refused

if TYPE_CHECKING:
    import libcst as cst

__all__ = ["PARAMETER", "AddImport", "AddParameter", "AfterClass", "AnchorError", "Decorate", "Edit", "FirstStatement",
           "ImportPackage", "LastStatement", "PassArgument", "Refused", "import_package"]


@dataclass(frozen=True)
class Edit:
    """One insertion."""

    def apply(self, module: cst.Module) -> cst.Module:
        """The module with the insertion.

        Raises:
            AnchorError: the anchor is not there exactly once.
        """
        raise NotImplementedError

    def forms(self) -> tuple[str, ...]:
        """The code that it inserts: what it may be today, then what versions before wrote in its place.

        Each is as many statements, or one decorator's expression; there is none where it inserts neither.
        """
        codes = (getattr(self, "code", ""), getattr(self, "formerly", ""))
        return tuple(code for code in codes if code)


@dataclass(frozen=True)
class AddImport(Edit):
    """A statement behind the imports at the head of the file."""

    code: str

    def apply(self, module: cst.Module) -> cst.Module:
        from patches._tree import after_imports, insert_statements
        return insert_statements(module, after_imports(module), self.code)


@dataclass(frozen=True)
class ImportPackage(Edit):
    """The import of a module of the package that is copied in beside the file, which knows it as `neptune_writer`.

    Attributes:
        module: its dotted name, from `neptune_writer` on.
        names: what is used of it, for the reader's sake.
    """

    module: str
    names: str

    def apply(self, module: cst.Module) -> cst.Module:
        from patches._tree import after_imports, after_relative_import, insert_statements
        place = after_relative_import(module)
        if place is not None:
            return insert_statements(module, place, self.relative)
        return insert_statements(module, after_imports(module), self.general)

    def forms(self) -> tuple[str, ...]:
        moved = self.module.replace("neptune_writer.idioms.", "neptune_writer.frameworks.")
        return self.relative, self.general, ImportPackage(moved, self.names).general

    @property
    def relative(self) -> str:
        """Behind a relative import of the file's own: where that one has worked, this one does."""
        package, _, name = self.module.rpartition(".")
        return f"from .{package} import {name}" + (" as neptune_writer" if package else "")

    @property
    def general(self) -> str:
        """For all others: some checkouts import one file as `utils.logx` and as `logx`, and this works under both."""
        rest = self.module[len("neptune_writer"):]
        return (f'neptune_writer = __import__("neptune_writer{rest}", globals(), fromlist=["{self.names}"], '
                "level=1 if __package__ else 0)")


def import_package(module: str, names: str) -> ImportPackage:
    """The import of a module of the package: see `ImportPackage`."""
    assert module.split(".")[0] == "neptune_writer"
    return ImportPackage(module, names)


@dataclass(frozen=True)
class AfterClass(Edit):
    """Statements behind a class at the top of the module."""

    name: str
    code: str

    def apply(self, module: cst.Module) -> cst.Module:
        """Right behind its last line: blank lines and comments that follow stay with the statement they stand above."""
        from patches._tree import classes, insert_statements
        places = [index for index, node in classes(module) if node.name.value == self.name]
        if len(places) != 1:
            raise AnchorError(f"class {self.name}", len(places))
        return insert_statements(module, places[0] + 1, self.code)


@dataclass(frozen=True)
class Decorate(Edit):
    """`@code` above a function and its other decorators."""

    function: str
    code: str

    def apply(self, module: cst.Module) -> cst.Module:
        from patches._tree import change_function, decorator
        ours = decorator(module, self.code)
        return change_function(module, self.function,
                               lambda node: node.with_changes(decorators=[ours, *node.decorators]))


@dataclass(frozen=True)
class FirstStatement(Edit):
    """Statements before all others of a function, behind its docstring.

    Attributes:
        formerly: what the version before wrote in place of `code`, as many statements; nothing where it was the same.
    """

    function: str
    code: str
    formerly: str = ""

    def apply(self, module: cst.Module) -> cst.Module:
        from patches._tree import after_docstring, change_function, insert_into
        return change_function(module, self.function,
                               lambda node: insert_into(node, after_docstring(node), module, self.code))


@dataclass(frozen=True)
class LastStatement(Edit):
    """Statements behind all others of a function, before the `return` that is the last one."""

    function: str
    code: str

    def apply(self, module: cst.Module) -> cst.Module:
        from patches._tree import before_last_return, change_function, insert_into
        return change_function(module, self.function,
                               lambda node: insert_into(node, before_last_return(node, self.function), module,
                                                        self.code))


@dataclass(frozen=True)
class AddParameter(Edit):
    """`name=None`: keyword-only where the function takes `*args`, else behind the last one."""

    function: str
    name: str

    def apply(self, module: cst.Module) -> cst.Module:
        from patches._parameters import add_parameter
        from patches._tree import change_function
        return change_function(module, self.function, lambda node: add_parameter(node, self.name))


@dataclass(frozen=True)
class PassArgument(Edit):
    """`name=name` in the function's one call of `method`, as `super()` or one of `bases` has it."""

    function: str
    bases: tuple[str, ...]
    method: str
    name: str

    def apply(self, module: cst.Module) -> cst.Module:
        from patches._parameters import calls_of_base, pass_argument
        from patches._tree import change_function

        def change(node: cst.FunctionDef) -> cst.FunctionDef:
            calls = calls_of_base(node, self.method, self.bases)
            if len(calls) != 1:
                raise AnchorError(f"{self.function}'s call of its base's {self.method}", len(calls))
            return pass_argument(node, calls[0], self.name)

        return change_function(module, self.function, change)
