"""What can be read: one module a format, found by being here.

A reader has
    RANK           the order in which they are asked
    ALONE          True where what it finds is the folder's account of its run: others behind it that are that, too, are
                   not asked, since frameworks write the same numbers in several formats
    BESIDE         True where what it reads joins the run that lies in the same folder
    WHAT           what it reads, for a person
    find(folder, names) -> [path]             what it reads of the files in this folder
    has_rows(path) -> bool                    whether it is an account at all, for `ALONE` (optional; else it is)
    jobs(paths, say) -> [[path]]              what belongs together (optional; else each path is by itself)
    read(paths, say, how) -> Iterator[Run]    the runs of one such list; ``say(path, what)`` names what is broken, and
                   what is not shown; ``how``: see `said.How`
"""
from __future__ import annotations

import importlib
import pkgutil
from typing import Any, List


def all_readers() -> List[Any]:
    """Every reader, in the order in which they are asked."""
    modules = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    return sorted((module for module in modules if hasattr(module, "RANK")), key=lambda module: int(module.RANK))
