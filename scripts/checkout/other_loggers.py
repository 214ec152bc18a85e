"""What the code of a checkout logs with that has no logger of its own: a SummaryWriter, W&B, or a framework that lies
elsewhere, as legged_gym's rsl_rl does."""
from __future__ import annotations

import os
import re
from typing import Callable, Dict, List

from patches import TO_W_AND_B, reached_by
from scripts.checkout import files
from scripts.checkout.finder import search

_PACKAGES = {
    "torch": re.compile(rb"^[ \t]*(?:from|import)[ \t]+torch\.utils(?:\.|[ \t]+import[ \t]+)tensorboard\b", re.M),
    "tensorboardX": re.compile(rb"^[ \t]*(?:from|import)[ \t]+tensorboardX\b", re.M)}
_INSTALLED = {
    "rsl_rl": "torch", "rl_games": "tensorboardX", "sample_factory": "tensorboardX", "garage": "dowel",
    **{name: name for name in ("skrl", "stable_baselines3", "stable_baselines", "baselines", "spinup", "ray", "acme",
                               "tianshou", "omnisafe", "dopamine", "elements", "rlpyt", "rlkit", "rllab", "fsrl")}}
"""Framework -> the package that `install --python` takes to reach its logger."""
_IMPORT = re.compile(rb"^[ \t]*(?:from|import)[ \t]+(%s)\b" % b"|".join(name.encode() for name in _INSTALLED), re.M)
_POINT = re.compile(rb"^[^#\n]*\.add_scalars?\(", re.M)
_WANDB = re.compile(rb"^[^#\n]*\bwandb\.log\(", re.M)


def said_of_all(root: str, progress: Callable[[int], None]) -> str:
    """One sentence on the whole checkout, which names a file; "" where there is nothing to say."""
    found = search(root, lambda raw: bool(_draws(raw) or _of_wandb(raw) or _packages(raw) or _IMPORT.search(raw)),
                   progress).candidates
    sources = {path: source.raw for path in found for source in [files.read(root, path)] if source}
    return _said(sources, root)


def said_of(path: str, raw: bytes) -> str:
    """The same of one file."""
    return _said({path: raw}, "")


def _said(sources: Dict[str, bytes], root: str) -> str:
    packages = sorted({package for raw in sources.values() for package in _packages(raw)}, reverse=True)  # torch first
    drawing = [path for path, raw in sources.items() if _draws(raw)]
    drawing.sort(key=lambda path: not _packages(sources[path]))  # first those that make the writer themselves
    if packages and drawing:
        return f"{_named(drawing)} with {' and '.join(packages)}'s SummaryWriter; {reached_by(packages[0])}"
    of_wandb = [path for path, raw in sources.items() if _of_wandb(raw)]
    if of_wandb:
        return f"{_named(of_wandb)} {TO_W_AND_B}"
    for path, raw in sources.items():
        for imported in _IMPORT.findall(raw):
            name = imported.decode()
            if not (root and _has_folder(root, name)):
                return f"{path} imports {name}, which is not in this checkout; {reached_by(_INSTALLED[name])}"
    return ""


def _has_folder(root: str, name: str) -> bool:
    """Whether the checkout holds that package itself: in it, or in one of its folders."""
    with os.scandir(root) as entries:
        places = [root, *(entry.path for entry in entries if entry.is_dir())]
    return any(os.path.isdir(os.path.join(place, name)) for place in places)


def _named(paths: List[str]) -> str:
    """The first, and how many more, with the verb."""
    return f"{paths[0]} logs" if len(paths) == 1 else f"{paths[0]} and {len(paths) - 1} more log"


def _packages(raw: bytes) -> List[str]:
    return [name for name, pattern in _PACKAGES.items() if name.encode() in raw and pattern.search(raw)]


def _draws(raw: bytes) -> bool:
    return b".add_scalar" in raw and _POINT.search(raw) is not None


def _of_wandb(raw: bytes) -> bool:
    return b"wandb.log(" in raw and _WANDB.search(raw) is not None
