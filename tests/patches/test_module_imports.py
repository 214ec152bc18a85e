"""What the modules of patches/ import: no circle, those inside functions included, and LibCST only to edit a file."""
import ast
import subprocess
import sys
from graphlib import TopologicalSorter

from small_checkout import REPO

MODULES = {"patches" if path.stem == "__init__" else f"patches.{path.stem}": path
           for path in (REPO / "patches").glob("*.py")}


def imported(module):
    """The modules of patches/ that it names in an import, wherever that stands."""
    found = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= names & set(MODULES) or {node.module}
    return found & set(MODULES)


def test_no_two_import_each_other():
    TopologicalSorter({module: imported(module) for module in MODULES}).prepare()


def test_libcst_is_not_loaded_to_find_the_patches():
    """It takes 0.1 s, which a tree without a logger need not wait for."""
    code = "import sys, patches; patches.may_edit(patches.discover())(b'x = 1'); print('libcst' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=REPO, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
