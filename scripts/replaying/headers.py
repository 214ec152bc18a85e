"""Journals by their first records alone: enough to say which runs they are, with none of their rows read."""
from __future__ import annotations

from typing import Any, Dict, List, Sequence

import numpy as np
from neptune_writer.journal import reading
from neptune_writer.resend import found_runs

from scripts.runs.table import Run, described


def runs_below(paths: Sequence[str]) -> List[Run]:
    """The runs of all journals that are named, or lie below; without their points. What is none is skipped."""
    found = found_runs.group(found_runs.journals(paths), lambda path, error: None)
    return [_run(parts[0]) for parts in found.values()]


def _run(part: Any) -> Run:
    return Run(source=part.path, framework=part.header.get("framework"), id=found_runs.run_id(part.header), series={},
               steps=np.zeros(0), times=np.zeros(0), began=part.header["t"],
               **described(part.header["name"], _config(part.path), part.header["group"]))


def _config(path: str) -> Dict[str, Any]:
    try:
        reader: Any = reading.Reader(path)
        try:
            return next((record["config"] for record in reader.read(10) if isinstance(record.get("config"), dict)), {})
        finally:
            reader.close()
    except (OSError, ValueError):
        return {}
