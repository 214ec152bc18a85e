"""What `neptune-rl-logging run` puts into each Python of a training: framework files are patched as they are imported.

Standard library only, Python 3.6 to 3.13. On the disk every file of the framework stays as it is, its `__pycache__`
included. What is patched, and how, the tool's own Python finds out, once for each file; see `kept` and `asking`.
"""
import os
import sys

OF_CHILD = "_NEPTUNE_WRITER_CHILD"
"""Set in the process that sends rows to a tracker: what it imports are clients, not a training's loggers."""


def install():
    """Put the finder before all others, so that it is asked first."""
    if OF_CHILD in os.environ or "neptune_run_hook.finder" in sys.modules:
        return  # the latter: a `run` in a `run`
    from .finder import Finder
    from .kept import Kept
    folder = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    sys.meta_path.insert(0, Finder(Kept(folder)))
