"""The callback for a Ray that nobody has patched, with the folder above this package on PYTHONPATH:

    RAY_TUNE_CALLBACKS=neptune_writer.frameworks.rllib.tune.NeptuneLoggerCallback     since Ray 2.50
    from neptune_writer.frameworks.rllib.tune import NeptuneLoggerCallback            for RunConfig(callbacks=[...])
"""
from ray.tune import Callback

from .callback import LoggerCallback


class NeptuneLoggerCallback(LoggerCallback, Callback):  # type: ignore[misc]
    """See `rllib.LoggerCallback`."""
