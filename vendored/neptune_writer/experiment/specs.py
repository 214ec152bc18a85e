"""The texts that name an experiment.

    journal                       the disk only
    offline debug async sync      the modes of Neptune's client
    workspace/project             a run in that project
    SCHEME:TARGET                 another tracker, see `clients`; what TARGET is, its class in `trackers` says
"""
import difflib
import os
import re

from .. import masking
from . import clients

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional, Sequence, Tuple

MODES = ("offline", "debug", "async", "sync")  # the client's own
JOURNAL = "journal"
SCHEMES = "SCHEME:TARGET with a scheme of " + ", ".join(clients.SCHEMES)


def parse(text: str, words: "Sequence[str]" = (JOURNAL,) + MODES) -> str:
    """The spec that a user wrote: one of ``words``, in any case, ``workspace/project``, or ``scheme:target``.

    Raises:
        ValueError: it is none; the message says what is, and what may have been meant.
    """
    spec = text.strip()
    if masking.mask(spec, ()) != spec:
        raise ValueError("the spec holds a password or token, which would be printed; give it to the client in the "
                         "environment, as in MLFLOW_TRACKING_PASSWORD")
    if spec.lower() in words:
        return spec.lower()
    scheme, colon, target = spec.partition(":")
    if colon and scheme.lower() in clients.SCHEMES and not set(target) & set("\t\n\r\0"):
        if scheme.lower() == "neptune":  # the schemeless one
            return parse(target or "async", words)
        return "%s:%s" % (scheme.lower(), _absolute(scheme.lower(), target))
    if _is_project(spec):
        return spec
    meant = dict({word: word for word in words}, **{name: name + ":" + target for name in clients.SCHEMES})
    near = difflib.get_close_matches(scheme.lower(), sorted(meant), 1)
    raise ValueError("%r is not a spec%s; use %s, workspace/project, or %s" % (
        spec, " (did you mean %s?)" % meant[near[0]] if near else "", ", ".join(words), SCHEMES))


def _absolute(scheme: str, target: str) -> str:
    """A folder or a file is the same from any working directory, and in the command that is printed."""
    if scheme == "tensorboard":
        return os.path.abspath(target or "runs")
    if scheme == "mlflow" and target and target != "databricks" and not re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", target):
        return os.path.abspath(target)
    return target


def _is_project(spec: str) -> bool:
    parts = spec.split("/")
    return len(parts) == 2 and all(parts) and not set(spec) & set(": \t\n")


def mode_and_project(target: str, mode: "Optional[str]" = None) -> "Tuple[Optional[str], Optional[str]]":
    """(mode, project) for a client of Neptune's API; None leaves either to the client.

    ``mode``: the one for a project, where the environment says none.
    """
    if target.lower() in MODES:
        return target.lower(), None
    return mode, target or None
