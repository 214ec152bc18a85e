"""The job of Ray that this process belongs to: which of its processes this is, and what the job says of experiments."""
import contextlib
import os
import sys

from ...experiment import experiments

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict


def is_configured() -> bool:
    """Whether there is an experiment: in the environment, or in that of the job, which Ray gives its workers only."""
    if experiments.of_environment() is None:
        with contextlib.suppress(Exception):  # whatever a later Ray does: with nothing configured there is no message
            for name, value in _variables().items():
                if name.startswith("NEPTUNE_"):
                    os.environ.setdefault(name, value)
    return experiments.of_environment() is not None


def _variables() -> "Dict[str, str]":
    """The ``env_vars`` of ``ray.init(runtime_env=...)``."""
    ray = sys.modules.get("ray")
    if ray is None or not ray.is_initialized() or not hasattr(ray, "get_runtime_context"):
        return {}
    environment = getattr(ray.get_runtime_context(), "runtime_env", None) or {}
    return environment.get("env_vars") or {}


def is_worker() -> bool:
    """Whether this process is one of Ray's, not a driver."""
    return _is_in("WORKER_MODE")


def has_no_workers() -> bool:
    """Whether Ray runs in local mode, where what workers do is done in the driver; newer ones have none."""
    return _is_in("LOCAL_MODE")


def _is_in(mode: str) -> bool:
    for name in ("ray._private.worker", "ray.worker"):
        module = sys.modules.get(name)
        if module is not None and hasattr(module, "global_worker"):
            return hasattr(module, mode) and module.global_worker.mode == getattr(module, mode)
    return False
