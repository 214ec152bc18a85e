"""The trackers, one small class each, in a module of its own; the table is `clients.TABLE`.

A tracker is opened here, and only here its client is imported.
"""
import importlib
import os
import sys

from ..experiment import clients, prerequisites

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Type

    from ..experiment.clients import Client
    from .base import Tracker

_FOR_CLIENTS = {  # little patience with a server that does not answer, for we try again ourselves; no telemetry
    "NEPTUNE_REQUEST_TIMEOUT": "30", "NEPTUNE_RETRIES_TIMEOUT": "10",
    "WANDB_ERROR_REPORTING": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}


def of_live(experiment: "Any") -> "Tracker":
    """The tracker for a live experiment, which is not ours to end."""
    client = clients.of_live(experiment)
    assert client is not None  # see `experiments.check_live`
    return _class_of(client)(experiment, ours=False)


def open_spec(spec: str, header: "Dict[str, Any]") -> "Tracker":
    """Open the run that a spec names, as a tracker of ours.

    Raises:
        ImportError: none of its clients is installed in this environment.
        Exception: whatever the client raises when it cannot reach its server.
    """
    for name, value in _FOR_CLIENTS.items():
        os.environ.setdefault(name, value)
    if header["argv"]:  # clients record the script: the trainer's, not ours
        sys.argv = header["argv"]
        sys.modules["__main__"].__file__ = sys.argv[0]
    target = spec.partition(":")[2] if ":" in spec else spec
    rows = clients.of_spec(spec)
    refused = None
    for client in rows:
        try:
            for module in client.modules:
                importlib.import_module(module)
        except ImportError as error:
            refused = refused or ImportError("%s (%s)" % (prerequisites.how_to_install(spec), error))
            continue
        tracker = _class_of(client)
        if tracker.serves():
            return tracker.open(target, header)
    raise refused or ImportError(prerequisites.how_to_install(spec))


def _class_of(client: "Client") -> "Type[Tracker]":
    module, _, name = client.tracker.partition(".")
    found: Type[Tracker] = getattr(importlib.import_module("%s.%s" % (__name__, module)), name)
    return found
