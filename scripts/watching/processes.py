"""Whether the process that writes a run is gone. Said only where the run's format names it, and where its number
counts on this machine, since its start, and in this namespace (`neptune_writer.system.process_ids`)."""
from __future__ import annotations

import os
import time
from typing import Optional

from neptune_writer.journal import reading
from neptune_writer.system import process_ids

from scripts.runs.table import Process

_SLACK = 60.0  # seconds that a clock may be adjusted by


def what_became_of(process: Optional[Process], last_row: float) -> str:
    """``gone`` or ``stopped`` (by a signal), with what tells it; empty where it runs, or nothing is known."""
    if process is None or process.space != process_ids.space():
        return ""
    found = _state(process.pid)
    if found is None:
        how = f"process {process.pid} is gone"
    elif found[0] in "ZX":
        how = f"process {process.pid} is dead, and its parent has not noticed"
    elif found[1] > last_row + _SLACK:
        how = f"process {process.pid} is gone, and another one has its number now"
    elif found[0] == "T":
        return f"process {process.pid} is stopped by a signal; kill -CONT {process.pid} lets it go on"
    else:
        return ""
    return "" if _has_ended(process.path) else f"gone: {how}"


def _has_ended(path: str) -> bool:
    """Whether the end was recorded meanwhile: after the file was read, before the process was looked for."""
    try:
        return bool(reading.has_ended(path))
    except (OSError, ValueError):
        return True  # nothing is concluded from a file that cannot be read


def _state(pid: int) -> Optional[tuple[str, float]]:
    """Its state, a letter, and when it was started, Unix seconds; None where there is no such process."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            words = file.read().rpartition(")")[2].split()
        with open("/proc/uptime", encoding="ascii") as file:
            up = float(file.read().split()[0])
        return words[0], time.time() - up + float(words[19]) / os.sysconf("SC_CLK_TCK")
    except (FileNotFoundError, ProcessLookupError):
        return None
    except (OSError, ValueError, IndexError):
        return "?", 0.0
