"""What a replay writes on this disk, which it never reads: what was sent would be sent again, as other runs."""
from __future__ import annotations

import fnmatch
import os
import re
from pathlib import Path
from typing import Iterator, List, NamedTuple, Optional, Sequence, Tuple
from urllib.parse import unquote, urlsplit

from neptune_writer.resend import found_runs

NOT_READ = "not read, it is where these runs are sent"
_ANYTHING = "*"
_OTHERS = ("goodseed",)  # which no reader reads


class Target(NamedTuple):
    """A file, or files by their names anywhere below a folder, and how that is named to a person."""

    path: str
    names: str
    shown: str

    def has(self, real: str) -> bool:
        """Whether a file, by its own place, is of it; a journal never is."""
        is_below = real == self.path or real.startswith(os.path.join(self.path, ""))
        name = os.path.basename(real)
        return is_below and fnmatch.fnmatch(name, self.names) and not fnmatch.fnmatch(name, found_runs.PATTERN)


def of(spec: str) -> List[Target]:
    """Where a client keeps what is sent to a spec, as `neptune_writer.experiment.specs.parse` returns it."""
    return [Target(os.path.realpath(path), names, _shown(path)) for path, names in _places(spec)]


def of_file(real: str, targets: Sequence[Target]) -> Optional[Target]:
    """The one that a file is of, by its own place."""
    return next((target for target in targets if target.has(real)), None)


def _places(spec: str) -> Iterator[Tuple[str, str]]:
    """(path, names of files in it); as the trackers in `neptune_writer.trackers` and their clients have them."""
    scheme, colon, target = spec.partition(":")
    if not colon or scheme not in ("tensorboard", "mlflow", "wandb", "trackio", *_OTHERS):
        mode = target if colon else spec
        is_offline = "offline" in (mode.lower(), os.environ.get("NEPTUNE_MODE", "").lower())
        for place in (".neptune", os.environ.get("NEPTUNE_DATA_DIRECTORY"), os.environ.get("NEPTUNE_LOG_DIRECTORY")):
            if place:  # what the user has logged offline may be sent to a server
                yield os.path.join(place, "offline" if is_offline else "async"), _ANYTHING
    elif scheme == "tensorboard":
        yield target or "runs", "*.tfevents.*"
    elif scheme == "mlflow":
        place = _of_uri(target or os.environ.get("MLFLOW_TRACKING_URI") or "mlflow.db")
        if place:
            yield place, _ANYTHING
    elif scheme == "wandb":
        for folder in ("wandb", ".wandb"):  # the latter where it is there
            yield os.path.join(os.environ.get("WANDB_DIR") or ".", folder), "*.wandb"
    elif scheme == "trackio":
        project = target or os.environ.get("TRACKIO_PROJECT") or "neptune"
        name = "".join(letter for letter in project if letter.isalnum() or letter in "-_").rstrip() or "default"
        yield os.path.join(_of_trackio(), name + ".db"), _ANYTHING


def _of_uri(uri: str) -> Optional[str]:
    """The database, or the folder, of an MLflow URI; None where it is a server's."""
    if uri.startswith("sqlite:"):
        return unquote(uri.partition(":///")[2].partition("?")[0]) or None
    if uri.startswith("file:"):
        return unquote(urlsplit(uri).path) or None
    return None if uri == "databricks" or re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", uri) else uri


def _of_trackio() -> str:
    home = os.environ.get("HF_HOME") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.join("~", ".cache"), "huggingface")
    return os.path.expanduser(os.environ.get("TRACKIO_DIR") or os.path.join(home, "trackio"))


def _shown(path: str) -> str:
    """Below the working folder as from there, with no link followed."""
    whole, here = Path(os.path.abspath(path)), Path(os.path.abspath("."))
    return str(whole.relative_to(here)) if here in whole.parents else str(whole)
