"""What the installer recorded beside this module when it copied the package into a framework."""
import json
import os
import sys

from .system import files

FOLDER = os.path.dirname(os.path.abspath(__file__))
RECORD = os.path.join(FOLDER, "installed.json")


def can_be_run():
    """Whether a Python can run `FOLDER`: a folder on the disk, or one in an archive that Python imports from."""
    if os.path.isfile(os.path.join(FOLDER, "__main__.py")):
        return True
    return type(globals().get("__loader__")).__name__ == "zipimporter"


def framework(owner):
    """The framework's name, such as ``spinningup``; None where the package was not installed but copied.

    ``owner``: the logger. Where two frameworks' loggers lie in one folder, the file of its class tells, or its own
    where it is a module.
    """
    return _of([owner] if isinstance(owner, type(sys)) else _modules(type(owner)))


def framework_of_class(kind):
    """`framework`, of a logger's class."""
    return _of(_modules(kind))


def _modules(kind):
    return [sys.modules.get(cls.__module__) for cls in kind.__mro__]


def _of(modules):
    try:
        with files.open_to_read(RECORD) as file:
            record = json.loads(file.read().decode("utf-8"))
        names = (os.path.basename(getattr(module, "__file__", None) or "") for module in modules)
        recorded = record.get("files", {})
        patches = (recorded[name]["patch"] for name in names if name in recorded)
        return str(next(patches, record["patch"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
