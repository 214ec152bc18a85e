"""``python <this folder>``: the child process of a training, or the send-again command.

Python puts this folder on the import path, where a framework may keep a ``csv.py`` of its own: it is removed before
anything else is imported, and the package is loaded by its location.
"""
import os
import sys

_FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != _FOLDER]

import importlib.machinery  # noqa: E402
import importlib.util  # noqa: E402

if os.path.isdir(_FOLDER):
    _spec = importlib.util.spec_from_file_location(
        "neptune_writer", os.path.join(_FOLDER, "__init__.py"), submodule_search_locations=[_FOLDER])
else:  # in an archive, as `python -m zipapp` makes them
    _spec = importlib.machinery.PathFinder.find_spec("neptune_writer", [os.path.dirname(_FOLDER)])
assert _spec is not None and _spec.loader is not None
if hasattr(_spec.loader, "exec_module"):
    _package = importlib.util.module_from_spec(_spec)
    sys.modules["neptune_writer"] = _package
    _spec.loader.exec_module(_package)
else:  # that of archives, up to 3.9
    _spec.loader.load_module("neptune_writer")

if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        importlib.import_module("neptune_writer.delivery.child_main").main(sys.argv[2:])
    else:
        importlib.import_module("neptune_writer.resend.command").run(sys.argv[1:])
