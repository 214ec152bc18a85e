"""The rooms of the vendored package: imports between them run one way, and no modules import each other in a circle."""
import ast
from pathlib import Path

import neptune_writer

PACKAGE = Path(neptune_writer.__file__).parent
ROOMS = ("ctrl_c", "values", "system", "masking", "messages", "installed", "reverted", "experiment", "journal",
         "points", "trackers", "ending", "delivery", "recording", "__init__", "resend", "idioms", "frameworks")
"""Folders and modules at the top, each of which imports only those before it."""


def is_for_mypy(node):
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def imports_of(path):
    """The modules of the package that one imports, wherever the line stands in it, as parts of their paths."""
    tree = ast.parse(path.read_text())
    for_mypy = [node for block in tree.body if is_for_mypy(block) for node in ast.walk(block)]
    found, here = set(), path.relative_to(PACKAGE).parts
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom) or not node.level or node in for_mypy or node.level > len(here):
            continue
        base = here[:len(here) - node.level] + tuple((node.module or "").split(".") if node.module else ())
        for alias in node.names:
            inner = base + (alias.name,)
            is_module = (PACKAGE.joinpath(*inner)).is_dir() or PACKAGE.joinpath(*inner).with_suffix(".py").exists()
            found.add(inner if is_module else base)
    return {file_of(parts) for parts in found} - {path}


def file_of(parts):
    place = PACKAGE.joinpath(*parts)
    return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")


def room_of(path):
    return path.relative_to(PACKAGE).parts[0].replace(".py", "")


IMPORTS = {path: imports_of(path) for path in sorted(PACKAGE.rglob("*.py")) if path.name != "__main__.py"}


def test_every_room_has_its_place():
    assert {room_of(path) for path in IMPORTS} == set(ROOMS)


def test_a_room_imports_only_those_below_it():
    against = [(str(path.relative_to(PACKAGE)), str(other.relative_to(PACKAGE))) for path, found in IMPORTS.items()
               for other in found if ROOMS.index(room_of(other)) > ROOMS.index(room_of(path))]
    assert against == []


def test_no_modules_import_each_other():
    """Lazily neither: what is left once all that import nothing that is left are taken away stands in a circle."""
    left = {path: set(found) for path, found in IMPORTS.items()}
    while True:
        free = {path for path, found in left.items() if not found & left.keys()}
        if not free:
            break
        for path in free:
            del left[path]
    assert sorted(str(path.relative_to(PACKAGE)) for path in left) == []
