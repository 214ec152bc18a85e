"""What the installer recorded beside this module when it copied the package into a framework."""
import json
import os
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))
RECORD = os.path.join(FOLDER, "installed.json")


def can_be_run():
    """Whether a Python can run `FOLDER`: a folder on the disk, or one in an archive that Python imports from."""
    if os.path.isfile(os.path.join(FOLDER, "__main__.py")):
        return True
    return type(globals().get("__loader__")).__name__ == "zipimporter"


def framework(owner):
    """The framework's name, such as ``spinningup``; None where the package was not installed but copied.

    ``owner``: the logger. Where two frameworks' loggers lie in one folder, the file of its class tells.
    """
    try:
        with open(RECORD, encoding="utf-8") as file:
            record = json.load(file)
        modules = (sys.modules.get(cls.__module__) for cls in type(owner).__mro__)
        names = (os.path.basename(getattr(module, "__file__", None) or "") for module in modules)
        files = record.get("files", {})
        patches = (files[name]["patch"] for name in names if name in files)
        return str(next(patches, record["patch"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
