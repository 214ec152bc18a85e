"""Copies that `replay` has sent, to TensorBoard for example, into a folder that is read as well: only the original is
shown."""
from __future__ import annotations

import contextlib
import json
import os
import re
from typing import Iterable, List, Optional, Tuple

import numpy as np
from neptune_writer import masking
from neptune_writer.journal import journal
from neptune_writer.system import files, folders

from scripts.runs import real_paths
from scripts.runs.table import Run, Say

_ID = re.compile(r".+-([0-9a-f]{16})")  # what a tracker calls a run's folder: its name, and its journal's id


def folder_of(run: Run) -> str:
    """The run's folder, as a journal's header tells it."""
    folder = os.path.dirname(real_paths.real(run.source))
    return masking.mask(folder.encode(errors="backslashreplace").decode())


def without_sent(runs: Iterable[Run], say: Say) -> List[Run]:
    """The runs without copies that `replay` has sent of them; each that is left out is named."""
    every = list(runs)
    ids = {place: found.group(1) for place, run in enumerate(every)
           for found in [_ID.fullmatch(os.path.basename(os.path.dirname(run.source)))] if found and not run.id}
    if not ids:
        return every
    originals = {(folder_of(run), run.name): run for place, run in enumerate(every) if not run.id and place not in ids}
    copies = {}
    for place, number in ids.items():
        original = originals.get(_sent_from(number) or ("", ""))
        if original is not None and _begins_as(original, every[place]):
            copies[place] = original
            say(every[place].source, f"what replay has sent of {original.source}; shown once")
    return [run for place, run in enumerate(every) if place not in copies]


def _begins_as(original: Run, copy: Run) -> bool:
    """Whether the original begins with the copy's points, compared in single precision. If not, another training has
    been written over the one that was sent."""
    common = copy.series.keys() & original.series.keys()
    pairs = [(copy.series[name].values.astype(np.float32), original.series[name].values.astype(np.float32))
             for name in common]
    return bool(common) and all(np.array_equal(sent, own[:len(sent)], equal_nan=True) for sent, own in pairs)


def _sent_from(number: str) -> Optional[Tuple[str, str]]:
    """The folder and the name of the run that the journal with this id was made of; None where there is none."""
    for folder in folders.caches("journals")[:1]:
        with contextlib.suppress(OSError, ValueError, AttributeError):
            with files.open_to_read(os.path.join(folder, f"neptune-{number}{journal.SUFFIX}")) as file:
                header = json.loads(file.readline())
                return str(header.get("folder")), str(header.get("name"))
    return None
