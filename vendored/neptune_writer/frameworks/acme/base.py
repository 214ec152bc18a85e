"""The base class of loggers: Acme's own, once this package is installed in ``acme.utils.loggers``."""
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Logger = object
else:
    try:
        from ....base import Logger
    except (ImportError, ValueError):  # the package on its own; ValueError: before Python 3.9
        Logger = object

__all__ = ["Logger", "close"]


def close(logger: "Any") -> None:
    """Close a logger; up to Acme 0.2.0 they had nothing to close."""
    if hasattr(logger, "close"):
        logger.close()
