"""What is known of this copy of the package: where it lies, and which framework it was installed into."""
import json
import os
import sys

from .system import files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List, Optional

FOLDER = os.path.dirname(os.path.abspath(__file__))
RECORD = os.path.join(FOLDER, "installed.json")
"""What the installer writes next to this module."""


def can_be_run() -> bool:
    """Whether a Python can run `FOLDER`: a folder on the disk, or one in an archive that Python imports from."""
    if os.path.isfile(os.path.join(FOLDER, "__main__.py")):
        return True
    return type(globals().get("__loader__")).__name__ == "zipimporter"


def framework(owner: object) -> "Optional[str]":
    """The framework's name, such as ``spinningup``; None where the package was copied without the installer.

    Where the loggers of two frameworks lie in one folder, the file of the logger's class decides.

    Args:
        owner: the logger, an object or a module.
    """
    return _of([owner] if isinstance(owner, type(sys)) else _modules(type(owner)))


def framework_of_class(kind: type) -> "Optional[str]":
    """`framework`, of a logger's class."""
    return _of(_modules(kind))


def version_of(owner: object) -> "Optional[str]":
    """The version of the package that a logger, an object or a module, belongs to; see `package_version`."""
    return package_version(owner.__name__ if isinstance(owner, type(sys)) else type(owner).__module__)


def package_version(module: "Optional[str]") -> "Optional[str]":
    """``__version__`` of the package that a module belongs to, given its name; None where it has none."""
    version = getattr(sys.modules.get((module or "").partition(".")[0]), "__version__", None)
    return version if isinstance(version, str) else None


def _modules(kind: type) -> "List[Any]":
    return [sys.modules.get(cls.__module__) for cls in kind.__mro__]


def _of(modules: "List[Any]") -> "Optional[str]":
    try:
        with files.open_to_read(RECORD) as file:
            record = json.loads(file.read().decode("utf-8"))
        names = (os.path.basename(getattr(module, "__file__", None) or "") for module in modules)
        recorded = record.get("files", {})
        patches = (recorded[name]["patch"] for name in names if name in recorded)
        return str(next(patches, record["patch"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
