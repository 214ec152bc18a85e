"""Where this folder is on PYTHONPATH, the real client `neptune` 1.14 is there sooner, and so are retries.

Two thirds of its import are a grammar of web addresses and pandas: neither is asked for anything here. Pauses between
attempts or looks, the client's and ours, are short. What the client does is its own; the slow lane has it exactly as
it is.
"""
import importlib.machinery
import sys
import types

PAUSES = {  # module: name of a constant in it, what it is instead
    "neptune.common.backends.utils": {"MAX_RETRY_TIME": 0.2},
    "neptune.internal.threading.daemon": {
        "Daemon.ConnectionRetryWrapper.INITIAL_RETRY_BACKOFF": 0.2,
        "Daemon.ConnectionRetryWrapper.MAX_RETRY_BACKOFF": 0.5},
    "neptune_writer.delivery.run_delivery": {"_PAUSES": (0.2,), "_PAUSE_AT_THE_END": 0.2},
    "neptune_writer.delivery.forwarder": {"_PAUSES": (0.2,), "FLUSH_SECONDS": 0.2},
    "neptune_writer.resend.sending": {"_LOOK_SECONDS": 0.1},
    "scripts.replaying.following": {"LOOK_SECONDS": 0.1},
}

sys.modules["rfc3987_syntax"] = None  # an ImportError, which jsonschema does without
sys.modules["pandas"] = types.ModuleType("pandas")
sys.modules["pandas"].DataFrame = type("DataFrame", (), {})


class _Lowers(importlib.machinery.PathFinder):
    """Finds the modules of `PAUSES`, and sets their constants once they are imported."""

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        spec = super().find_spec(name, path, target) if name in PAUSES else None
        if spec is not None:
            spec.loader.exec_module = lambda module, run=spec.loader.exec_module: (run(module), _lower(module))
        return spec


def _lower(module):
    for dotted, value in PAUSES[module.__name__].items():
        *owners, name = dotted.split(".")
        owner = module
        for each in owners:
            owner = getattr(owner, each)
        getattr(owner, name)  # an error where it has another name now
        setattr(owner, name, value)


sys.meta_path.insert(0, _Lowers)
