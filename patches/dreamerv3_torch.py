"""Let the logger of dreamerv3-torch emit its scalars, as it writes them: those of its method, which has added `fps`.

https://github.com/NM512/dreamerv3-torch/blob/main/tools.py
https://github.com/NM512/dreamerv3-torch/blob/main/dreamer.py

`scalar`, `video` and `write` are common words: it is known by its `_scalars` and `_videos` besides. The config is that
of `main`, in a file with an agent that is made of a config, a logger and a dataset.
"""
from __future__ import annotations

import ast

from patches import Target, _symbols as symbols
from patches._tables import Table, patch
from patches.edits import Edit, FirstStatement, import_package

IMPORT = import_package("neptune_writer.frameworks.dreamerv3_torch", "write")


def edit_main(tree: ast.Module) -> list[Edit]:
    """The edits of the script."""
    main = symbols.functions(tree).get("main")
    makers = [symbols.methods(node).get("__init__") for node in symbols.classes(tree).values()]
    taken = [symbols.parameters(maker) for maker in makers if maker]
    if main is None or symbols.parameters(main) != ["config"] or not any(
            {"config", "dataset"} <= set(names) and any(name.endswith("logger") for name in names) for names in taken):
        return []
    return [IMPORT, FirstStatement("main", "neptune_writer.configure(config)")]


PATCH = patch(
    "dreamerv3_torch",
    "https://github.com/NM512/dreamerv3-torch",
    Table(
        defines=("write", "scalar", "video"),
        holds=("_scalars", "_videos"),
        reads=("scalars",),
        imports=IMPORT,
        code="neptune_writer.write({self}, locals())",
        late=True,
    ),
    companions=(Target((b"def main(config)", b"logger, dataset"), edit_main, companion=True),),
)
