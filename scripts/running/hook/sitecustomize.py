"""Python imports this when it starts, where this folder comes first on PYTHONPATH; see `scripts/run.py`.

Written to be harmless: any Python, 2.7 included, starts as if it were not there. The `sitecustomize` that this one
hides runs after it.
"""
import os
import sys


def _hook():
    if sys.version_info < (3, 6):
        return  # `run` says so before it starts one
    try:
        import neptune_run_hook
        neptune_run_hook.install()
    except Exception as error:  # the training goes on without
        try:
            sys.stderr.write("neptune: this process logs nothing: %s: %s\n" % (type(error).__name__, error))
        except Exception:
            pass


def _run_hidden():
    """Run the `sitecustomize` that ours hides: the first one behind us on the path, so that none comes round again."""
    here = os.path.dirname(os.path.abspath(__file__))
    places = [os.path.abspath(entry or ".") for entry in sys.path]
    behind = sys.path[places.index(here) + 1:] if here in places else []
    behind = [entry for entry in behind if os.path.abspath(entry or ".") != here]
    if sys.version_info[0] == 2:
        import imp
        try:
            found = imp.find_module("sitecustomize", behind)
        except ImportError:
            return
        imp.load_module("sitecustomize", *found)
        return
    from _frozen_importlib import module_from_spec
    from _frozen_importlib_external import PathFinder
    spec = PathFinder.find_spec("sitecustomize", behind)
    if spec is None or spec.loader is None:
        return
    module = module_from_spec(spec)
    sys.modules["sitecustomize"] = module
    spec.loader.exec_module(module)


if "_NEPTUNE_RUN_PROBE" in os.environ:  # only asked whether we are imported at all
    os.write(1, (u"%d.%d" % sys.version_info[:2]).encode("ascii"))
    os._exit(int(os.environ["_NEPTUNE_RUN_PROBE"]))
_hook()
_run_hidden()
