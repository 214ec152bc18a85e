"""The chart library that the page carries: uPlot, as its author released it.

Python's package index has it inside of `youplot`. Whatever else is in there, only a file with the bytes of uPlot's own
release goes into a page.
"""
from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path
from typing import NamedTuple

from scripts import command_lines
from scripts.refusal import Refusal

NAME = "uPlot 1.6.31, (c) Leon Sorokin, MIT License, https://github.com/leeoniya/uPlot"
_CARRIER = "youplot"
_SCRIPT = ("vendor/uplot.iife.min.js", "2d27e8ad3d228164525ce213f9dc716f39b4e3aee0cc773fb3491c96cf4921a2")
_STYLE = ("vendor/uplot.min.css", "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04")


class Library(NamedTuple):
    """Its texts."""

    script: str
    style: str


def load() -> Library:
    """The library; Refusal where it is not installed, or is not what was released."""
    found = importlib.util.find_spec(_CARRIER)
    if found is None or not found.submodule_search_locations:
        raise Refusal(f"{command_lines.lacking(_CARRIER, 'report')} (it holds the chart library, and needs Python 3.10 "
                      "or newer)")
    folder = Path(next(iter(found.submodule_search_locations)))
    return Library(*(_released(folder / name, digest) for name, digest in (_SCRIPT, _STYLE)))


def _released(path: Path, digest: str) -> str:
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != digest:
        raise Refusal(f"{path}: this is not the chart library as it was released; "
                      f"pip install --force-reinstall {_CARRIER}==1.0.0")
    return content.decode("utf-8")
