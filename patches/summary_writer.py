"""Let SummaryWriter emit its scalars, torch's, tensorboardX's and every copy: all that draws in TensorBoard.

https://github.com/pytorch/pytorch/blob/main/torch/utils/tensorboard/writer.py
https://github.com/lanpa/tensorboardX/blob/master/tensorboardX/writer.py
https://github.com/Toni-SM/skrl/blob/main/skrl/utils/tensorboard.py

The writer is any class with `add_scalar` and `add_scalars` that makes its file writers itself, or with `add_scalar` and
an event file's writer of TensorBoard's. Each line comes last in its method: what the writer refuses is not recorded.
"""
from __future__ import annotations

import ast
from typing import Iterator

from patches import Patch, Target, _symbols as symbols
from patches.edits import AnchorError, Edit, FirstStatement, LastStatement, import_package

IMPORT = import_package("neptune_writer.frameworks.summary_writer", "add_scalar")
FILES = {"_get_file_writer", "all_writers"}
SMALL = "_event_file_writer"


def edit_writers(tree: ast.Module) -> list[Edit]:
    """The writers of torch, of tensorboardX, and their copies."""
    def is_writer(node: ast.ClassDef, known: set[str]) -> bool:
        return "add_scalars" in known and bool(FILES & (known | symbols.attributes(node)))

    edits = []
    for node in symbols.classes(tree).values():
        methods = symbols.methods(node)
        if "add_scalar" in methods and is_writer(node, set(methods)) and not symbols.calls(
                methods["add_scalar"], symbols.bases(node)):
            edits += list(_edits(node, methods))
    return [IMPORT, *edits] if edits else []


def edit_small_writers(tree: ast.Module) -> list[Edit]:
    """The writer of skrl from 2.0 on, which has scalars alone, named by keywords."""
    edits: list[Edit] = []
    for node in symbols.classes(tree).values():
        methods = symbols.methods(node)
        if not {"add_scalar", "flush", "close"} <= set(methods) or "add_scalars" in methods:
            continue
        if SMALL in symbols.attributes(node) and not symbols.calls(methods["add_scalar"], symbols.bases(node)):
            edits += list(_edits(node, methods))
    return [IMPORT, *edits] if edits else []


def _edits(node: ast.ClassDef, methods: symbols.Functions) -> Iterator[Edit]:
    for method, count in (("add_scalar", 4), ("add_scalars", 4)):
        if method in methods:
            yield LastStatement(f"{node.name}.{method}", _call(node, methods[method], 2, count))
    if "__init__" in methods:
        yield LastStatement(f"{node.name}.__init__", _begin(node, methods["__init__"]))
    if "add_hparams" in methods:
        yield FirstStatement(f"{node.name}.add_hparams", _call(node, methods["add_hparams"], 1, 1))
    if "add_text" in methods:
        yield LastStatement(f"{node.name}.add_text", _call(node, methods["add_text"], 2, 2))
    if "close" in methods:
        yield FirstStatement(f"{node.name}.close", _call(node, methods["close"], 0, 0))


def _begin(node: ast.ClassDef, init: ast.FunctionDef) -> str:
    given = [symbols.self_name(init, node), *({"purge_step"} & set(symbols.parameters(init)))]
    return f"neptune_writer.begin({', '.join(given)})"


def _call(node: ast.ClassDef, method: ast.FunctionDef, least: int, most: int) -> str:
    """Our function of the method's name, with as many of its first parameters.

    Raises:
        AnchorError: it takes fewer.
    """
    taken = [arg.arg for arg in [*method.args.posonlyargs, *method.args.args, *method.args.kwonlyargs]][1:most + 1]
    if len(taken) < least:
        raise AnchorError(f"{node.name}.{method.name} of {least} parameters", 0)
    given = ", ".join([symbols.self_name(method, node), *taken])
    return f"neptune_writer.{method.name}({given})"


PATCH = Patch(
    name="summary_writer",
    upstream="https://github.com/lanpa/tensorboardX",  # what drift.py clones; torch is a thousand times as large
    logger=("add_scalar", "add_scalars"),
    targets=(
        Target((b"def add_scalar(", b"def add_scalars("), edit_writers),
        Target((b"def add_scalar(", SMALL.encode()), edit_small_writers),
    ),
    package="tensorboardX",
)
